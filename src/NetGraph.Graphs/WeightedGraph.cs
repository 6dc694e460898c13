namespace NetGraph.Graphs;

/// <summary>A directed graph with weighted edges, fixed once built; at most one edge from a vertex to another.</summary>
/// <remarks>
/// Vertices are the numbers from 0; edges lie in one array, in order of source and destination (compressed sparse rows):
/// 16 bytes an edge and four a vertex. Built by <see cref="WeightedGraphBuilder"/>.
/// </remarks>
public sealed class WeightedGraph
{
    private readonly Edge[] _edges;
    private readonly int[] _firstEdge;

    internal WeightedGraph(Edge[] edges, int[] firstEdge)
    {
        _edges = edges;
        _firstEdge = firstEdge;
    }

    /// <summary>How many vertices there are.</summary>
    public int VertexCount => _firstEdge.Length - 1;

    /// <summary>All edges, in order of source, then destination.</summary>
    public ReadOnlySpan<Edge> Edges => _edges;

    /// <summary>The edges that leave a vertex, in order of destination.</summary>
    /// <param name="vertex">A vertex of this graph.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such vertex.</exception>
    public ReadOnlySpan<Edge> EdgesFrom(int vertex) => _edges.AsSpan(_firstEdge[vertex].._firstEdge[vertex + 1]);

    /// <summary>Finds the edge between two vertices. O(log of the source's edges).</summary>
    /// <param name="source">A vertex of this graph.</param>
    /// <param name="destination">A vertex of this graph.</param>
    /// <returns>The edge, or <see langword="null"/> when there is none.</returns>
    public Edge? FindEdge(int source, int destination)
    {
        var edges = EdgesFrom(source);
        int low = 0, high = edges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (edges[middle].Destination == destination) return edges[middle];
            if (edges[middle].Destination < destination) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }
}
