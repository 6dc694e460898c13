using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Suspects;

public sealed class SuspectSearchTests
{
    [Theory]
    [InlineData(GroupKey.Rack, true)]
    [InlineData(GroupKey.None, true)]
    [InlineData(GroupKey.Zone, true)]
    [InlineData(GroupKey.Rack, false)]
    [InlineData(GroupKey.None, false)]
    public void Blames_nothing_but_the_sick_host_of_racks8(GroupKey key, bool hasLabels)
    {
        var suspect = Assert.Single(SuspectSearch.Find(Racks8(hasLabels), new SuspectOptions { Group = key }));

        Assert.Equal(new SuspectCause(SuspectKind.NodeEgress, Node: "h7"), suspect.Cause);
        Assert.Equal(7, suspect.Pairs);
        Assert.InRange(suspect.ObservedBitsPerSecond, 9.56e6, 9.58e6);
        Assert.InRange(suspect.ExpectedBitsPerSecond, 57e6, 58e6);
        Assert.InRange(suspect.Confidence, 0.9, 1);
        Assert.Empty(suspect.AmbiguousWith);
    }

    // line4: each link of the chain is slower than the one before it: structure. star16: all alike.
    [Theory]
    [InlineData("0 95.6 47.8 19.1 / 95.6 0 47.8 19.1 / 47.8 47.8 0 19.1 / 19.1 19.1 19.1 0")]
    [InlineData("0 19.1 19.1 19.1 / 19.1 0 95.6 47.8 / 19.1 95.6 0 47.8 / 19.1 47.8 47.8 0")]
    [InlineData("0 95.6 19.1 19.1 / 95.6 0 19.1 19.1 / 19.1 19.1 0 95.6 / 19.1 19.1 95.6 0")]
    [InlineData("0 47.8 47.8 / 47.8 0 47.8 / 47.8 47.8 0")]
    [InlineData("0 47.8 / 47.8 0")]
    [InlineData("0 50 40 / 45 0 38 / 39 42 0")]
    [InlineData("0")]
    [InlineData("- 47.8 / - -")]
    [InlineData("- - / - -")]
    public void Takes_structure_for_no_fault(string megabits) => Assert.Empty(Find(megabits));

    [Fact]
    public void Says_nothing_of_sixteen_equal_hosts() =>
        Assert.Empty(SuspectSearch.Find(MeshOf(16, (_, _) => 47.8), new SuspectOptions { Group = GroupKey.Rack }));

    [Fact]
    public void Names_all_that_a_single_slow_direction_may_be()
    {
        var suspect = Assert.Single(Find("0 10 / 100 0"));

        Assert.Equal(
            [new(SuspectKind.Link, Source: "h1", Destination: "h2"), new(SuspectKind.NodeEgress, Node: "h1"), new(SuspectKind.NodeIngress, Node: "h2")],
            suspect.AmbiguousWith.Prepend(suspect.Cause));
        Assert.Equal((10e6, 100e6, 1), (Math.Round(suspect.ObservedBitsPerSecond), Math.Round(suspect.ExpectedBitsPerSecond), suspect.Pairs));
        Assert.InRange(suspect.Confidence, 0.5, 1);
    }

