using System.Collections.Immutable;

namespace NetGraph.Graphs.Trees;

/// <summary>The heaviest edges that join all that can be joined without closing a circle.</summary>
public static class MaximumSpanningForest
{
    /// <summary>Finds a maximum spanning forest, taking the graph as undirected.</summary>
    /// <remarks>
    /// J. B. Kruskal, "On the shortest spanning subtree of a graph", Proc. AMS 7, 1956, heaviest first. A pair joined in both directions counts with the
    /// lighter one. For a symmetric graph the forest keeps the width of every widest path (Hu 1961) with V - 1 edges at most.
    /// O(E log E) time, O(E) space. Ties: lower vertex numbers first.
    /// </remarks>
    /// <param name="graph">Any graph; loops are ignored.</param>
    /// <returns>One edge a joined pair, from the lower to the higher vertex, heaviest first.</returns>
    public static ImmutableArray<Edge> Find(WeightedGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var candidates = new List<Edge>();
        foreach (var edge in graph.Edges)
        {
            var back = graph.FindEdge(edge.Destination, edge.Source);
            if (edge.Source < edge.Destination)
                candidates.Add(edge with { Weight = Math.Min(edge.Weight, back?.Weight ?? edge.Weight) });
            else if (edge.Source > edge.Destination && back is null)
                candidates.Add(new Edge(edge.Destination, edge.Source, edge.Weight));
        }

        candidates.Sort(static (a, b) =>
            a.Weight != b.Weight ? b.Weight.CompareTo(a.Weight)
            : a.Source != b.Source ? a.Source.CompareTo(b.Source)
            : a.Destination.CompareTo(b.Destination));

        var parent = Enumerable.Range(0, graph.VertexCount).ToArray();
        var forest = ImmutableArray.CreateBuilder<Edge>();
        foreach (var edge in candidates)
        {
            int a = Root(parent, edge.Source), b = Root(parent, edge.Destination);
            if (a == b) continue;
            parent[a] = b;
            forest.Add(edge);
        }

        return forest.ToImmutable();
    }

    private static int Root(int[] parent, int vertex)
    {
        while (parent[vertex] != vertex)
        {
            parent[vertex] = parent[parent[vertex]];
            vertex = parent[vertex];
        }

        return vertex;
    }
}
