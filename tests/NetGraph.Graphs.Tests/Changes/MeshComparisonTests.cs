using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Tests.Clusters;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Changes;

public sealed class MeshComparisonTests
{
    private static readonly MeshNode[] Three = [new("a"), new("b"), new("c")];

    [Theory]
    [InlineData(8)]
    [InlineData(40)]
    public void Says_next_to_nothing_of_noise_on_an_unchanged_mesh(int nodes)
    {
        const int Comparisons = 200;
        var alarms = Enumerable.Range(0, Comparisons).Count(seed =>
            !MeshComparison.Compare(Noisy(nodes, seed, 0.08), Noisy(nodes, ~seed, 0.08), GraphMetric.Bandwidth).Links.IsEmpty);

        Assert.True(alarms <= 0.03 * Comparisons, $"{alarms} of {Comparisons}");
    }

    // Which links change, and by what factor: 3 % noise on each of the two meshes.
    public static TheoryData<string, double, Func<LinkMeasurement, bool>> Shifts => new()
    {
        { "all links halved", 0.5, _ => true },
        { "half of them", 0.5, link => link.Source < 6 },
        { "one host", 0.6, link => link.Source == 3 },
        { "one link", 0.6, link => (link.Source, link.Destination) == (3, 4) },
        { "all links doubled", 2, _ => true },
        { "one link better", 1.7, link => (link.Source, link.Destination) == (3, 4) },
    };

    [Theory]
    [MemberData(nameof(Shifts))]
    public void Says_exactly_the_links_that_changed(string name, double factor, Func<LinkMeasurement, bool> isChanged)
    {
        foreach (var metric in new[] { GraphMetric.Bandwidth, GraphMetric.RoundTripTime })
        {
            var before = Noisy(12, 1, 0.03);
            var after = With(Noisy(12, 2, 0.03), link => !isChanged(link) ? link : link with
            {
                ThroughputBitsPerSecond = link.ThroughputBitsPerSecond * factor,
                RoundTripTimeSeconds = link.RoundTripTimeSeconds * factor,
            });

            var difference = MeshComparison.Compare(before, after, metric);

            var expected = after.Links.Where(isChanged).Select(link => (after.Nodes[link.Source].Name, after.Nodes[link.Destination].Name)).ToList();
            Assert.True(expected.SequenceEqual(difference.Links.Select(link => (link.Source, link.Destination))), $"{name}: {difference.Links.Length} links");
            Assert.Equal((132 - expected.Count, 0), (difference.Unchanged, difference.AppearedNodes.Length + difference.VanishedNodes.Length));
            var kind = factor > 1 == metric.MoreIsBetter ? LinkChangeKind.Better : LinkChangeKind.Worse;
            Assert.All(difference.Links, link => Assert.Equal(kind, link.Kind));
            Assert.All(difference.Links, link => Assert.InRange(link.Threshold, 0.05, Math.Abs(link.After - link.Before) / link.Before));
        }
    }

    [Theory]
    [InlineData(0.01, LinkChangeKind.Worse)]
    [InlineData(0.2, null)]
    [InlineData(double.NaN, null)]
    public void Takes_the_pairs_own_spread_where_it_is_known(double spread, LinkChangeKind? expected)
    {
        var before = Links(Three, (0, 1, 100), (1, 0, 100));
        var after = Links(Three, (0, 1, 85), (1, 0, 100));

        var difference = MeshComparison.Compare(before, after, GraphMetric.Bandwidth, (source, destination) => (source, destination) == ("a", "b") ? spread : 0.01);

        Assert.Equal(expected is null ? [] : [expected.Value], difference.Links.Select(link => link.Kind));
    }

    [Fact]
    public void Never_says_less_than_five_percent() =>
        Assert.Empty(MeshComparison.Compare(Links(Three, (0, 1, 100)), Links(Three, (0, 1, 95.5)), GraphMetric.Bandwidth, (_, _) => 0).Links);

    [Fact]
    public void Tells_what_came_and_went_from_what_was_not_measured()
    {
        var up = new LinkMeasurement(0, 1) { ThroughputBitsPerSecond = 100, State = LinkState.Up };
        LinkMeasurement Link(int source, int destination, LinkMeasurement like) => like with { Source = source, Destination = destination };
        LinkMeasurement down = new(0, 1) { State = LinkState.Down }, unknown = new(0, 1) { RoundTripTimeSeconds = 1 };
        Mesh before = new(Three, [Link(0, 1, up), Link(0, 2, up), Link(1, 0, down), Link(1, 2, unknown), Link(2, 0, up)], default);
        MeshNode[] others = [new("a"), new("b"), new("c"), new("d")];
        Mesh after = new(others, [Link(0, 1, down), Link(1, 0, up), Link(1, 2, up), Link(2, 0, unknown), Link(3, 0, up), Link(0, 3, unknown)], default);

        var difference = MeshComparison.Compare(before, after, GraphMetric.Bandwidth);
        var back = MeshComparison.Compare(after, before, GraphMetric.Bandwidth);

        Assert.Equal(["a>b Vanished", "a>c Vanished", "b>a Appeared", "d>a Appeared"], difference.Links.Select(Text));
        Assert.Equal(["a>b Appeared", "a>c Appeared", "b>a Vanished", "d>a Vanished"], back.Links.Select(Text));
        Assert.Equal(["d"], difference.AppearedNodes);
        Assert.Equal((0, 0), (difference.VanishedNodes.Length, difference.Unchanged));
        Assert.Equal(["d"], back.VanishedNodes);
        Assert.Equal((100, double.NaN, double.NaN), (difference.Links[0].Before, difference.Links[0].After, difference.Links[0].Threshold));
    }

