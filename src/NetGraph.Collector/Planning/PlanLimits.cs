namespace NetGraph.Collector.Planning;

/// <summary>What may go on at once beyond the rule that a node takes part in one test at a time.</summary>
public sealed record PlanLimits
{
    /// <summary>
    /// How many tests may cross the boundary of a group at once, both directions together, 1 or more. Default 1: a test in the opposite direction of
    /// a shared link costs up to 40 % (measured with cubic).
    /// </summary>
    public int CrossingsPerGroup { get; init; } = 1;

    /// <summary>How many tests may run at once in the whole mesh, 1 or more; <see langword="null"/> for no limit.</summary>
    public int? MaxConcurrent { get; init; }
}
