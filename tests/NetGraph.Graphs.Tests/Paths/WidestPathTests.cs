using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Paths;

namespace NetGraph.Graphs.Tests.Paths;

public sealed class WidestPathTests
{
    // The detour of the fifth graph, widths at the edges:
    //
    //       0 ---1--- 3
    //       |         |
    //       9         5
    //       |         |
    //       1 ---7--- 2
    //
    // Name, vertices, edges as "source>destination:width", ends, expected path.
    public static TheoryData<string, int, string, int, int, string?> Graphs => new()
    {
        { "one edge", 2, "0>1:3", 0, 1, "0 1" },
        { "no edges", 2, "", 0, 1, null },
        { "self-loops", 2, "0>0:9 0>1:1 1>1:9", 0, 1, "0 1" },
        { "edge in the other direction only", 2, "1>0:3", 0, 1, null },
        { "detour wider than the direct edge", 4, "0>3:1 0>1:9 1>2:7 2>3:5", 0, 3, "0 1 2 3" },
        { "direct edge as wide as the detour", 3, "0>2:2 0>1:2 1>2:9", 0, 2, "0 2" },
        { "tie of equal hops goes to the lower numbers", 4, "0>2:5 0>1:5 1>3:5 2>3:5", 0, 3, "0 1 3" },
        { "tie of hops and bottleneck, wider elsewhere", 4, "0>2:9 0>1:5 1>3:5 2>3:5", 0, 3, "0 1 3" },
        { "zero widths", 3, "0>1:0 1>2:0", 0, 2, "0 1 2" },
        { "zero and positive", 3, "0>2:0 0>1:1 1>2:1", 0, 2, "0 1 2" },
        { "unreachable island", 4, "0>1:1 2>3:1", 0, 3, null },
        { "from a vertex to itself", 2, "0>1:1 1>0:1", 0, 0, null },
        { "circle on the way", 4, "0>1:8 1>0:8 1>2:8 2>0:8 2>3:4", 0, 3, "0 1 2 3" },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Finds_the_widest_path(string name, int vertices, string edges, int source, int destination, string? expected)
    {
        var path = WidestPath.Find(Build(vertices, edges), source, destination);

        Assert.True(expected == (path is null ? null : string.Join(' ', path.Vertices)), name);
    }

    [Fact]
    public void Width_is_that_of_the_plain_reference_and_the_path_is_valid() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        var widths = RandomGraph.Widths(graph);
        return AllPairs(graph).All(pair =>
        {
            var path = WidestPath.Find(graph, pair.Source, pair.Destination);
            if (path is null) return widths[pair.Source, pair.Destination] < 0;
            var vertices = path.Vertices.ToList();
            return path.Bottleneck.Weight == widths[pair.Source, pair.Destination]
                && vertices[0] == pair.Source && vertices[^1] == pair.Destination
                && vertices.Distinct().Count() == vertices.Count
                && path.Edges.All(edge => graph.FindEdge(edge.Source, edge.Destination) == edge)
                && path.Edges.Zip(path.Edges.Skip(1)).All(edges => edges.First.Destination == edges.Second.Source);
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_path_of_the_same_width_has_fewer_hops() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        return AllPairs(graph).All(pair => WidestPath.Find(graph, pair.Source, pair.Destination) is not { } path
            || path.Edges.Length == Hops(graph, pair.Source, pair.Destination, path.Bottleneck.Weight));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Refuses_a_negative_width() =>
        Assert.Contains("from vertex 0 to 1", Assert.Throws<ArgumentException>(() => WidestPath.Find(Build(2, "0>1:-1"), 0, 1)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2, 0, "source")]
    [InlineData(-1, 0, "source")]
    [InlineData(0, 2, "destination")]
    [InlineData(0, -1, "destination")]
    public void Refuses_an_end_that_is_no_vertex(int source, int destination, string parameter) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => WidestPath.Find(Build(2, "0>1:1"), source, destination)).ParamName);

    private static WeightedGraph Build(int vertices, string edges)
    {
        var builder = new WeightedGraphBuilder(vertices);
        foreach (var parts in edges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(edge => edge.Split('>', ':')))
            builder.AddEdge(int.Parse(parts[0]), int.Parse(parts[1]), int.Parse(parts[2]));
        return builder.Build();
    }

    private static IEnumerable<(int Source, int Destination)> AllPairs(WeightedGraph graph) =>
        from a in Enumerable.Range(0, graph.VertexCount)
        from b in Enumerable.Range(0, graph.VertexCount)
        where a != b
        select (a, b);

    // By growing the set of what can be reached in so many hops.
    private static int Hops(WeightedGraph graph, int source, int destination, double width)
    {
        HashSet<int> reached = [source];
        for (var hops = 0; ; hops++)
        {
            if (reached.Contains(destination)) return hops;
            reached.UnionWith(graph.Edges.ToArray().Where(edge => edge.Weight >= width && reached.Contains(edge.Source)).Select(edge => edge.Destination).ToList());
        }
    }
}
