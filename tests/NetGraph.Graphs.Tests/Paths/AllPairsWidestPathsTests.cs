using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Trees;

namespace NetGraph.Graphs.Tests.Paths;

public sealed class AllPairsWidestPathsTests
{
    [Fact]
    public void Widths_and_paths_are_those_of_the_plain_reference() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        return IsRight(AllPairsWidestPaths.Find(graph), graph);
    }).QuickCheckThrowOnFailure();

    // Small selections, so that there are several; few widths, so that one of them is more than a selection; many, so that there are no ties.
    [Fact]
    public void It_matters_not_how_the_edges_are_selected() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var random = new Random(seed);
        var graph = RandomGraph.Of(seed, mostVertices: 40, widths: random.Next(2) == 0 ? 6 : int.MaxValue);
        return IsRight(AllPairsWidestPaths.Find(graph, firstSelection: 1 << random.Next(8)), graph);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Widths_are_those_of_the_paths_found_one_by_one() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed, mostVertices: 20, widths: 12);
        var all = AllPairsWidestPaths.Find(graph);
        return Pairs(graph).All(pair => WidestPath.Find(graph, pair.Source, pair.Destination) is { } path
            ? path.Bottleneck.Weight == all.WidthOf(pair.Source, pair.Destination)
            : double.IsNaN(all.WidthOf(pair.Source, pair.Destination)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_maximum_spanning_forest_of_a_symmetric_graph_keeps_all_widths() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed, isSymmetric: true, mostVertices: 20);
        var forest = new WeightedGraphBuilder(graph.VertexCount);
        foreach (var edge in MaximumSpanningForest.Find(graph))
        {
            forest.AddEdge(edge.Source, edge.Destination, edge.Weight);
            forest.AddEdge(edge.Destination, edge.Source, edge.Weight);
        }

        WidestPathTable before = AllPairsWidestPaths.Find(graph), after = AllPairsWidestPaths.Find(forest.Build());
        return Pairs(graph).All(pair => before.WidthOf(pair.Source, pair.Destination).Equals(after.WidthOf(pair.Source, pair.Destination)));
    }).QuickCheckThrowOnFailure();

    // More vertices than a machine word or a vector has bits; at 0.5 % of the edges some pairs are unreachable.
    [Theory]
    [InlineData(65, 0.03, 1_000_000)]
    [InlineData(300, 0.005, 1_000_000)]
    [InlineData(300, 0.005, 3)]
    [InlineData(300, 1, 1_000_000)]
    [InlineData(300, 1, 3)]
    public void Graphs_of_many_vertices_are_right_too(int vertices, double density, int widths)
    {
        var random = new Random(vertices);
        var builder = new WeightedGraphBuilder(vertices);
        for (var edge = 0; edge < vertices * vertices; edge++)
        {
            if (random.NextDouble() < density) builder.AddEdge(edge / vertices, edge % vertices, random.Next(widths));
        }

        var graph = builder.Build();
        Assert.True(IsRight(AllPairsWidestPaths.Find(graph), graph));
    }

    [Fact]
    public void A_path_through_all_vertices_comes_out_whole()
    {
        const int Last = 1999;
        var builder = new WeightedGraphBuilder(Last + 1);
        for (var v = 0; v < Last; v++) builder.AddEdge(v, v + 1, 1 + v * 7919L % Last);
        var all = AllPairsWidestPaths.Find(builder.Build());

        Assert.Equal(Enumerable.Range(0, Last + 1), all.PathBetween(0, Last)!.Vertices);
        Assert.Equal(1, all.WidthOf(0, Last));
        Assert.Equal(new Edge(0, 1, 1), all.BottleneckOf(0, Last));
        Assert.Null(all.PathBetween(Last, 0));
    }

    [Fact]
    public void Names_each_bottleneck_once_widest_first()
    {
        var builder = new WeightedGraphBuilder(4);
        builder.AddEdge(0, 1, 9);
        builder.AddEdge(1, 2, 5);
        builder.AddEdge(0, 2, 4);
        builder.AddEdge(2, 0, 7);
        builder.AddEdge(2, 2, 8);
        builder.AddEdge(1, 3, 0);

        Assert.Equal([new Edge(0, 1, 9), new Edge(2, 0, 7), new Edge(1, 2, 5), new Edge(1, 3, 0)], AllPairsWidestPaths.Find(builder.Build()).Bottlenecks);
    }

    [Fact]
    public void A_vertex_is_as_wide_to_itself_as_can_be_and_has_no_path_there()
    {
        var builder = new WeightedGraphBuilder(1);
        builder.AddEdge(0, 0, 3);
        var all = AllPairsWidestPaths.Find(builder.Build());

        Assert.Equal(double.PositiveInfinity, all.WidthOf(0, 0));
        Assert.Null(all.PathBetween(0, 0));
        Assert.Null(all.BottleneckOf(0, 0));
    }

    [Fact]
    public void Unreachable_differs_from_reachable_at_width_zero()
    {
        var builder = new WeightedGraphBuilder(2);
        builder.AddEdge(0, 1, 0);
        var all = AllPairsWidestPaths.Find(builder.Build());

        Assert.Equal(0, all.WidthOf(0, 1));
        Assert.Equal(new Edge(0, 1, 0), all.BottleneckOf(0, 1));
        Assert.Equal(double.NaN, all.WidthOf(1, 0));
        Assert.Null(all.BottleneckOf(1, 0));
    }

    [Fact]
    public void A_graph_without_vertices_has_no_pairs()
    {
        var all = AllPairsWidestPaths.Find(new WeightedGraphBuilder(0).Build());

        Assert.Equal(0, all.VertexCount);
        Assert.Empty(all.Bottlenecks);
    }

    // The narrow edge matters to no pair, and is refused nevertheless.
    [Fact]
    public void Refuses_a_negative_width_wherever_it_is()
    {
        var builder = new WeightedGraphBuilder(2);
        builder.AddEdge(0, 1, 1);
        builder.AddEdge(1, 0, 1);
        builder.AddEdge(1, 1, -1);

        Assert.Contains("from vertex 1 to 1", Assert.Throws<ArgumentException>(() => AllPairsWidestPaths.Find(builder.Build())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_more_vertices_than_pairs_can_be_held_of() =>
        Assert.Equal("graph", Assert.Throws<ArgumentException>(() => AllPairsWidestPaths.Find(new WeightedGraphBuilder(46_341).Build())).ParamName);

    [Theory]
    [InlineData(2, 0, "source")]
    [InlineData(-1, 0, "source")]
    [InlineData(0, 2, "destination")]
    [InlineData(0, -1, "destination")]
    public void Refuses_an_end_that_is_no_vertex(int source, int destination, string parameter)
    {
        var all = AllPairsWidestPaths.Find(new WeightedGraphBuilder(2).Build());

        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => all.WidthOf(source, destination)).ParamName);
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => all.PathBetween(source, destination)).ParamName);
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => all.BottleneckOf(source, destination)).ParamName);
    }

    private static bool IsRight(WidestPathTable all, WeightedGraph graph)
    {
        var widths = RandomGraph.Widths(graph);
        return all.VertexCount == graph.VertexCount && Pairs(graph).All(pair =>
        {
            var (source, destination) = pair;
            var path = all.PathBetween(source, destination);
            if (widths[source, destination] < 0) return path is null && all.BottleneckOf(source, destination) is null && double.IsNaN(all.WidthOf(source, destination));
            return path is not null
                && all.WidthOf(source, destination) == widths[source, destination]
                && path.Bottleneck.Weight == widths[source, destination]
                && all.BottleneckOf(source, destination) is { } bottleneck && bottleneck.Weight == widths[source, destination] && path.Edges.Contains(bottleneck)
                && path.Edges[0].Source == source && path.Edges[^1].Destination == destination
                && path.Vertices.Distinct().Count() == path.Edges.Length + 1
                && path.Edges.All(edge => graph.FindEdge(edge.Source, edge.Destination) == edge)
                && path.Edges.Zip(path.Edges.Skip(1)).All(edges => edges.First.Destination == edges.Second.Source);
        });
    }

    private static IEnumerable<(int Source, int Destination)> Pairs(WeightedGraph graph) =>
        from a in Enumerable.Range(0, graph.VertexCount)
        from b in Enumerable.Range(0, graph.VertexCount)
        where a != b
        select (a, b);
}
