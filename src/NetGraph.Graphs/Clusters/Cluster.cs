using System.Collections.Immutable;

namespace NetGraph.Graphs.Clusters;

/// <summary>Nodes that reach each other better than they reach the rest, as seen in the measurements alone.</summary>
public sealed record Cluster
{
    /// <summary>Indexes of its nodes in the mesh, ascending; at least two, and those of all children.</summary>
    public required ImmutableArray<int> Nodes { get; init; }

    /// <summary>What a pair inside gets, in bits per second: the typical throughput between nodes of different children (all nodes where there are none).</summary>
    public required double InsideBitsPerSecond { get; init; }

    /// <summary>What one test out of the cluster gets, in bits per second: the capacity of its boundary outwards; NaN for a cluster without an outside.</summary>
    public required double EgressBitsPerSecond { get; init; }

    /// <summary>What one test into the cluster gets, in bits per second: the capacity of its boundary inwards; NaN for a cluster without an outside.</summary>
    public required double IngressBitsPerSecond { get; init; }

    /// <summary>The clusters within, such as the racks of a zone; disjoint. Empty when no finer structure shows.</summary>
    public ImmutableArray<Cluster> Children { get; init; } = [];
}
