using FsCheck;
using FsCheck.Fluent;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests;

public sealed class LinkHealthTests
{
    private static readonly LinkMeasurement Well = new(0, 1) { State = LinkState.Up, ThroughputBitsPerSecond = 1e9, RoundTripTimeSeconds = 1e-3, LossRatio = 0 };

    private static readonly GraphMetric Health = LinkHealth.In(new Mesh(
        [.. Enumerable.Range(0, 5).Select(i => new MeshNode($"n{i}"))],
        [.. Enumerable.Range(1, 4).Select(i => Well with { Destination = i, ThroughputBitsPerSecond = i == 1 ? 1e8 : 1e9, RoundTripTimeSeconds = i == 1 ? 5e-3 : 1e-3 })],
        default));

    [Fact]
    public void The_worst_measurement_decides()
    {
        Assert.Equal(1, Health.Value(Well));
        Assert.Equal(1, Health.Value(Well with { ThroughputBitsPerSecond = 9e9, RoundTripTimeSeconds = 1e-6 }));
        Assert.Equal(0.1, Health.Value(Well with { ThroughputBitsPerSecond = 1e8 }), 1e-9);
        Assert.Equal(0.2, Health.Value(Well with { RoundTripTimeSeconds = 5e-3 }), 1e-9);
        Assert.Equal(0.6, Health.Value(Well with { LossRatio = 0.04 }), 1e-9);
        Assert.Equal(0, Health.Value(Well with { LossRatio = 0.5 }));
        Assert.Equal(0.1, Health.Value(Well with { LossRatio = 0.04, ThroughputBitsPerSecond = 1e8, RoundTripTimeSeconds = 5e-3 }), 1e-9);
    }

    [Fact]
    public void A_failed_link_has_none_and_an_unknown_one_is_unknown()
    {
        Assert.Equal(0, Health.Value(Well with { State = LinkState.Down, ThroughputBitsPerSecond = double.NaN }));
        Assert.Equal(double.NaN, Health.Value(new LinkMeasurement(0, 1)));
        Assert.Equal(0.2, Health.Value(new LinkMeasurement(0, 1) { RoundTripTimeSeconds = 5e-3 }), 1e-9);
    }

    [Fact]
    public void A_doubtful_throughput_does_not_count() =>
        Assert.Equal(1, Health.Value(Well with { ThroughputBitsPerSecond = 1e8, Quality = MeasurementQuality.Capped }));

    [Fact]
    public void Lies_from_0_to_1_wherever_anything_is_known() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var mesh = RandomGraph.Mesh(seed);
        var health = LinkHealth.In(mesh);
        return mesh.Links.All(link => health.Value(link) is var value && (double.IsNaN(value)
            ? link.State == LinkState.Unknown && double.IsNaN(link.LossRatio)
            : value is >= 0 and <= 1));
    }).QuickCheckThrowOnFailure();
}
