using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Reachability;

namespace NetGraph.Graphs.Tests.Reachability;

public sealed class ComponentsTests
{
    // Name, vertices, edges, strong components, weak components.
    public static TheoryData<string, int, string, string, string> Graphs => new()
    {
        { "no vertices", 0, "", "", "" },
        { "no edges", 3, "", "0 | 1 | 2", "0 | 1 | 2" },
        { "self-loop", 1, "0>0", "0", "0" },
        { "one way", 2, "1>0", "0 | 1", "0 1" },
        { "both ways", 2, "0>1 1>0", "0 1", "0 1" },
        { "two circles and a bridge", 6, "0>1 1>2 2>0 2>3 3>4 4>3", "0 1 2 | 3 4 | 5", "0 1 2 3 4 | 5" },
        { "largest first", 5, "0>1 1>0 2>3 3>4 4>2", "2 3 4 | 0 1", "2 3 4 | 0 1" },
        { "circle within a circle", 4, "0>1 1>2 2>1 2>3 3>0", "0 1 2 3", "0 1 2 3" },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Splits_the_vertices(string name, int vertices, string edges, string strong, string weak)
    {
        var builder = new WeightedGraphBuilder(vertices);
        foreach (var ends in edges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(edge => edge.Split('>'))) builder.AddEdge(int.Parse(ends[0]), int.Parse(ends[1]), 1);
        var graph = builder.Build();

        Assert.True(strong == Text(Components.Strong(graph)), name);
        Assert.True(weak == Text(Components.Weak(graph)), name);
    }

    [Fact]
    public void Strong_components_are_the_classes_of_mutual_reachability() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        var widths = RandomGraph.Widths(graph);
        return Text(Components.Strong(graph)) == Text(Classes(graph.VertexCount, (a, b) => a == b || (widths[a, b] >= 0 && widths[b, a] >= 0)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Weak_components_are_the_classes_of_reachability_without_direction() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        var widths = RandomGraph.Widths(graph.VertexCount, [.. graph.Edges, .. graph.Edges.ToArray().Select(edge => new Edge(edge.Destination, edge.Source, edge.Weight))]);
        return Text(Components.Weak(graph)) == Text(Classes(graph.VertexCount, (a, b) => a == b || widths[a, b] >= 0));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_circle_of_a_million_vertices_is_one_component()
    {
        const int Count = 1_000_000;
        var builder = new WeightedGraphBuilder(Count, Count);
        for (var vertex = 0; vertex < Count; vertex++) builder.AddEdge(vertex, (vertex + 1) % Count, 1);

        Assert.Equal(Count, Assert.Single(Components.Strong(builder.Build())).Length);
    }

    private static ImmutableArray<ImmutableArray<int>> Classes(int count, Func<int, int, bool> isSame) =>
    [
        .. Enumerable.Range(0, count)
            .Where(a => !Enumerable.Range(0, a).Any(b => isSame(a, b)))
            .Select(a => Enumerable.Range(0, count).Where(b => isSame(a, b)).ToImmutableArray())
            .OrderByDescending(members => members.Length).ThenBy(members => members[0]),
    ];

    private static string Text(ImmutableArray<ImmutableArray<int>> components) => string.Join(" | ", components.Select(component => string.Join(' ', component)));
}
