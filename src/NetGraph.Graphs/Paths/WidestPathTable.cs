using System.Collections.Immutable;

namespace NetGraph.Graphs.Paths;

/// <summary>A widest path of every ordered pair of vertices of a graph; made by <see cref="AllPairsWidestPaths"/>.</summary>
public sealed class WidestPathTable
{
    private readonly int[] _joinedBy;

    internal WidestPathTable(int vertexCount, int[] joinedBy, ImmutableArray<Edge> bottlenecks)
    {
        VertexCount = vertexCount;
        _joinedBy = joinedBy;
        Bottlenecks = bottlenecks;
    }

    /// <summary>How many vertices the graph has.</summary>
    public int VertexCount { get; }

    /// <summary>Every edge that is the bottleneck of some pair, widest first.</summary>
    public ImmutableArray<Edge> Bottlenecks { get; }

    /// <summary>How wide the widest path between two vertices is. O(1).</summary>
    /// <param name="source">Where the path begins.</param>
    /// <param name="destination">Where it ends.</param>
    /// <returns>
    /// The weight of its narrowest edge, zero or more; NaN when the destination cannot be reached; positive infinity from a vertex to itself, as nothing narrows
    /// the way there.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vertex.</exception>
    public double WidthOf(int source, int destination) =>
        JoinedBy(source, destination) is var edge and > 0 ? Bottlenecks[edge - 1].Weight
        : source == destination ? double.PositiveInfinity
        : double.NaN;

    /// <summary>The narrowest edge of the widest path between two vertices. O(1).</summary>
    /// <param name="source">Where the path begins.</param>
    /// <param name="destination">Where it ends.</param>
    /// <returns>An edge of <see cref="PathBetween"/>, none of which is narrower; <see langword="null"/> when there is no path or it has no edge.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vertex.</exception>
    public Edge? BottleneckOf(int source, int destination) =>
        JoinedBy(source, destination) is var edge and > 0 ? Bottlenecks[edge - 1] : null;

    /// <summary>The widest path between two vertices. O(edges of the path).</summary>
    /// <param name="source">Where the path begins.</param>
    /// <param name="destination">Where it ends.</param>
    /// <returns>
    /// The path, or <see langword="null"/> when the destination cannot be reached or is the source itself. Of several equally wide ones not that with the
    /// fewest hops, which <see cref="WidestPath"/> finds.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vertex.</exception>
    public GraphPath? PathBetween(int source, int destination)
    {
        if (JoinedBy(source, destination) == 0) return null;
        var edges = ImmutableArray.CreateBuilder<Edge>();
        // The ways not yet unfolded, the first on top: a path can have as many edges as there are vertices, too many for recursion.
        var ahead = new Stack<(int Source, int Destination)>([(source, destination)]);
        while (ahead.TryPop(out var way))
        {
            if (way.Source == way.Destination) continue;
            var edge = Bottlenecks[JoinedBy(way.Source, way.Destination) - 1];
            if (edge.Source == way.Source && edge.Destination == way.Destination)
            {
                edges.Add(edge);
                continue;
            }

            ahead.Push((edge.Destination, way.Destination));
            ahead.Push((edge.Source, edge.Destination));
            ahead.Push((way.Source, edge.Source));
        }

        return new GraphPath(edges.ToImmutable());
    }

    private int JoinedBy(int source, int destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)VertexCount, nameof(source));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)destination, (uint)VertexCount, nameof(destination));
        return _joinedBy[source * VertexCount + destination];
    }
}