    [Theory]
    // One direction of a node.
    [InlineData("0 9 9 9 / 100 0 100 100 / 100 100 0 100 / 100 100 100 0", "node_egress h1")]
    [InlineData("0 100 100 9 / 100 0 100 9 / 100 100 0 9 / 100 100 100 0", "node_ingress h4")]
    // Both.
    [InlineData("0 9 9 9 / 9 0 100 100 / 9 100 0 100 / 9 100 100 0", "node h1")]
    // A link, which its ends' other links clear of blame.
    [InlineData("0 9 100 100 / 100 0 100 100 / 100 100 0 100 / 100 100 100 0", "link h1>h2")]
    // Of two racks, what leaves the one enters the other.
    [InlineData("0 190 28 28 / 190 0 28 28 / 57 57 0 190 / 57 57 190 0", "group_egress a|group_ingress b", "aabb")]
    // Failing is the slowest of all.
    [InlineData("0 x x x / 100 0 100 100 / 100 100 0 100 / 100 100 100 0", "node_egress h1")]
    [InlineData("0 x x x / x 0 100 100 / x 100 0 100 / x 100 100 0", "node h1")]
    [InlineData("0 100 100 100 / x 0 100 100 / 100 100 0 100 / 100 100 100 0", "one_way h1>h2|link h2>h1")]
    [InlineData("0 x 100 100 / x 0 100 100 / 100 100 0 100 / 100 100 100 0", "link h1>h2, link h2>h1")]
    [InlineData("0 100 x x / 100 0 x x / x x 0 100 / x x 100 0", "partition h3")]
    [InlineData("0 100 x x / 100 0 x x / x x 0 100 / x x 100 0", "partition h3 b|group_egress b|group_ingress b", "aabb")]
    [InlineData("0 100 x x / 100 0 x x / 100 100 0 100 / 100 100 100 0", "group_egress a|group_ingress b", "aabb")]
    // Not tested is not failed.
    [InlineData("0 100 - - / 100 0 - - / - - 0 100 / - - 100 0", "")]
    // A result in doubt says nothing; a capped one that the link carries as much.
    [InlineData("0 9? 100 100 / 100 0 100 100 / 100 100 0 100 / 100 100 100 0", "")]
    [InlineData("0 100+ 100+ / 100+ 0 9 / 100+ 100+ 0", "link h2>h3")]
    [InlineData("0 9 80+ 100 / 100 0 100 100 / 100 100 0 100 / 100 100 100 0", "link h1>h2")]
    // The only measured link of a node's direction may be either.
    [InlineData("0 9 - - / 100 0 100 100 / 100 100 0 100 / 100 100 100 0", "link h1>h2|node_egress h1")]
    // A group of one node.
    [InlineData("0 100 100 100 9 / 100 0 100 100 9 / 100 100 0 100 9 / 100 100 100 0 9 / 100 100 100 100 0", "group_ingress c|node_ingress h5", "aabbc")]
    [InlineData("0 9 9 9 / 100 0 100 100 / 100 100 0 100 / 100 100 100 0", "node_egress h1|group_egress a", "abcd")]
    // Both directions of an uplink among equals are two suspects.
    [InlineData(
        "0 190 28 28 28 28 28 28 / 190 0 28 28 28 28 28 28 / 28 28 0 190 57 57 57 57 / 28 28 190 0 57 57 57 57 / 28 28 57 57 0 190 57 57 / 28 28 57 57 190 0 57 57 / 28 28 57 57 57 57 0 190 / 28 28 57 57 57 57 190 0",
        "group_egress a, group_ingress a",
        "aabbccdd")]
    public void Finds_the_cause(string megabits, string expected, string? racks = null)
    {
        var suspects = Find(megabits, racks).Where(suspect => suspect.Confidence >= 0.5);

        Assert.Equal(expected, string.Join(", ", suspects.Select(suspect => string.Join('|', suspect.AmbiguousWith.Prepend(suspect.Cause).Select(Text)))));
    }

    [Fact]
    public void Lists_the_nodes_of_a_partition()
    {
        var suspect = Assert.Single(Find("0 100 x x / 100 0 x x / x x 0 100 / x x 100 0"));

        Assert.Equal(["h3", "h4"], suspect.Nodes);
        Assert.Equal((0, 8), (suspect.ObservedBitsPerSecond, suspect.Pairs));
    }

    [Fact]
    public void Puts_what_explains_most_first()
    {
        var mesh = MeshOf(8, (a, b) => (a, b) switch { (0, _) => 10, (2, 3) => 1, (_, 5) => 45, _ => 100 });

        Assert.Equal(["node_egress h1", "node_ingress h6", "link h3>h4"], SuspectSearch.Find(mesh, new SuspectOptions()).Select(suspect => Text(suspect.Cause)));
    }

