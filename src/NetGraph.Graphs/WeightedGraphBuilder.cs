namespace NetGraph.Graphs;

/// <summary>Collects edges in any order and builds a <see cref="WeightedGraph"/> of them.</summary>
/// <param name="vertexCount">How many vertices the graph has, zero or more.</param>
/// <param name="expectedEdges">Edges to make room for at once; only a hint.</param>
public sealed class WeightedGraphBuilder(int vertexCount, int expectedEdges = 0)
{
    private readonly List<Edge> _edges = new(expectedEdges);

    /// <summary>Adds an edge.</summary>
    /// <param name="source">The vertex it leaves.</param>
    /// <param name="destination">The vertex it enters.</param>
    /// <param name="weight">Its weight.</param>
    /// <exception cref="ArgumentOutOfRangeException">An end is not a vertex.</exception>
    /// <exception cref="ArgumentException">The weight is NaN or infinite.</exception>
    public void AddEdge(int source, int destination, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)vertexCount, nameof(source));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)destination, (uint)vertexCount, nameof(destination));
        if (!double.IsFinite(weight)) throw new ArgumentException($"The weight of an edge must be finite, not {weight}.", nameof(weight));
        _edges.Add(new Edge(source, destination, weight));
    }

    /// <summary>Builds the graph. O(E log E), or O(E) when the edges were added in order of source, then destination.</summary>
    /// <exception cref="ArgumentException">Two edges have the same source and destination.</exception>
    public WeightedGraph Build()
    {
        var edges = _edges.ToArray();
        if (!AreInOrder(edges)) Array.Sort(edges, Compare);
        var firstEdge = new int[vertexCount + 1];
        for (var i = 0; i < edges.Length; i++)
        {
            if (i > 0 && edges[i].Source == edges[i - 1].Source && edges[i].Destination == edges[i - 1].Destination)
                throw new ArgumentException($"Two edges lead from vertex {edges[i].Source} to vertex {edges[i].Destination}.");
            firstEdge[edges[i].Source + 1]++;
        }

        for (var v = 0; v < vertexCount; v++) firstEdge[v + 1] += firstEdge[v];
        return new WeightedGraph(edges, firstEdge);
    }

    private static bool AreInOrder(Edge[] edges)
    {
        for (var i = 1; i < edges.Length; i++)
        {
            if (Compare(edges[i - 1], edges[i]) > 0) return false;
        }

        return true;
    }

    private static int Compare(Edge a, Edge b) => a.Source != b.Source ? a.Source.CompareTo(b.Source) : a.Destination.CompareTo(b.Destination);
}
