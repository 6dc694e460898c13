using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Grouping;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Grouping;

public sealed class GroupMeshTests
{
    [Fact]
    public void A_link_between_groups_is_the_median_of_its_pairs_with_the_mean_of_loss()
    {
        var grouped = GroupMesh.Join(Mesh((0, 3, 10e6), (0, 4, 20e6), (1, 3, 90e6), (1, 4, double.NaN)), GroupKey.Zone);
        var link = Assert.Single(grouped.Mesh.Links);

        Assert.Equal(["east", "west"], grouped.Mesh.Nodes.Select(node => node.Name));
        Assert.Equal((0, 1), (link.Source, link.Destination));
        Assert.Equal(20e6, link.ThroughputBitsPerSecond);
        Assert.Equal(0.01, link.LossRatio, 1e-9);
        Assert.Equal(LinkState.Up, link.State);
        Assert.Equal(new PairCount(6, 3, 1), Assert.Single(grouped.Pairs));
        Assert.Equal([3, 2], grouped.Groups.Select(group => group.Nodes));
    }

    [Fact]
    public void A_link_is_down_when_more_than_half_of_its_tested_pairs_failed()
    {
        var half = Assert.Single(GroupMesh.Of(Mesh((0, 3, 10e6), (0, 4, double.NaN)), GroupKey.Zone).Links);
        var most = Assert.Single(GroupMesh.Of(Mesh((0, 3, 10e6), (0, 4, double.NaN), (1, 4, double.NaN)), GroupKey.Zone).Links);

        Assert.Equal((LinkState.Up, 10e6), (half.State, half.ThroughputBitsPerSecond));
        Assert.Equal((LinkState.Down, double.NaN), (most.State, most.ThroughputBitsPerSecond));
    }

    [Fact]
    public void What_is_measured_within_a_group_is_told_apart()
    {
        var grouped = GroupMesh.Join(Mesh((0, 1, 30e6), (1, 0, 10e6), (3, 4, double.NaN)), GroupKey.Zone);

        Assert.Empty(grouped.Mesh.Links);
        Assert.Equal(20e6, grouped.Groups[0].Inside.ThroughputBitsPerSecond);
        Assert.Equal(new PairCount(6, 2, 0), grouped.Groups[0].Pairs);
        Assert.Equal(LinkState.Down, grouped.Groups[1].Inside.State);
    }

    [Fact]
    public void A_quality_is_that_of_most_pairs()
    {
        LinkMeasurement Doubted(LinkMeasurement link) => link with { Quality = MeasurementQuality.Interfered };
        var mesh = Mesh((0, 3, 1), (0, 4, 1), (1, 3, 1));
        var most = new Mesh(mesh.Nodes, [Doubted(mesh.Links[0]), Doubted(mesh.Links[1]), mesh.Links[2]], default);
        var few = new Mesh(mesh.Nodes, [Doubted(mesh.Links[0]), mesh.Links[1], mesh.Links[2]], default);

        Assert.Equal(MeasurementQuality.Interfered, GroupMesh.Of(most, GroupKey.Zone).Links[0].Quality);
        Assert.Equal(MeasurementQuality.Ok, GroupMesh.Of(few, GroupKey.Zone).Links[0].Quality);
    }

    [Fact]
    public void Nodes_without_a_group_are_one_group_and_none_leaves_every_node_by_itself()
    {
        var mesh = new Mesh([new("a"), new("b"), new("c") { Rack = "r" }], [], default);

        Assert.Equal([GroupMesh.NoGroup, "r"], GroupMesh.Of(mesh, GroupKey.Rack).Nodes.Select(node => node.Name));
        Assert.Equal(["a", "b", "c"], GroupMesh.Of(mesh, GroupKey.None).Nodes.Select(node => node.Name));
    }

    [Fact]
    public void A_group_has_what_all_its_members_share()
    {
        var mesh = new Mesh([new("a") { Rack = "r", Zone = "z", Region = "x" }, new("b") { Rack = "r", Zone = "z", Region = "y" }], [], default);

        Assert.Equal(new MeshNode("r") { Rack = "r", Zone = "z" }, Assert.Single(GroupMesh.Of(mesh, GroupKey.Rack).Nodes));
    }

    [Fact]
    public void Every_pair_is_counted_once_and_medians_lie_within_what_was_measured() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var mesh = RandomGraph.Mesh(seed);
        var grouped = GroupMesh.Join(mesh, GroupKey.Zone);
        var counts = grouped.Pairs.Concat(grouped.Groups.Select(group => group.Pairs)).ToList();
        var values = mesh.Links.Select(link => link.ThroughputBitsPerSecond).Where(double.IsFinite).ToList();
        return grouped.Groups.Sum(group => group.Nodes) == mesh.Nodes.Length
            && counts.Sum(count => count.Up) == mesh.Links.Count(link => link.State == LinkState.Up)
            && counts.Sum(count => count.Failed) == mesh.Links.Count(link => link.State == LinkState.Down)
            && grouped.Pairs.Length == grouped.Mesh.Links.Length
            && grouped.Mesh.Links.All(link => double.IsNaN(link.ThroughputBitsPerSecond) || (link.ThroughputBitsPerSecond >= values.Min() && link.ThroughputBitsPerSecond <= values.Max()));
    }).QuickCheckThrowOnFailure();

    // Nodes 0 to 2 are in the east, 3 and 4 in the west; NaN stands for a failed test.
    private static Mesh Mesh(params (int Source, int Destination, double Throughput)[] links) => new(
        [.. Enumerable.Range(0, 5).Select(i => new MeshNode($"n{i}") { Zone = i < 3 ? "east" : "west" })],
        [.. links.Select((link, i) => new LinkMeasurement(link.Source, link.Destination)
        {
            ThroughputBitsPerSecond = link.Throughput,
            LossRatio = i == 0 ? 0.04 : 0,
            State = double.IsNaN(link.Throughput) ? LinkState.Down : LinkState.Up,
        })],
        default);
}
