using System.Collections.Immutable;

namespace NetGraph.Graphs.Clusters;

/// <summary>Nodes that reach each other better than they reach the rest, as seen in the measurements alone.</summary>
public sealed record Cluster
{
    /// <summary>Indexes of its nodes in the mesh, ascending; at least two, and those of all children.</summary>
    public required ImmutableArray<int> Nodes { get; init; }

    /// <summary>
    /// What a pair inside gets, in bits per second: the typical throughput between nodes of different children (nodes of no child count as
    /// children of one, so without children these are all nodes). More than zero; NaN where no trusted pair was measured.
    /// </summary>
    public required double InsideBitsPerSecond { get; init; }

    /// <summary>
    /// What one test out of the cluster gets, in bits per second: the capacity of its boundary outwards, or what was typically seen (at least so much)
    /// where no test met it. NaN for a cluster without an outside.
    /// </summary>
    public required double EgressBitsPerSecond { get; init; }

    /// <summary>What one test into the cluster gets, in bits per second: the capacity of its boundary inwards, in the manner of <see cref="EgressBitsPerSecond"/>.</summary>
    public required double IngressBitsPerSecond { get; init; }

    /// <summary>The clusters within, such as the racks of a zone; disjoint, in order of their first nodes. Empty when no finer structure shows.</summary>
    public ImmutableArray<Cluster> Children { get; init; } = [];
}
