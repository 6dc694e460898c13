using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Coloring;

namespace NetGraph.Graphs.Tests.Coloring;

public sealed class EdgeColoringTests
{
    private static Arbitrary<(int Vertices, (int First, int Second)[] Edges)> Graphs { get; } = (
        from vertices in Gen.Choose(2, 14)
        from share in Gen.Choose(0, 100)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select (vertices, Some(Pairs(vertices), share, seed))).ToArbitrary();

    [Fact]
    public void No_two_edges_of_a_colour_meet_and_there_is_at_most_one_colour_more_than_the_largest_degree() => Prop.ForAll(Graphs, graph =>
    {
        var colors = EdgeColoring.Find(graph.Vertices, graph.Edges);
        return IsProper(graph.Edges, colors) && colors.All(color => color >= 0 && color <= Degree(graph.Edges));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_bipartite_graph_needs_no_more_colours_than_its_largest_degree() => Prop.ForAll(Graphs, Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), (graph, seed) =>
    {
        var random = new Random(seed);
        var side = Enumerable.Range(0, graph.Vertices).Select(_ => random.Next(2)).ToArray();
        (int First, int Second)[] edges = [.. graph.Edges.Where(edge => side[edge.First] != side[edge.Second])];
        var colors = EdgeColoring.Find(graph.Vertices, edges);
        return IsProper(edges, colors) && colors.All(color => color >= 0 && color < Degree(edges));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Large_graphs_too()
    {
        var edges = Some(Pairs(300), 30, 1);
        var colors = EdgeColoring.Find(300, edges);

        Assert.True(IsProper(edges, colors));
        Assert.InRange(colors.Max(), Degree(edges) - 1, Degree(edges));
    }

    [Fact]
    public void The_Petersen_graph_needs_the_colour_more()
    {
        (int, int)[] edges = [.. Enumerable.Range(0, 5).SelectMany(i => new[] { (i, (i + 1) % 5), (i, i + 5), (i + 5, ((i + 2) % 5) + 5) })];

        Assert.Equal(3, EdgeColoring.Find(10, edges).Max());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 4)]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    public void Refuses_loops_edges_that_occur_twice_and_ends_that_are_none(int first, int second) =>
        Assert.Throws<ArgumentException>(() => EdgeColoring.Find(4, [(1, 2), (first, second)]));

    private static bool IsProper((int First, int Second)[] edges, int[] colors) =>
        colors.Length == edges.Length && !edges.Zip(colors).SelectMany(item => new[] { (item.First.First, item.Second), (item.First.Second, item.Second) }).GroupBy(end => end).Any(group => group.Count() > 1);

    private static int Degree((int First, int Second)[] edges) =>
        edges.SelectMany(edge => new[] { edge.First, edge.Second }).GroupBy(vertex => vertex).Select(group => group.Count()).DefaultIfEmpty(0).Max();

    private static (int First, int Second)[] Pairs(int count) => [.. from a in Enumerable.Range(0, count) from b in Enumerable.Range(a + 1, count - a - 1) select (a, b)];

    private static (int First, int Second)[] Some((int First, int Second)[] all, int share, int seed)
    {
        var random = new Random(seed);
        (int First, int Second)[] some = [.. all.Where(_ => random.Next(100) < share).Select(edge => random.Next(2) == 0 ? edge : (edge.Second, edge.First))];
        random.Shuffle(some);
        return some;
    }
}
