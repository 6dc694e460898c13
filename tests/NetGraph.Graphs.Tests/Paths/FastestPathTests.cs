using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Paths;

namespace NetGraph.Graphs.Tests.Paths;

public sealed class FastestPathTests
{
    // Name, vertices, edges as "source>destination:time", ends, expected path.
    public static TheoryData<string, int, string, int, int, string?> Graphs => new()
    {
        { "one edge", 2, "0>1:3", 0, 1, "0 1" },
        { "no edges", 2, "", 0, 1, null },
        { "self-loops", 2, "0>0:0 0>1:1 1>1:0", 0, 1, "0 1" },
        { "edge in the other direction only", 2, "1>0:3", 0, 1, null },
        { "detour faster than the direct edge", 4, "0>3:9 0>1:1 1>2:2 2>3:3", 0, 3, "0 1 2 3" },
        { "tie goes to the fewest hops", 3, "0>2:3 0>1:1 1>2:2", 0, 2, "0 2" },
        { "zero times", 4, "0>1:0 1>2:0 2>3:0 0>2:0", 0, 3, "0 2 3" },
        { "circle of zeros", 3, "0>1:0 1>0:0 1>2:1", 0, 2, "0 1 2" },
        { "unreachable island", 4, "0>1:1 2>3:1", 0, 3, null },
        { "from a vertex to itself", 2, "0>1:1 1>0:1", 0, 0, null },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Finds_the_fastest_path(string name, int vertices, string edges, int source, int destination, string? expected)
    {
        var path = FastestPath.Find(Build(vertices, edges), source, destination);

        Assert.True(expected == (path is null ? null : string.Join(' ', path.Vertices)), name);
    }

    [Fact]
    public void Total_is_that_of_the_plain_reference_and_the_path_is_valid() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        var times = Times(graph);
        var pairs = from a in Enumerable.Range(0, graph.VertexCount) from b in Enumerable.Range(0, graph.VertexCount) where a != b select (a, b);
        return pairs.All(pair =>
        {
            var path = FastestPath.Find(graph, pair.a, pair.b);
            if (path is null) return double.IsPositiveInfinity(times[pair.a, pair.b]);
            var vertices = path.Vertices.ToList();
            return FastestPath.TotalSeconds(path) == times[pair.a, pair.b]
                && vertices[0] == pair.a && vertices[^1] == pair.b
                && vertices.Distinct().Count() == vertices.Count
                && path.Edges.All(edge => graph.FindEdge(edge.Source, edge.Destination) == edge)
                && path.Edges.Zip(path.Edges.Skip(1)).All(edges => edges.First.Destination == edges.Second.Source);
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Refuses_a_negative_time() =>
        Assert.Contains("from vertex 0 to 1", Assert.Throws<ArgumentException>(() => FastestPath.Find(Build(2, "0>1:-1"), 0, 1)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2, 0, "source")]
    [InlineData(-1, 0, "source")]
    [InlineData(0, 2, "destination")]
    [InlineData(0, -1, "destination")]
    public void Refuses_an_end_that_is_no_vertex(int source, int destination, string parameter) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => FastestPath.Find(Build(2, "0>1:1"), source, destination)).ParamName);

    private static WeightedGraph Build(int vertices, string edges)
    {
        var builder = new WeightedGraphBuilder(vertices);
        foreach (var parts in edges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(edge => edge.Split('>', ':')))
            builder.AddEdge(int.Parse(parts[0]), int.Parse(parts[1]), int.Parse(parts[2]));
        return builder.Build();
    }

    // Floyd and Warshall; small whole numbers add up without error.
    private static double[,] Times(WeightedGraph graph)
    {
        var count = graph.VertexCount;
        var times = new double[count, count];
        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < count; b++) times[a, b] = a == b ? 0 : graph.FindEdge(a, b)?.Weight ?? double.PositiveInfinity;
        }

        for (var k = 0; k < count; k++)
        {
            for (var a = 0; a < count; a++)
            {
                for (var b = 0; b < count; b++) times[a, b] = Math.Min(times[a, b], times[a, k] + times[k, b]);
            }
        }

        return times;
    }
}
