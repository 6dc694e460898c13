using System.Collections.Immutable;

namespace NetGraph.Graphs.Reachability;

/// <summary>Splits the vertices of a graph into those that reach each other.</summary>
public static class Components
{
    /// <summary>Finds the strongly connected components: vertices each of which reaches every other one along the edges' directions.</summary>
    /// <remarks>R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972, with a stack of its own instead of recursion. O(V + E).</remarks>
    /// <param name="graph">Any graph; weights do not matter.</param>
    /// <returns>Every vertex once, ascending within its component; the largest component first, of equals that of the lowest vertex.</returns>
    public static ImmutableArray<ImmutableArray<int>> Strong(WeightedGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        const int Unseen = -1;
        var count = graph.VertexCount;
        int[] order = new int[count], lowest = new int[count], nextEdge = new int[count], component = new int[count];
        Array.Fill(order, Unseen);
        Array.Fill(component, Unseen);
        Stack<int> open = new(), path = new();
        int seen = 0, components = 0;
        for (var start = 0; start < count; start++)
        {
            if (order[start] != Unseen) continue;
            path.Push(start);
            while (path.TryPeek(out var vertex))
            {
                if (order[vertex] == Unseen)
                {
                    order[vertex] = lowest[vertex] = seen++;
                    open.Push(vertex);
                }

                var edges = graph.EdgesFrom(vertex);
                if (nextEdge[vertex] < edges.Length)
                {
                    var next = edges[nextEdge[vertex]++].Destination;
                    if (order[next] == Unseen) path.Push(next);
                    else if (component[next] == Unseen) lowest[vertex] = Math.Min(lowest[vertex], order[next]);
                    continue;
                }

                path.Pop();
                if (path.TryPeek(out var parent)) lowest[parent] = Math.Min(lowest[parent], lowest[vertex]);
                if (lowest[vertex] != order[vertex]) continue;
                int member;
                do component[member = open.Pop()] = components;
                while (member != vertex);
                components++;
            }
        }

        return Gather(component);
    }

    /// <summary>Finds the weakly connected components: vertices that edges join when their directions are left aside.</summary>
    /// <remarks>Disjoint sets with path halving: R. E. Tarjan, J. van Leeuwen, "Worst-case analysis of set union algorithms", J. ACM 31(2), 1984. O(V + E log V).</remarks>
    /// <param name="graph">Any graph; weights do not matter.</param>
    /// <returns>As <see cref="Strong"/> returns them.</returns>
    public static ImmutableArray<ImmutableArray<int>> Weak(WeightedGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var parent = Enumerable.Range(0, graph.VertexCount).ToArray();
        int Root(int vertex)
        {
            while (parent[vertex] != vertex) vertex = parent[vertex] = parent[parent[vertex]];
            return vertex;
        }

        foreach (var edge in graph.Edges) parent[Root(edge.Source)] = Root(edge.Destination);
        return Gather([.. Enumerable.Range(0, graph.VertexCount).Select(Root)]);
    }

    private static ImmutableArray<ImmutableArray<int>> Gather(int[] component) =>
    [
        .. Enumerable.Range(0, component.Length)
            .GroupBy(vertex => component[vertex], (_, vertices) => vertices.ToImmutableArray())
            .OrderByDescending(vertices => vertices.Length)
            .ThenBy(vertices => vertices[0]),
    ];
}
