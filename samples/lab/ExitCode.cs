namespace NetGraph.Lab;

/// <summary>What a script can tell apart.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>The lab is up already, or is not up.</summary>
    public const int NothingToDo = 3;

    public const int Interrupted = 130;
    public const int Terminated = 143;
}
