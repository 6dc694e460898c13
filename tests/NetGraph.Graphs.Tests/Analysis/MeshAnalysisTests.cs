using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Tests.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Analysis;

public sealed class MeshAnalysisTests
{
    [Fact]
    public void The_worst_links_are_the_failed_ones_then_those_of_least_throughput()
    {
        var mesh = Meshes.Small();

        var analysis = MeshAnalysis.Of(mesh, new AnalysisOptions { Limit = 3 });

        Assert.Equal([(0, 1), (0, 2), (0, 3)], analysis.WorstLinks.Select(i => (mesh.Links[i].Source, mesh.Links[i].Destination)));
        Assert.Equal(LinkState.Down, mesh.Links[analysis.WorstLinks[0]].State);
        Assert.Equal(11, MeshAnalysis.Of(mesh, new AnalysisOptions { Limit = 100 }).WorstLinks.Length);
    }

    [Fact]
    public void An_empty_mesh_has_nothing_to_tell()
    {
        var analysis = MeshAnalysis.Of(new Mesh([], [], default), new AnalysisOptions());

        Assert.Empty(analysis.Suspects);
        Assert.Empty(analysis.WorstLinks);
        Assert.Empty(analysis.Bottlenecks);
        Assert.Null(analysis.Clusters);
        Assert.Empty(analysis.Reachability.Partitions);
        Assert.Empty(analysis.Detours);
    }

    [Fact]
    public void A_host_that_sends_slowly_is_the_suspect_and_the_racks_are_the_clusters()
    {
        var mesh = Racks();

        var analysis = MeshAnalysis.Of(mesh, new AnalysisOptions());

        Assert.Equal(GroupKey.Rack, analysis.Group);
        Assert.Equal(new SuspectCause(SuspectKind.NodeEgress, Node: "h7"), analysis.Suspects.Single(suspect => suspect.Confidence >= 0.5).Cause);
        Assert.Equal(["0 1 2 3", "4 5 6 7"], analysis.Clusters!.Children.Select(cluster => string.Join(' ', cluster.Nodes)));
    }

    [Theory]
    [InlineData("a a", "r s", GroupKey.Rack)]
    [InlineData("a b", "r s", GroupKey.Zone)]
    [InlineData("a a", "r r", GroupKey.Zone)]
    [InlineData("- -", "r s", GroupKey.Rack)]
    [InlineData("a -", "r s", GroupKey.Zone)]
    [InlineData("", "", GroupKey.Zone)]
    public void Groups_are_zones_unless_racks_tell_more(string zones, string racks, GroupKey expected)
    {
        string?[] Groups(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(group => group == "-" ? null : group)];
        var nodes = Groups(zones).Zip(Groups(racks)).Select((place, i) => new MeshNode($"n{i}") { Zone = place.First, Rack = place.Second });

        Assert.Equal(expected, NaturalGroup.Of(new Mesh([.. nodes], [], default)));
    }

    private static Mesh Racks()
    {
        var random = new Random(1);
        var links =
            from a in Enumerable.Range(0, 8)
            from b in Enumerable.Range(0, 8)
            where a != b
            let megabits = a == 6 ? 9.57 : a / 4 == b / 4 ? 191 : 57.4
            select new LinkMeasurement(a, b) { ThroughputBitsPerSecond = megabits * 1e6 * (0.99 + (random.NextDouble() * 0.02)), State = LinkState.Up };
        return new Mesh([.. Enumerable.Range(0, 8).Select(i => new MeshNode($"h{i + 1}") { Rack = i < 4 ? "rack-a" : "rack-b" })], [.. links], default);
    }
}
