using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace NetGraph.Graphs.Trees;

/// <summary>The heaviest edges that join all that can be joined without closing a circle.</summary>
public static class MaximumSpanningForest
{
    /// <summary>Finds a maximum spanning forest, taking the graph as undirected.</summary>
    /// <remarks>
    /// O. Boruvka, "O jistem problemu minimalnim", 1926: every tree takes its heaviest edge, until none leads to another tree; nothing but the forest is sorted.
    /// A pair joined in both directions counts with the lighter one. For a symmetric graph the forest keeps the width of every widest path (Hu 1961) with V - 1
    /// edges at most. O(E log V) time, O(E) space. Ties: lower vertex numbers first, which makes the forest the only one.
    /// </remarks>
    /// <param name="graph">Any graph; loops are ignored.</param>
    /// <returns>One edge a joined pair, from the lower to the higher vertex, heaviest first.</returns>
    public static ImmutableArray<Edge> Find(WeightedGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var candidates = Pairs(graph);
        var parent = Enumerable.Range(0, graph.VertexCount).ToArray();
        var heaviest = new int[graph.VertexCount];
        var forest = new List<Edge>();
        while (candidates.Count > 0)
        {
            ChooseHeaviest(candidates, parent, heaviest);
            var before = forest.Count;
            foreach (var choice in heaviest)
            {
                if (choice < 0) continue;
                var edge = candidates[choice];
                int a = Root(parent, edge.Source), b = Root(parent, edge.Destination);
                // Two trees may have chosen the same edge.
                if (a == b) continue;
                parent[a] = b;
                forest.Add(edge);
            }

            if (forest.Count == before) break;
        }

        forest.Sort(Compare);
        return [.. forest];
    }

    /// <summary>The joined pairs, each from its lower to its higher vertex, with the lighter weight of its two directions.</summary>
    private static List<Edge> Pairs(WeightedGraph graph)
    {
        var pairs = new List<Edge>((graph.Edges.Length / 2) + 1);
        // Sources ascend, and so do the destinations of every vertex: the way back is found by moving on.
        var next = new int[graph.VertexCount];
        for (var source = 0; source < graph.VertexCount; source++)
        {
            foreach (var edge in graph.EdgesFrom(source))
            {
                if (edge.Destination == source) continue;
                var back = graph.EdgesFrom(edge.Destination);
                ref var at = ref next[edge.Destination];
                while (at < back.Length && back[at].Destination < source) at++;
                var isMutual = at < back.Length && back[at].Destination == source;
                if (source < edge.Destination) pairs.Add(isMutual ? edge with { Weight = Math.Min(edge.Weight, back[at].Weight) } : edge);
                else if (!isMutual) pairs.Add(new Edge(edge.Destination, source, edge.Weight));
            }
        }

        return pairs;
    }

    /// <summary>Finds each tree's heaviest edge to another, and forgets the edges inside of trees.</summary>
    private static void ChooseHeaviest(List<Edge> candidates, int[] parent, int[] heaviest)
    {
        Array.Fill(heaviest, -1);
        var edges = CollectionsMarshal.AsSpan(candidates);
        var kept = 0;
        foreach (var edge in edges)
        {
            int a = Root(parent, edge.Source), b = Root(parent, edge.Destination);
            if (a == b) continue;
            edges[kept] = edge;
            if (heaviest[a] < 0 || Compare(edge, edges[heaviest[a]]) < 0) heaviest[a] = kept;
            if (heaviest[b] < 0 || Compare(edge, edges[heaviest[b]]) < 0) heaviest[b] = kept;
            kept++;
        }

        candidates.RemoveRange(kept, candidates.Count - kept);
    }

    private static int Compare(Edge a, Edge b) =>
        a.Weight != b.Weight ? b.Weight.CompareTo(a.Weight)
        : a.Source != b.Source ? a.Source.CompareTo(b.Source)
        : a.Destination.CompareTo(b.Destination);

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
