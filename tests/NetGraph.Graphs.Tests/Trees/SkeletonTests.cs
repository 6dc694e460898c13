using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Trees;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Trees;

public sealed class SkeletonTests
{
    [Fact]
    public void Holds_the_forest_both_ways_few_failed_links_and_the_worst() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var mesh = RandomGraph.Mesh(seed);
        foreach (var metric in GraphMetric.All)
        {
            var chosen = Skeleton.Choose(mesh, metric, 2);
            if (!chosen.SequenceEqual(chosen.Distinct().Order())) return false;
            var graph = new WeightedGraphBuilder(mesh.Nodes.Length);
            foreach (var link in mesh.Links.Where(link => !double.IsNaN(metric.Value(link)))) graph.AddEdge(link.Source, link.Destination, metric.Value(link) * (metric.MoreIsBetter ? 1 : -1));
            var forest = MaximumSpanningForest.Find(graph.Build()).Select(edge => (edge.Source, edge.Destination)).ToHashSet();
            for (var i = 0; i < mesh.Links.Length; i++)
            {
                var link = mesh.Links[i];
                var isNeeded = link.State == LinkState.Down || forest.Contains((link.Source, link.Destination)) || forest.Contains((link.Destination, link.Source));
                if (isNeeded && !chosen.Contains(i)) return false;
            }

            if (!Skeleton.WorstLinks(mesh, metric).Take(2).All(chosen.Contains)) return false;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_thousands_of_failed_links_a_few_are_spread_over_all()
    {
        const int Count = 60;
        MeshNode[] nodes = [.. Enumerable.Range(0, Count).Select(i => new MeshNode($"n{i:00}"))];
        LinkMeasurement[] links =
        [
            .. from a in Enumerable.Range(0, Count)
               from b in Enumerable.Range(0, Count)
               where a != b
               select (a < Count / 2) == (b < Count / 2) ? new LinkMeasurement(a, b) { State = LinkState.Up, ThroughputBitsPerSecond = 1e9 + (a * Count) + b } : new LinkMeasurement(a, b) { State = LinkState.Down },
        ];
        var mesh = new Mesh(nodes, links, default);

        var failed = Skeleton.Choose(mesh, GraphMetric.Bandwidth, 12).Select(i => mesh.Links[i]).Where(link => link.State == LinkState.Down).ToList();

        Assert.Equal(Skeleton.MostFailed, failed.Count);
        Assert.Equal(Count, failed.Select(link => link.Source).Distinct().Count());
        Assert.True(failed.Select(link => link.Destination).Distinct().Count() > Count / 2);
    }

    [Theory]
    [InlineData("bandwidth", new[] { 1, 0, 2 })]
    [InlineData("rtt", new[] { 0, 2, 1 })]
    public void Orders_links_from_the_worst_on_and_leaves_out_the_unmeasured(string metric, int[] expected)
    {
        MeshNode[] nodes = [new("a"), new("b"), new("c")];
        LinkMeasurement[] links =
        [
            new(0, 1) { ThroughputBitsPerSecond = 5, RoundTripTimeSeconds = 9 },
            new(0, 2) { ThroughputBitsPerSecond = 1, RoundTripTimeSeconds = 1 },
            new(1, 0) { ThroughputBitsPerSecond = 7, RoundTripTimeSeconds = 5 },
            new(2, 0),
        ];

        Assert.Equal(expected, Skeleton.WorstLinks(new Mesh(nodes, links, default), GraphMetric.All.Single(m => m.Name == metric)));
    }
}
