using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Tests.Encoding;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Views;

public sealed class MeshViewTests
{
    [Theory]
    [InlineData(12, GroupKey.Zone, GraphView.Graph)]
    [InlineData(13, GroupKey.Zone, GraphView.Skeleton)]
    [InlineData(200, GroupKey.Zone, GraphView.Skeleton)]
    [InlineData(201, GroupKey.Zone, GraphView.Groups)]
    [InlineData(201, GroupKey.Region, GraphView.Skeleton)]
    [InlineData(201, GroupKey.None, GraphView.Skeleton)]
    public void The_usual_view_is_chosen_by_size_and_groups_only_where_there_are_some(int nodes, GroupKey group, GraphView expected) =>
        Assert.Equal(expected, MeshView.Usual(Nodes(nodes), group));

    [Theory]
    [InlineData(300, GroupKey.Zone, GraphView.Graph)]
    [InlineData(301, GroupKey.Zone, GraphView.Groups)]
    [InlineData(301, GroupKey.Region, GraphView.Graph)]
    public void A_matrix_shows_all_pairs_for_as_long_as_they_can_be_read(int nodes, GroupKey group, GraphView expected) =>
        Assert.Equal(expected, MeshView.UsualMatrix(Nodes(nodes), group));

    [Theory]
    [InlineData(60, GraphView.Graph, GroupKey.Zone, null)]
    [InlineData(61, GraphView.Graph, GroupKey.Zone, "view=skeleton")]
    [InlineData(501, GraphView.Graph, GroupKey.Zone, "view=groups")]
    [InlineData(500, GraphView.Skeleton, GroupKey.Zone, null)]
    [InlineData(501, GraphView.Skeleton, GroupKey.Zone, "view=groups")]
    [InlineData(5000, GraphView.Groups, GroupKey.Zone, null)]
    [InlineData(201, GraphView.Groups, GroupKey.None, "group=zone")]
    public void What_cannot_be_read_is_refused_with_the_view_to_use(int nodes, GraphView view, GroupKey group, string? wayOut)
    {
        var refusal = Record.Exception(MeshView.Of(Nodes(nodes), view, GraphMetric.Bandwidth, group).CheckGraph);

        if (wayOut is null) Assert.Null(refusal);
        else Assert.Contains(wayOut, Assert.IsType<TooLargeToDrawException>(refusal).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_selection_has_the_links_of_its_view_and_no_others()
    {
        var mesh = LabelTests.Mesh(30, i => $"n{i:00}");
        var skeleton = MeshView.Of(mesh, GraphView.Skeleton, GraphMetric.Bandwidth, GroupKey.Zone);

        Assert.Equal(mesh.Links, MeshView.Of(mesh, GraphView.Graph, GraphMetric.Bandwidth, GroupKey.Zone).Selection().Links);
        Assert.Equal(skeleton.Links!.Value.Select(i => mesh.Links[i]), skeleton.Selection().Links);
        Assert.True(skeleton.Selection().Links.Length < mesh.Links.Length / 4);
        Assert.Equal(4, MeshView.Of(mesh, GraphView.Groups, GraphMetric.Bandwidth, GroupKey.Zone).Selection().Nodes.Length);
    }

    [Fact]
    public void Of_many_groups_only_the_skeleton_is_drawn_but_all_links_are_selected()
    {
        var view = MeshView.Of(LabelTests.Mesh(60, i => $"n{i:00}"), GraphView.Groups, GraphMetric.Bandwidth, GroupKey.None);

        Assert.True(view.Links!.Value.Length < view.Mesh.Links.Length);
        Assert.Equal(view.Mesh.Links, view.Selection().Links);
    }

    [Fact]
    public void Racks_stand_side_by_side_by_zone()
    {
        var mesh = LabelTests.Mesh(30, i => $"n{i:00}");

        Assert.Equal(GroupKey.Zone, MeshView.Of(mesh, GraphView.Groups, GraphMetric.Bandwidth, GroupKey.Rack).Group);
        Assert.Equal(GroupKey.None, MeshView.Of(mesh, GraphView.Groups, GraphMetric.Bandwidth, GroupKey.Zone).Group);
        Assert.Equal(GroupKey.Rack, MeshView.Of(mesh, GraphView.Graph, GraphMetric.Bandwidth, GroupKey.Rack).Group);
    }

    [Fact]
    public void A_comparison_shows_what_vanished_too()
    {
        var before = Mesh(("a", "b", 1e9), ("c", "a", 1e9));
        var view = MeshView.Of(Mesh(("a", "b", 1e8), ("b", "a", 1e9)), GraphView.Graph, GraphMetric.Bandwidth, GroupKey.Zone, before);

        Assert.Equal(["a", "b", "c"], view.Mesh.Nodes.Select(node => node.Name));
        Assert.Equal([(0, 1), (1, 0), (2, 0)], view.Mesh.Links.Select(link => (link.Source, link.Destination)));
        Assert.Equal(LinkState.Unknown, view.Mesh.Links[2].State);
        Assert.Equal(before, view.Comparison!.Before);
        Assert.Contains(view.Comparison.Difference.Links, change => change is { Source: "c", Kind: LinkChangeKind.Vanished });
    }

    [Fact]
    public void A_skeleton_of_a_comparison_holds_what_changed()
    {
        var mesh = LabelTests.Mesh(30, i => $"n{i:00}");
        var before = new Mesh(mesh.Nodes, [.. mesh.Links.Select((link, i) => i == 200 ? link with { ThroughputBitsPerSecond = link.ThroughputBitsPerSecond * 3 } : link)], mesh.MeasuredAt);
        var plain = MeshView.Of(mesh, GraphView.Skeleton, GraphMetric.Bandwidth, GroupKey.Zone);
        var compared = MeshView.Of(mesh, GraphView.Skeleton, GraphMetric.Bandwidth, GroupKey.Zone, before);

        Assert.DoesNotContain(200, plain.Links!.Value);
        Assert.Contains(200, compared.Links!.Value);
    }

    [Theory]
    [InlineData("bandwidth", 2e9, 1e9, 2)]
    [InlineData("bandwidth", 0, 0, 1)]
    [InlineData("rtt", 1, 3, 3)]
    [InlineData("loss", 0, 0.01, 10)]
    [InlineData("retransmits", 0, 0.5, 1)]
    [InlineData("bandwidth", double.NaN, 1, double.PositiveInfinity)]
    public void A_change_is_as_strong_as_the_ratio_of_its_values(string metric, double before, double after, double expected) =>
        Assert.Equal(expected, Comparison.Factor(new LinkChange("a", "b", LinkChangeKind.Worse, before, after, 0), GraphMetric.All.Single(m => m.Name == metric)), 1e-9);

    private static Mesh Nodes(int count) => new([.. Enumerable.Range(0, count).Select(i => new MeshNode($"n{i:0000}") { Zone = $"z{i % 3}" })], [], default);

    private static Mesh Mesh(params (string Source, string Destination, double Throughput)[] links)
    {
        var names = links.SelectMany(link => new[] { link.Source, link.Destination }).Distinct().ToList();
        return new Mesh(
            [.. names.Select(name => new MeshNode(name))],
            [.. links.Select(link => new LinkMeasurement(names.IndexOf(link.Source), names.IndexOf(link.Destination)) { ThroughputBitsPerSecond = link.Throughput, State = LinkState.Up })],
            default);
    }
}
