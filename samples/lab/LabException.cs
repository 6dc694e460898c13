namespace NetGraph.Lab;

/// <summary>Something the person at the keyboard can do something about.</summary>
/// <param name="message">One sentence for standard error.</param>
/// <param name="exitCode">The exit code of the process.</param>
internal sealed class LabException(string message, int exitCode = ExitCode.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
