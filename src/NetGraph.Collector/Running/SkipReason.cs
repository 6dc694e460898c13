namespace NetGraph.Collector.Running;

/// <summary>Why a planned test was not ordered. The names are values of the label <c>reason</c>.</summary>
internal enum SkipReason
{
    /// <summary>A node of the pair left the node list in the middle of the cycle.</summary>
    NodeLeft,

    /// <summary>An agent of the pair gave no answer to its last orders, nor at the end of the cycle.</summary>
    AgentUnreachable,
}

internal static class SkipReasonNames
{
    private static readonly string[] Names = ["node_left", "agent_unreachable"];

    public static IReadOnlyList<SkipReason> All { get; } = Enum.GetValues<SkipReason>();

    public static string ToName(this SkipReason reason) => Names[(int)reason];
}