    [Fact]
    public void Is_sure_of_more_links_and_of_larger_effects()
    {
        double Confidence(Func<int, int, double> megabits) => Assert.Single(SuspectSearch.Find(MeshOf(8, megabits), new SuspectOptions())).Confidence;
        var half = Confidence((a, b) => (a, b) == (1, 2) ? 50 : 100);
        var tenth = Confidence((a, b) => (a, b) == (1, 2) ? 10 : 100);
        var row = Confidence((a, b) => a == 1 ? 50 : 100);

        Assert.True(0.5 <= half && half < row && half < tenth && tenth <= 1, $"{half} {row} {tenth}");
    }

    [Theory]
    [InlineData(97)]
    [InlineData(80)]
    [InlineData(60)]
    public void Leaves_honest_differences_alone(double megabits)
    {
        static bool IsSaid(Suspect suspect) => suspect.Confidence >= 0.5;
        Assert.DoesNotContain(SuspectSearch.Find(MeshOf(8, (a, b) => (a, b) == (1, 2) ? megabits : 100), new SuspectOptions()), IsSaid);
        Assert.DoesNotContain(SuspectSearch.Find(MeshOf(8, (a, b) => a == 1 ? megabits : 100), new SuspectOptions()), IsSaid);
        Assert.DoesNotContain(SuspectSearch.Find(MeshOf(8, (a, b) => a == 1 || b == 1 ? megabits : 100), new SuspectOptions()), IsSaid);
    }

    [Fact]
    public void A_slower_network_card_is_no_fault_once_it_is_declared()
    {
        var mesh = MeshOf(6, (a, b) => a == 0 || b == 0 ? 940 : 9400);

        Assert.Equal(["node h1"], SuspectSearch.Find(mesh, new SuspectOptions()).Select(suspect => Text(suspect.Cause)));
        Assert.Empty(SuspectSearch.Find(mesh, Declared("""{"nodes":[{"name":"h1","throughputBitsPerSecond":1e9}]}""")));
    }

    [Theory]
    [InlineData("""{"nodes":[{"name":"h1","throughputBitsPerSecond":1e9},{"name":"h2","throughputBitsPerSecond":1e9},{"name":"h3","throughputBitsPerSecond":1e9}]}""", "node_egress h1, node_egress h2, node_egress h3")]
    [InlineData("""{"nodes":[{"name":"h1","throughputBitsPerSecond":1e9}]}""", "node h1")]
    [InlineData("""{"nodes":[{"name":"h1","egressBitsPerSecond":1e9}]}""", "node_egress h1")]
    [InlineData("""{"nodes":[{"name":"h1","throughputBitsPerSecond":5e8}]}""", "")]
    [InlineData("""{"links":[{"source":"h1","destination":"h2","throughputBitsPerSecond":1e9}]}""", "link h1>h2")]
    [InlineData("""{"nodes":[{"name":"elsewhere","throughputBitsPerSecond":1e9}]}""", "")]
    public void Nodes_below_half_of_what_is_declared_are_suspects_even_if_all_are(string json, string expected) =>
        Assert.Equal(expected, string.Join(", ", SuspectSearch.Find(MeshOf(3, (_, _) => 300), Declared(json)).Where(s => s.Confidence >= 0.5).Select(suspect => Text(suspect.Cause))));

    [Fact]
    public void Uplinks_below_half_of_what_is_declared_are_suspects_even_if_all_are()
    {
        var mesh = MeshOf(8, (a, b) => a / 4 == b / 4 ? 190 : 28, "aaaabbbb");
        var declared = Declared("""{"groups":[{"name":"a","throughputBitsPerSecond":1e8},{"name":"b","throughputBitsPerSecond":1e8}]}""") with { Group = GroupKey.Rack };

        Assert.Empty(SuspectSearch.Find(mesh, new SuspectOptions { Group = GroupKey.Rack }));
        Assert.Equal(["group_egress a", "group_egress b"], SuspectSearch.Find(mesh, declared).Select(suspect => Text(suspect.Cause)));
    }

