using NetGraph.Graphs;

namespace NetGraph.Benchmarks;

/// <summary>Full directed meshes whose widths are bits per second, the same at every run.</summary>
internal static class SampleGraphs
{
    /// <summary>Every width equally likely up to 10 Gbit/s.</summary>
    public static WeightedGraph Uniform(int vertices)
    {
        var random = new Random(1);
        return Mesh(vertices, (_, _) => 10e9 * random.NextDouble());
    }

    /// <summary>Racks of equal size: about 10 Gbit/s inside, about 4 across, each boundary with a level of its own, and 2 % of noise.</summary>
    public static WeightedGraph Racks(int vertices, int racks)
    {
        var random = new Random(2);
        var boundaries = Enumerable.Range(0, racks * racks).Select(_ => 4e9 * (0.95 + 0.1 * random.NextDouble())).ToArray();
        return Mesh(vertices, (source, destination) =>
        {
            int from = source * racks / vertices, to = destination * racks / vertices;
            return (from == to ? 10e9 : boundaries[from * racks + to]) * (0.98 + 0.04 * random.NextDouble());
        });
    }

    /// <summary>The racks, read to the nearest 100 Mbit/s: ten or so distinct widths in all.</summary>
    public static WeightedGraph CoarseRacks(int vertices, int racks)
    {
        var fine = Racks(vertices, racks);
        var coarse = new WeightedGraphBuilder(vertices, fine.Edges.Length);
        foreach (var edge in fine.Edges) coarse.AddEdge(edge.Source, edge.Destination, Math.Round(edge.Weight / 1e8) * 1e8);
        return coarse.Build();
    }

    private static WeightedGraph Mesh(int vertices, Func<int, int, double> width)
    {
        var builder = new WeightedGraphBuilder(vertices, vertices * (vertices - 1));
        for (var source = 0; source < vertices; source++)
        {
            for (var destination = 0; destination < vertices; destination++)
            {
                if (source != destination) builder.AddEdge(source, destination, width(source, destination));
            }
        }

        return builder.Build();
    }
}
