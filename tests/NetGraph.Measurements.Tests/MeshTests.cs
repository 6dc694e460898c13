using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace NetGraph.Measurements.Tests;

public sealed class MeshTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sorts_nodes_by_name_and_links_by_their_ends()
    {
        var mesh = new Mesh(
            [new("c"), new("A"), new("b")],
            [Link(0, 1, 31), Link(2, 1, 21), Link(1, 0, 13), Link(0, 2, 32)],
            Noon);

        Assert.Equal(["A", "b", "c"], mesh.Nodes.Select(node => node.Name));
        Assert.Equal(
            [("A", "c", 13), ("b", "A", 21), ("c", "A", 31), ("c", "b", 32)],
            mesh.Links.Select(link => (mesh.Nodes[link.Source].Name, mesh.Nodes[link.Destination].Name, link.ThroughputBitsPerSecond)));
    }

    [Fact]
    public void Any_order_of_the_same_content_gives_the_same_mesh() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            string[] names = [.. Enumerable.Range(0, random.Next(1, 9)).Select(i => $"n{i}")];
            (string, string)[] ends = [.. from a in names from b in names where a != b && random.Next(2) == 0 select (a, b)];
            var one = Shuffled(names, ends, random);
            var other = Shuffled(names, ends, random);
            return one.Nodes.SequenceEqual(other.Nodes) && one.Links.SequenceEqual(other.Links)
                && names.All(name => one.Nodes[one.IndexOf(name)].Name == name);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Finds_no_node_that_is_not_there()
    {
        var mesh = new Mesh([new("a"), new("c"), new("e")], [], Noon);
        Assert.All(["", "A", "aa", "b", "d", "f"], name => Assert.Equal(-1, mesh.IndexOf(name)));
        Assert.Equal(-1, new Mesh([], [], Noon).IndexOf("a"));
    }

    [Fact]
    public void Refuses_two_nodes_of_one_name()
    {
        var exception = Assert.Throws<ArgumentException>(() => new Mesh([new("a"), new("b"), new("a") { Zone = "z" }], [], Noon));
        Assert.Contains("Two nodes are called 'a'.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_link_that_is_given_twice()
    {
        var exception = Assert.Throws<ArgumentException>(() => new Mesh([new("b"), new("a")], [Link(0, 1, 1), Link(1, 0, 1), Link(0, 1, 2)], Noon));
        Assert.Contains("'b' to 'a' is given twice", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, int.MinValue)]
    public void Refuses_a_link_with_an_end_outside(int source, int destination) =>
        Assert.Throws<ArgumentException>(() => new Mesh([new("a"), new("b")], [Link(source, destination, 1)], Noon));

    [Fact]
    public void What_is_in_order_already_makes_the_same_mesh_without_a_copy()
    {
        ImmutableArray<MeshNode> nodes = [new("A"), new("b"), new("c")];
        ImmutableArray<LinkMeasurement> links = [Link(0, 2, 13), Link(1, 0, 21), Link(2, 0, 31), Link(2, 1, 32)];
        var mesh = Mesh.InOrder(nodes, links, Noon);

        Assert.True(links == mesh.Links);
        Assert.Equal(new Mesh(nodes, links, Noon).Links, mesh.Links);
        Assert.Equal(Noon, mesh.MeasuredAt);
    }

    [Fact]
    public void What_is_not_in_order_is_refused_where_order_is_asked_for()
    {
        Assert.Throws<ArgumentException>(() => Mesh.InOrder([new("b"), new("A")], [], Noon));
        Assert.Throws<ArgumentException>(() => Mesh.InOrder([new("a"), new("a")], [], Noon));
        Assert.All(
            (LinkMeasurement[][])[[Link(1, 0, 1), Link(0, 1, 1)], [Link(0, 2, 1), Link(0, 1, 1)], [Link(0, 1, 1), Link(0, 1, 1)], [Link(0, 3, 1)], [Link(-1, 0, 1)]],
            links => Assert.Throws<ArgumentException>(() => Mesh.InOrder([new("a"), new("b"), new("c")], [.. links], Noon)));
    }

    [Fact]
    public void Tells_the_age_of_a_link()
    {
        var mesh = new Mesh([new("a"), new("b")], [], Noon);
        var measured = new LinkMeasurement(0, 1) { LastSuccessUnixSeconds = Noon.ToUnixTimeSeconds() - 90 };
        Assert.Equal(90, mesh.AgeSeconds(measured));
        Assert.Equal(0, mesh.AgeSeconds(measured with { LastSuccessUnixSeconds = Noon.ToUnixTimeSeconds() + 5 }));
        Assert.True(double.IsNaN(mesh.AgeSeconds(new LinkMeasurement(0, 1))));
    }

    [Fact]
    public void A_link_of_which_nothing_is_known_has_no_zeros()
    {
        var link = new LinkMeasurement(1, 2);
        Assert.Equal((1, 2, LinkState.Unknown), (link.Source, link.Destination, link.State));
        Assert.All(
            [link.ThroughputBitsPerSecond, link.RoundTripTimeSeconds, link.LossRatio, link.RetransmittedSegments, link.LastSuccessUnixSeconds],
            value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void A_node_without_a_place_groups_under_the_empty_name()
    {
        var node = new MeshNode("a") { Zone = "z", Region = "r", Rack = "k" };
        Assert.Equal(["", "z", "r", "k"], Enum.GetValues<GroupKey>().Select(node.GroupBy));
        Assert.All(Enum.GetValues<GroupKey>(), key => Assert.Equal("", new MeshNode("b").GroupBy(key)));
    }

    private static Mesh Shuffled(string[] names, (string Source, string Destination)[] ends, Random random)
    {
        string[] nodes = [.. names];
        (string Source, string Destination)[] links = [.. ends];
        random.Shuffle(nodes);
        random.Shuffle(links);
        return new Mesh(
            [.. nodes.Select(name => new MeshNode(name))],
            [.. links.Select(link => Link(Array.IndexOf(nodes, link.Source), Array.IndexOf(nodes, link.Destination), Array.IndexOf(names, link.Source)))],
            Noon);
    }

    private static LinkMeasurement Link(int source, int destination, double throughput) =>
        new(source, destination) { ThroughputBitsPerSecond = throughput, RoundTripTimeSeconds = 1, LossRatio = 0, RetransmittedSegments = 0, LastSuccessUnixSeconds = 0 };
}