    [Fact]
    public void Equal_meshes_give_equal_answers_whatever_their_order() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var mesh = PlantedMesh.Of(new MeshRecipe(8, MeshShape.Racks, true) { Most = (2, 1, 1) }, seed).Mesh;
        var order = Enumerable.Range(0, mesh.Nodes.Length).ToArray();
        new Random(seed).Shuffle(order);
        var shuffled = new Mesh(
            [.. order.Select(i => mesh.Nodes[i])],
            [.. mesh.Links.Select(link => link with { Source = Array.IndexOf(order, link.Source), Destination = Array.IndexOf(order, link.Destination) }).Reverse()],
            mesh.MeasuredAt);
        return Texts(mesh).SequenceEqual(Texts(shuffled));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_the_mesh_each_suspect_is_worse_than_expected() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var mesh = RandomGraph.Mesh(seed);
        return SuspectSearch.Find(mesh, new SuspectOptions { Group = GroupKey.Zone }).All(suspect =>
            suspect.Pairs > 0 && suspect.Confidence is >= 0 and <= 1 && suspect.ObservedBitsPerSecond >= 0
            && (suspect.ObservedBitsPerSecond < suspect.ExpectedBitsPerSecond || suspect.ObservedBitsPerSecond == 0)
            && double.IsFinite(suspect.ExpectedBitsPerSecond) && !suspect.AmbiguousWith.Contains(suspect.Cause));
    }).QuickCheckThrowOnFailure();

    private static List<string> Texts(Mesh mesh) =>
        [.. SuspectSearch.Find(mesh, new SuspectOptions { Group = GroupKey.Rack }).Select(s => $"{Text(s.Cause)} {s.ObservedBitsPerSecond} {s.ExpectedBitsPerSecond} {s.Pairs} {s.Confidence} {string.Join('|', s.AmbiguousWith.Select(Text))}")];

    private static Mesh Racks8(bool hasLabels) =>
        MeshOf(8, (a, b) => a == 6 ? 9.57 : a / 4 == b / 4 ? 191.4 : 57.4, hasLabels ? "aaaabbbb" : null);

    private static ImmutableArray<Suspect> Find(string megabits, string? racks = null)
    {
        var rows = megabits.Split('/').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var links = new List<LinkMeasurement>();
        for (var a = 0; a < rows.Length; a++)
        {
            for (var b = 0; b < rows.Length; b++)
            {
                var cell = rows[a][b];
                if (a == b || cell == "-") continue;
                links.Add(cell == "x" ? new LinkMeasurement(a, b) { State = LinkState.Down } : new LinkMeasurement(a, b)
                {
                    State = LinkState.Up,
                    ThroughputBitsPerSecond = double.Parse(cell.TrimEnd('+', '?'), CultureInfo.InvariantCulture) * 1e6,
                    Quality = cell[^1] switch { '+' => MeasurementQuality.Capped, '?' => MeasurementQuality.HostLimited, _ => MeasurementQuality.Ok },
                });
            }
        }

        return SuspectSearch.Find(new Mesh(Nodes(rows.Length, racks), links, DateTimeOffset.UnixEpoch), new SuspectOptions { Group = racks is null ? GroupKey.None : GroupKey.Rack });
    }

    private static Mesh MeshOf(int count, Func<int, int, double> megabits, string? racks = null)
    {
        var links =
            from a in Enumerable.Range(0, count)
            from b in Enumerable.Range(0, count)
            where a != b
            select new LinkMeasurement(a, b) { State = LinkState.Up, ThroughputBitsPerSecond = megabits(a, b) * 1e6 };
        return new Mesh(Nodes(count, racks), [.. links], DateTimeOffset.UnixEpoch);
    }

    private static MeshNode[] Nodes(int count, string? racks) => [.. Enumerable.Range(0, count).Select(i => new MeshNode($"h{i + 1}") { Rack = racks?[i].ToString() })];

    private static SuspectOptions Declared(string json) => new() { Expectations = Expectations.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))) };

    private static string Text(SuspectCause cause)
    {
        var link = cause.Source is null ? null : $"{cause.Source}>{cause.Destination}";
        return string.Join(' ', new[] { SuspectCause.NameOf(cause.Kind), cause.Node, cause.Group, link }.Where(part => part is not null));
    }
}
