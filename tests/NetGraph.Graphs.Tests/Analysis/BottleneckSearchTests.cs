using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Paths;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Analysis;

public sealed class BottleneckSearchTests
{
    [Fact]
    public void Every_pair_that_is_narrow_is_counted_once_under_its_width() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var mesh = RandomGraph.Mesh(seed);
        var graph = GraphMetric.Bandwidth.Weigh(mesh);
        var widths = (
            from a in Enumerable.Range(0, mesh.Nodes.Length)
            from b in Enumerable.Range(0, mesh.Nodes.Length)
            let path = a == b ? null : WidestPath.Find(graph, a, b)
            where path is not null
            select path.Bottleneck.Weight).ToList();
        var expected = widths.Where(width => width < widths.Max() / 2).CountBy(width => width).ToDictionary();

        var found = BottleneckSearch.Find(mesh).GroupBy(bottleneck => mesh.Links[bottleneck.Link].ThroughputBitsPerSecond).ToDictionary(g => g.Key, g => g.Sum(bottleneck => bottleneck.Pairs));

        return found.Count == expected.Count && found.All(item => expected.GetValueOrDefault(item.Key) == item.Value);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Names_what_narrows_most_pairs_first()
    {
        // Two racks of three; node 5 sends slowly, and its link to node 0, slowest of all, has a better way round.
        var found = BottleneckSearch.Find(Mesh((a, b) => (a, b) == (5, 0) ? 1 : a == 5 ? 10 - (0.1 * b) : a / 3 == b / 3 ? 200 : 60 - (0.1 * a) - (0.01 * b)));

        Assert.Equal([(0, 3, 9), (3, 0, 6), (5, 1, 5)], found.Select(bottleneck => (bottleneck.Link / 5, End(bottleneck.Link), bottleneck.Pairs)));
    }

    [Fact]
    public void A_flat_mesh_has_none() => Assert.Empty(BottleneckSearch.Find(Mesh((a, b) => 100 + (5 * a) - b)));

    [Fact]
    public void A_mesh_without_measurements_has_none() => Assert.Empty(BottleneckSearch.Find(new Mesh([new MeshNode("a"), new MeshNode("b")], [new LinkMeasurement(0, 1)], default)));

    // Five links leave each of six nodes, in order.
    private static int End(int link) => link % 5 >= link / 5 ? (link % 5) + 1 : link % 5;

    private static Mesh Mesh(Func<int, int, double> width) => new(
        [.. Enumerable.Range(0, 6).Select(i => new MeshNode($"n{i}"))],
        [.. from a in Enumerable.Range(0, 6) from b in Enumerable.Range(0, 6) where a != b select new LinkMeasurement(a, b) { ThroughputBitsPerSecond = width(a, b), State = LinkState.Up }],
        default);
}
