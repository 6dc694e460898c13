using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Analysis;

/// <summary>What an analysis looks at, and how much of it is kept.</summary>
public sealed record AnalysisOptions
{
    /// <summary>Which nodes share an uplink, which may then be a suspect; <see langword="null"/> for what <see cref="NaturalGroup"/> chooses.</summary>
    public GroupKey? Group { get; init; }

    /// <summary>What nodes, uplinks and links should carry; <see langword="null"/> when only the rest of the mesh can tell.</summary>
    public Expectations? Expectations { get; init; }

    /// <summary>At most how many of the worst links, of the bottlenecks and of the detours are kept: 1 or more; 10 unless told. Nothing else is cut.</summary>
    public int Limit { get; init; } = 10;
}
