using System.Collections.Immutable;

namespace NetGraph.Graphs;

/// <summary>A walk along edges that visits no vertex twice.</summary>
/// <param name="Edges">Its edges in order; at least one.</param>
public sealed record GraphPath(ImmutableArray<Edge> Edges)
{
    /// <summary>The path's edge of smallest weight; of equals, the first.</summary>
    public Edge Bottleneck => Edges.MinBy(edge => edge.Weight);

    /// <summary>The vertices in order, both ends included.</summary>
    public IEnumerable<int> Vertices => Edges.Select(edge => edge.Source).Append(Edges[^1].Destination);
}
