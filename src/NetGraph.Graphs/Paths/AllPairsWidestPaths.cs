using System.Runtime.InteropServices;

namespace NetGraph.Graphs.Paths;

/// <summary>The widest paths between all vertices at once.</summary>
public static class AllPairsWidestPaths
{
    /// <summary>The square of more is beyond the length of an array.</summary>
    private const int MostVertices = 46_340;

    private const int SampleRank = 64;

    /// <summary>Finds a widest path, its width and its bottleneck for every ordered pair of vertices.</summary>
    /// <remarks>
    /// <para>
    /// Edges are added from the widest to the narrowest, and the pairs that can reach each other are kept up to date (incremental transitive closure:
    /// G. F. Italiano, "Amortized efficiency of a path retrieval data structure", Theoretical Computer Science 48, 1986), here in bit sets.
    /// The edge that first joins a pair is the bottleneck of its widest path (Hu 1961, as for <see cref="WidestPath"/>), and the way to that edge and
    /// the way on from it were joined earlier, by edges at least as wide: so one edge a pair holds all paths. They visit no vertex twice, for a vertex on
    /// both parts would have joined the pair earlier.
    /// </para>
    /// <para>
    /// Departure: edges are sorted only as far as they are needed. Most edges of a mesh join no pair that is not joined yet;
    /// the widest few are selected by a sampled threshold, and later selections leave out what is joined by then.
    /// O(E) plus, in the worst case, O(E log E) for sorting and O(V^3 / 64) for joining; four bytes a pair.
    /// Ties: of equally wide paths any, but the same one for the same graph; not the one with the fewest hops.
    /// </para>
    /// </remarks>
    /// <param name="graph">Weights are widths: zero or more. Loops are ignored. At most 46,340 vertices.</param>
    /// <exception cref="ArgumentException">An edge has a negative width, or there are too many vertices.</exception>
    public static WidestPathTable Find(WeightedGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.VertexCount > MostVertices) throw new ArgumentException($"There is no room for all pairs of {graph.VertexCount} vertices, only of {MostVertices}.", nameof(graph));
        return Find(graph, firstSelection: 12 * graph.VertexCount);
    }

    /// <param name="graph">The graph.</param>
    /// <param name="firstSelection">How many edges to sort first; a random mesh joins all of its pairs by about ln(V) V edges.</param>
    internal static WidestPathTable Find(WeightedGraph graph, int firstSelection)
    {
        var joined = new JoinedPairs(graph.VertexCount);
        var widths = new List<double>();
        var indices = new List<int>();
        var atMost = double.PositiveInfinity;
        for (var size = (long)firstSelection; atMost >= 0; size *= 2)
        {
            var above = Threshold(graph, joined, atMost, size);
            if (above == atMost)
            {
                JoinThoseOfWidth(atMost, graph, joined);
                atMost = Math.BitDecrement(atMost);
            }
            else
            {
                Select(graph, joined, above, atMost, widths, indices);
                CollectionsMarshal.AsSpan(widths).Sort(CollectionsMarshal.AsSpan(indices));
                for (var i = indices.Count - 1; i >= 0; i--) joined.Join(graph.Edges[indices[i]]);
                atMost = above;
            }

            if (joined.AreAllJoined) break;
        }

        return joined.ToTable();
    }

    /// <summary>A width above which about so many edges are left that join something; below zero when that is all of them.</summary>
    /// <remarks>Multiples of the golden ratio strew the sample evenly, whatever pattern the matrix has, and the same way each time.</remarks>
    private static double Threshold(WeightedGraph graph, JoinedPairs joined, double atMost, long size)
    {
        var edges = graph.Edges;
        if (edges.Length <= size) return -1;
        var sample = new List<double>();
        var tries = (long)edges.Length * SampleRank / Math.Max(size, 1);
        for (var i = 1L; i <= tries; i++)
        {
            ref readonly var edge = ref edges[(int)Math.BigMul((ulong)i * 0x9E37_79B9_7F4A_7C15, (ulong)edges.Length, out _)];
            if (edge.Weight <= atMost && !joined.Contains(edge.Source, edge.Destination)) sample.Add(edge.Weight);
        }

        if (sample.Count <= SampleRank) return -1;
        sample.Sort();
        return sample[^(SampleRank + 1)];
    }

    private static void Select(WeightedGraph graph, JoinedPairs joined, double above, double atMost, List<double> widths, List<int> indices)
    {
        widths.Clear();
        indices.Clear();
        var index = 0;
        for (var source = 0; source < graph.VertexCount; source++)
        {
            var reached = joined.ReachedFrom(source);
            foreach (ref readonly var edge in graph.EdgesFrom(source))
            {
                if (edge.Weight < 0) throw new ArgumentException($"A width must not be negative, as that from vertex {edge.Source} to {edge.Destination} is.", nameof(graph));
                if (edge.Weight > above && edge.Weight <= atMost && (reached[edge.Destination >> 6] >> edge.Destination & 1) == 0)
                {
                    widths.Add(edge.Weight);
                    indices.Add(index);
                }

                index++;
            }
        }
    }

    /// <summary>Where one width is so frequent that no threshold parts its edges; they need no sorting either.</summary>
    private static void JoinThoseOfWidth(double width, WeightedGraph graph, JoinedPairs joined)
    {
        foreach (ref readonly var edge in graph.Edges)
        {
            if (edge.Weight == width) joined.Join(edge);
        }
    }
}
