using FsCheck;
using FsCheck.Fluent;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests;

/// <summary>Small graphs and meshes strewn at random, from a seed.</summary>
internal static class RandomGraph
{
    public static Arbitrary<int> Seeds { get; } = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    /// <summary>Few widths, so that ties are frequent; loops and unreachable vertices occur.</summary>
    public static WeightedGraph Of(int seed, bool isSymmetric = false, int mostVertices = 8, int widths = 6)
    {
        var random = new Random(seed);
        var count = random.Next(1, mostVertices + 1);
        var density = random.NextDouble();
        var builder = new WeightedGraphBuilder(count);
        for (var a = 0; a < count; a++)
        {
            for (var b = isSymmetric ? a + 1 : 0; b < count; b++)
            {
                if (random.NextDouble() > density) continue;
                var width = random.Next(0, widths);
                builder.AddEdge(a, b, width);
                if (isSymmetric) builder.AddEdge(b, a, width);
            }
        }

        return builder.Build();
    }

    /// <summary>Widest widths between all vertices by Floyd and Warshall's scheme, with -1 for the unreachable.</summary>
    public static double[,] Widths(WeightedGraph graph) => Widths(graph.VertexCount, graph.Edges.ToArray());

    public static double[,] Widths(int count, IEnumerable<Edge> edges)
    {
        var width = new double[count, count];
        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < count; b++) width[a, b] = -1;
        }

        foreach (var edge in edges) width[edge.Source, edge.Destination] = Math.Max(width[edge.Source, edge.Destination], edge.Weight);
        for (var k = 0; k < count; k++)
        {
            for (var a = 0; a < count; a++)
            {
                for (var b = 0; b < count; b++) width[a, b] = Math.Max(width[a, b], Math.Min(width[a, k], width[k, b]));
            }
        }

        return width;
    }

    public static Mesh Mesh(int seed)
    {
        var random = new Random(seed);
        var nodes = Enumerable.Range(0, random.Next(0, 9)).Select(i => new MeshNode($"n{i}") { Zone = random.Next(4) is var zone and > 0 ? $"z{zone}" : null }).ToList();
        double Maybe(double value) => random.Next(5) == 0 ? double.NaN : value;
        var links =
            from a in Enumerable.Range(0, nodes.Count)
            from b in Enumerable.Range(0, nodes.Count)
            where a != b && random.Next(5) > 0
            select new LinkMeasurement(a, b)
            {
                ThroughputBitsPerSecond = Maybe(random.Next(1, 1000) * 1e6),
                RoundTripTimeSeconds = Maybe(random.Next(1, 1000) * 1e-5),
                LossRatio = Maybe(random.NextDouble()),
                RetransmittedSegments = Maybe(random.Next(100)),
                LastSuccessUnixSeconds = Maybe(1.7e9 + random.Next(1000)),
                Quality = (MeasurementQuality)random.Next(4),
                State = (LinkState)random.Next(3),
            };
        return new Mesh(nodes, [.. links], DateTimeOffset.FromUnixTimeSeconds(1_700_001_000));
    }
}
