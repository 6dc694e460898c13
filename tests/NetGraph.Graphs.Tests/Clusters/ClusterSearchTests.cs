using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Clusters;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Clusters;

public sealed class ClusterSearchTests
{
    [Fact]
    public void Finds_the_racks_of_the_lab_whose_host_7_sends_slowly()
    {
        var whole = Search(8, (a, b) => a == 6 ? 9.57 : a / 4 == b / 4 ? 191.4 : 57.4);

        Assert.Equal(["0 1 2 3", "4 5 6 7"], whole.Children.Select(Names));
        Assert.True(double.IsNaN(whole.EgressBitsPerSecond) && double.IsNaN(whole.IngressBitsPerSecond));
        AssertNear(57.4, whole.InsideBitsPerSecond);
        foreach (var rack in whole.Children)
        {
            AssertNear(191.4, rack.InsideBitsPerSecond);
            AssertNear(57.4, rack.EgressBitsPerSecond);
            AssertNear(57.4, rack.IngressBitsPerSecond);
            Assert.Empty(rack.Children);
        }
    }

    [Fact]
    public void Finds_racks_in_zones_with_each_boundary_in_each_direction()
    {
        double[] leaves = [40, 50, 60], enters = [80, 60, 70];
        var whole = Search(24, (a, b) => a / 4 == b / 4 ? 1000 : a / 8 == b / 8 ? 300 : Math.Min(leaves[a / 8], enters[b / 8]));

        Assert.Equal(["0 1 2 3 4 5 6 7", "8 9 10 11 12 13 14 15", "16 17 18 19 20 21 22 23"], whole.Children.Select(Names));
        Assert.Equal(["0 1 2 3", "4 5 6 7"], whole.Children[0].Children.Select(Names));
        Assert.All(whole.Children, (zone, i) => AssertNear(leaves[i], zone.EgressBitsPerSecond));
        // No zone sends more than 60, so that nothing shows how much more the first one could take.
        Assert.All(whole.Children, (zone, i) => AssertNear(new double[] { 60, 60, 50 }[i], zone.IngressBitsPerSecond));
        AssertNear(300, whole.Children[2].Children[1].IngressBitsPerSecond);
    }

    // The first two, from samples/lab: a star, and a chain that from its ends looks like a star of ever slower hosts.
    public static TheoryData<string, int, Func<int, int, double>> Flat => new()
    {
        { "star16", 16, (_, _) => 47.8 },
        { "line4", 4, (a, b) => new[] { 95.6, 95.6, 47.8, 19.1 }[Math.Max(a, b)] },
        { "hosts of several speeds", 30, (a, b) => Math.Min(a % 3 + 1, b % 3 + 1) * 100 },
        { "a slow host", 8, (a, b) => a == 3 || b == 3 ? 1 : 100 },
        { "bad links", 8, (a, b) => (a, b) is (0, 1) or (1, 0) or (4, 6) ? 1 : 100 },
        { "one bad link of two nodes", 2, (a, _) => a == 0 ? 1 : 100 },
    };

    [Theory]
    [MemberData(nameof(Flat))]
    public void Says_no_cluster_of_a_flat_mesh(string name, int count, Func<int, int, double> megabits)
    {
        var whole = Search(count, megabits);

        Assert.True(whole.Children.IsEmpty, name);
        Assert.Equal(count, whole.Nodes.Length);
    }

