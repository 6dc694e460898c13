using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Paths;

namespace NetGraph.Graphs.Tests.Paths;

public sealed class TriangleViolationsTests
{
    [Fact]
    public void Finds_the_pairs_and_relays_of_the_plain_reference() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        var limit = seed % 20;
        return TriangleViolations.Find(graph, limit).SequenceEqual(Reference(graph).Take(limit));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rows_longer_than_a_vector_are_looked_at_to_their_end()
    {
        const int Count = 39;
        var random = new Random(1);
        var builder = new WeightedGraphBuilder(Count);
        foreach (var (a, b) in from a in Enumerable.Range(0, Count) from b in Enumerable.Range(0, Count) where a != b && random.Next(3) > 0 select (a, b))
            builder.AddEdge(a, b, random.Next(1, 50));
        var graph = builder.Build();

        var expected = Reference(graph).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, TriangleViolations.Find(graph, int.MaxValue));
    }

    [Fact]
    public void Points_on_a_map_violate_nothing() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var random = new Random(seed);
        var points = Enumerable.Range(0, 12).Select(_ => (X: random.NextDouble(), Y: random.NextDouble())).ToArray();
        return TriangleViolations.Find(Complete(12, (a, b) => Math.Sqrt(Math.Pow(points[a].X - points[b].X, 2) + Math.Pow(points[a].Y - points[b].Y, 2))), 100, 1.000001).IsEmpty;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tells_how_much_slower_the_direct_way_is_and_over_which_relay()
    {
        var found = Assert.Single(TriangleViolations.Find(Complete(4, (a, b) => (a, b) == (0, 3) ? 0.05 : a == 2 || b == 2 ? 0.005 : 0.01), 10));

        Assert.Equal((0, 3, 2, 0.01), (found.Direct.Source, found.Direct.Destination, found.Relay, found.RelayedSeconds));
        Assert.Equal(5, found.Severity, 9);
    }

    [Fact]
    public void Refuses_what_makes_no_sense()
    {
        Assert.Throws<ArgumentException>(() => TriangleViolations.Find(Complete(2, (_, _) => -1), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TriangleViolations.Find(Complete(2, (_, _) => 1), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TriangleViolations.Find(Complete(2, (_, _) => 1), 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TriangleViolations.Find(Complete(2, (_, _) => 1), 1, double.NaN));
    }

    private static WeightedGraph Complete(int count, Func<int, int, double> time)
    {
        var builder = new WeightedGraphBuilder(count);
        foreach (var (a, b) in from a in Enumerable.Range(0, count) from b in Enumerable.Range(0, count) where a != b select (a, b)) builder.AddEdge(a, b, time(a, b));
        return builder.Build();
    }

    private static IEnumerable<TriangleViolation> Reference(WeightedGraph graph) =>
        from direct in graph.Edges.ToArray()
        where direct.Source != direct.Destination && direct.Weight > 0
        let over = (
            from relay in Enumerable.Range(0, graph.VertexCount)
            where relay != direct.Source && relay != direct.Destination
            let first = graph.FindEdge(direct.Source, relay)
            let second = graph.FindEdge(relay, direct.Destination)
            where first is not null && second is not null
            orderby first.Value.Weight + second.Value.Weight, relay
            select (Relay: relay, Seconds: first.Value.Weight + second.Value.Weight)).Take(1).ToList()
        where over.Count > 0 && direct.Weight >= 1.5 * over[0].Seconds
        orderby direct.Weight / over[0].Seconds descending, direct.Source, direct.Destination
        select new TriangleViolation(direct, over[0].Relay, over[0].Seconds);
}
