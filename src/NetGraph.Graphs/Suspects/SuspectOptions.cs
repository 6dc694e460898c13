using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>What is known beside the measurements.</summary>
public sealed record SuspectOptions
{
    /// <summary>Which nodes share an uplink: the groups that may be suspects. With <see cref="GroupKey.None"/> no group is.</summary>
    public GroupKey Group { get; init; } = GroupKey.None;

    /// <summary>What nodes, uplinks and links should carry, or <see langword="null"/> when only the rest of the mesh can tell.</summary>
    public Expectations? Expectations { get; init; }
}