    [Fact]
    public void Noise_on_a_flat_mesh_makes_no_cluster() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var random = new Random(seed);
        double[] hosts = [.. Enumerable.Range(0, random.Next(2, 60)).Select(_ => 100 * random.Next(1, 4))];
        var mesh = Mesh(hosts.Length, (a, b) => random.Next(8) == 0 ? double.NaN : Math.Min(hosts[a], hosts[b]) * Math.Exp(0.05 * PlantedMesh.Gauss(random)));
        // Of two hosts it happens that neither way was measured: then there is no answer, and no cluster either.
        return mesh.Links.All(link => double.IsNaN(link.ThroughputBitsPerSecond)) ? ClusterSearch.Find(mesh) is null : ClusterSearch.Find(mesh)!.Children.IsEmpty;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(PlantedMesh.Kind.Racks, 40, 4)]
    [InlineData(PlantedMesh.Kind.Racks, 200, 1)]
    [InlineData(PlantedMesh.Kind.RacksInZones, 120, 1)]
    [InlineData(PlantedMesh.Kind.RacksInZones, 200, 4)]
    [InlineData(PlantedMesh.Kind.UnequalRacks, 120, 4)]
    public void Recovers_what_was_planted_through_noise_gaps_garbage_sick_hosts_and_bad_links(PlantedMesh.Kind kind, int nodes, double slack)
    {
        const int Meshes = 100;
        var recovered = Enumerable.Range(0, Meshes).Count(seed =>
        {
            var planted = PlantedMesh.Of(seed, kind, nodes, slack: slack);
            return IsRecovered(planted.Top, ClusterSearch.Find(planted.Mesh)!);
        });

        Assert.True(recovered >= 0.98 * Meshes, $"{recovered} of {Meshes}");
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1200)]
    [InlineData(5000)]
    public void A_pair_that_reads_too_high_joins_no_racks(double reading)
    {
        var whole = Search(12, (a, b) => (a, b) is (2, 9) or (9, 2) ? reading : a / 6 == b / 6 ? 1000 : 300);

        Assert.Equal(["0 1 2 3 4 5", "6 7 8 9 10 11"], whole.Children.Select(Names));
    }

    [Fact]
    public void Two_nodes_make_a_cluster_and_one_does_not()
    {
        var whole = Search(7, (a, b) => a / 2 == b / 2 ? 1000 : 300);

        Assert.Equal(["0 1", "2 3", "4 5"], whole.Children.Select(Names));
        Assert.Equal("0 1 2 3 4 5 6", Names(whole));
    }

    [Fact]
    public void Does_not_depend_on_the_order_of_the_nodes() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var order = Enumerable.Range(0, 30).ToArray();
        new Random(seed).Shuffle(order);
        var whole = Search(30, (a, b) => order[a] / 5 == order[b] / 5 ? 1000 : order[a] / 15 == order[b] / 15 ? 400 : 100);
        return whole.Children.Length == 2
            && whole.Children.All(zone => zone.Children.Length == 3 && zone.Nodes.Select(node => order[node] / 15).Distinct().Count() == 1)
            && whole.Children.SelectMany(zone => zone.Children).All(rack => rack.Nodes.Length == 5 && rack.Nodes.Select(node => order[node] / 5).Distinct().Count() == 1);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_boundary_in_one_direction_only_separates_too()
    {
        var whole = Search(16, (a, b) => a < 5 && b >= 5 ? 100 : 1000);

        Assert.Equal(["0 1 2 3 4", "5 6 7 8 9 10 11 12 13 14 15"], whole.Children.Select(Names));
        AssertNear(100, whole.Children[0].EgressBitsPerSecond);
        AssertNear(1000, whole.Children[0].IngressBitsPerSecond);
    }

    [Fact]
    public void Slow_hosts_stay_with_the_rack_whose_uplink_they_fill()
    {
        var whole = Search(16, (a, b) => a / 4 == b / 4 ? (a < 4 ? 100 : 1000) : a < 4 || b < 4 ? 50 : 400);

        Assert.Equal(["0 1 2 3", "4 5 6 7", "8 9 10 11", "12 13 14 15"], whole.Children.Select(Names));
        AssertNear(50, whole.Children[0].EgressBitsPerSecond);
        AssertNear(400, whole.Children[3].IngressBitsPerSecond);
    }

    [Fact]
    public void A_slow_rack_does_not_make_a_zone_of_the_others()
    {
        var whole = Search(12, (a, b) => a / 4 == b / 4 ? 1000 : a < 4 || b < 4 ? 50 : 400);

        Assert.Equal(["0 1 2 3", "4 5 6 7", "8 9 10 11"], whole.Children.Select(Names));
    }

    [Fact]
    public void Untrusted_results_and_failed_links_say_nothing_and_capped_ones_at_least_so_much()
    {
        var racks = Mesh(8, (a, b) => a / 4 == b / 4 ? 100 : 40);
        Assert.Equal(2, ClusterSearch.Find(racks)!.Children.Length);

        Assert.Null(ClusterSearch.Find(With(racks, link => link with { Quality = MeasurementQuality.HostLimited })));
        Assert.Null(ClusterSearch.Find(With(racks, link => link with { State = LinkState.Down })));
        Assert.Empty(ClusterSearch.Find(With(racks, link => link.ThroughputBitsPerSecond < 50e6 ? link with { Quality = MeasurementQuality.Capped } : link))!.Children);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Says_nothing_where_nothing_was_measured(int count) => Assert.Null(ClusterSearch.Find(Mesh(count, (_, _) => double.NaN)));

    [Fact]
    public void Racks_that_were_not_measured_against_each_other_are_not_told_apart() =>
        Assert.Empty(Search(8, (a, b) => a / 4 == b / 4 ? 100 : double.NaN).Children);

    [Fact]
    public void Clusters_are_disjoint_within_their_parent_and_of_two_nodes_at_least() => Prop.ForAll(RandomGraph.Seeds, seed =>
        ClusterSearch.Find(RandomGraph.Mesh(seed)) is not { } whole || IsSound(whole)).QuickCheckThrowOnFailure();

    private static bool IsSound(Cluster cluster) =>
        cluster.Nodes.Length >= 2
        && cluster.Nodes.SequenceEqual(cluster.Nodes.Distinct().Order())
        && cluster.Children.Sum(child => child.Nodes.Length) == cluster.Children.SelectMany(child => child.Nodes).Intersect(cluster.Nodes).Count()
        && cluster.Children.All(child => child.Nodes.Length < cluster.Nodes.Length && IsSound(child));

    private static bool IsRecovered(IReadOnlyList<PlantedMesh.Planted> sets, Cluster cluster) =>
        sets.Count == cluster.Children.Length && sets.Zip(cluster.Children).All(pair =>
        {
            var (set, child) = pair;
            var others = sets.Where(other => other != set).ToList();
            return set.Nodes.SequenceEqual(child.Nodes)
                && IsNear(Math.Min(set.Out, others.Max(other => other.In)), child.EgressBitsPerSecond)
                && IsNear(Math.Min(set.In, others.Max(other => other.Out)), child.IngressBitsPerSecond)
                && IsRecovered(set.Within, child);
        });

    private static bool IsNear(double expected, double actual) => Math.Abs(actual - expected) <= 0.1 * expected;

    private static void AssertNear(double megabits, double bitsPerSecond) => Assert.InRange(bitsPerSecond / 1e6, megabits * 0.999, megabits * 1.001);

    private static string Names(Cluster cluster) => string.Join(' ', cluster.Nodes);

    private static Cluster Search(int count, Func<int, int, double> megabits) => ClusterSearch.Find(Mesh(count, megabits))!;

    private static Mesh Mesh(int count, Func<int, int, double> megabits)
    {
        var links =
            from a in Enumerable.Range(0, count)
            from b in Enumerable.Range(0, count)
            where a != b
            let throughput = megabits(a, b)
            select new LinkMeasurement(a, b) { ThroughputBitsPerSecond = throughput * 1e6, State = double.IsNaN(throughput) ? LinkState.Unknown : LinkState.Up };
        return new([.. Enumerable.Range(0, count).Select(i => new MeshNode($"n{i:00}"))], [.. links], default);
    }

    private static Mesh With(Mesh mesh, Func<LinkMeasurement, LinkMeasurement> change) => new(mesh.Nodes, [.. mesh.Links.Select(change)], mesh.MeasuredAt);
}