    [Theory]
    [InlineData(MeasurementQuality.HostLimited)]
    [InlineData(MeasurementQuality.Capped)]
    [InlineData(MeasurementQuality.Interfered)]
    public void Does_not_compare_doubtful_throughput_but_round_trip_times_of_the_same_link(MeasurementQuality quality)
    {
        var before = Noisy(6, 1, 0.03);
        var after = With(Noisy(6, 2, 0.03), link => link.Source > 0 ? link : link with
        {
            Quality = quality,
            ThroughputBitsPerSecond = 1,
            RoundTripTimeSeconds = 1,
        });

        var throughput = MeshComparison.Compare(before, after, GraphMetric.Bandwidth);
        Assert.Equal((0, 25), (throughput.Links.Length, throughput.Unchanged));
        Assert.Equal((5, 25), (MeshComparison.Compare(before, after, GraphMetric.RoundTripTime).Links.Length, MeshComparison.Compare(before, after, GraphMetric.RoundTripTime).Unchanged));
    }

    [Theory]
    [InlineData("bandwidth", 0, 0, null)]
    [InlineData("bandwidth", 0, 1e6, LinkChangeKind.Better)]
    [InlineData("bandwidth", 1e6, 0, LinkChangeKind.Worse)]
    [InlineData("loss", 0, 0.003, null)]
    [InlineData("loss", 0, 0.02, LinkChangeKind.Worse)]
    [InlineData("loss", 0.02, 0, LinkChangeKind.Better)]
    [InlineData("loss", 0, 1, LinkChangeKind.Worse)]
    [InlineData("loss", 0.5, 0.52, null)]
    [InlineData("retransmits", 0, 3, null)]
    [InlineData("retransmits", 0, 400, LinkChangeKind.Worse)]
    [InlineData("retransmits", 400, 0, LinkChangeKind.Better)]
    [InlineData("retransmits", 400, 440, null)]
    public void Knows_zeros_shares_and_counts(string name, double before, double after, LinkChangeKind? expected)
    {
        var metric = GraphMetric.All.Single(metric => metric.Name == name);
        Mesh Of(double value) => new(Three, [new(0, 1) { ThroughputBitsPerSecond = value, LossRatio = value, RetransmittedSegments = value }], default);

        var difference = MeshComparison.Compare(Of(before), Of(after), metric);

        Assert.Equal(expected is null ? [] : [expected.Value], difference.Links.Select(link => link.Kind));
        Assert.Equal(expected is null ? 1 : 0, difference.Unchanged);
        Assert.All(difference.Links, link => Assert.InRange(link.Threshold, 0, name == "bandwidth" ? 1e9 : Math.Abs(after - before)));
    }

    [Fact]
    public void An_echo_that_is_always_lost_has_vanished()
    {
        Mesh answered = new(Three, [new(0, 1) { RoundTripTimeSeconds = 0.001, LossRatio = 0, State = LinkState.Up }], default);
        Mesh lost = new(Three, [new(0, 1) { LossRatio = 1, State = LinkState.Up }], default);

        Assert.Equal(LinkChangeKind.Vanished, Assert.Single(MeshComparison.Compare(answered, lost, GraphMetric.RoundTripTime).Links).Kind);
        Assert.Equal(LinkChangeKind.Appeared, Assert.Single(MeshComparison.Compare(lost, answered, GraphMetric.RoundTripTime).Links).Kind);
    }

    private static string Text(LinkChange link) => $"{link.Source}>{link.Destination} {link.Kind}";

    private static Mesh Links(MeshNode[] nodes, params (int Source, int Destination, double Throughput)[] links) =>
        new(nodes, [.. links.Select(link => new LinkMeasurement(link.Source, link.Destination) { ThroughputBitsPerSecond = link.Throughput, State = LinkState.Up })], default);

    // Links of very different speeds, all with the same relative noise.
    private static Mesh Noisy(int count, int seed, double noise)
    {
        var random = new Random(seed);
        double Noise() => Math.Exp(noise * PlantedMesh.Gauss(random));
        var links =
            from a in Enumerable.Range(0, count)
            from b in Enumerable.Range(0, count)
            where a != b
            select new LinkMeasurement(a, b) { ThroughputBitsPerSecond = 1e6 * (1 + a) * (1 + b) * Noise(), RoundTripTimeSeconds = 1e-4 * (1 + a + b) * Noise(), State = LinkState.Up };
        return new([.. Enumerable.Range(0, count).Select(i => new MeshNode($"n{i:00}"))], [.. links], default);
    }

    private static Mesh With(Mesh mesh, Func<LinkMeasurement, LinkMeasurement> change) => new(mesh.Nodes, [.. mesh.Links.Select(change)], mesh.MeasuredAt);
}
