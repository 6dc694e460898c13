using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class LinkAppearanceTests
{
    private static readonly LinkMeasurement Doubted = new(0, 1) { State = LinkState.Up, ThroughputBitsPerSecond = 1e9, RoundTripTimeSeconds = 1e-3, Quality = MeasurementQuality.HostLimited };

    [Fact]
    public void A_doubtful_throughput_test_says_nothing_against_a_round_trip_time()
    {
        Assert.Equal(LinkAppearance.Doubtful, Doubted.Under(GraphMetric.Bandwidth));
        Assert.Equal(LinkAppearance.Measured, Doubted.Under(GraphMetric.RoundTripTime));
    }

    [Fact]
    public void A_failed_throughput_test_crosses_out_only_what_was_not_measured_otherwise()
    {
        var failed = Doubted with { State = LinkState.Down, ThroughputBitsPerSecond = double.NaN };

        Assert.Equal(LinkAppearance.Failed, failed.Under(GraphMetric.Bandwidth));
        Assert.Equal(LinkAppearance.Measured, failed.Under(GraphMetric.RoundTripTime));
        Assert.Equal(LinkAppearance.Failed, failed.Under(GraphMetric.Loss));
    }

    [Fact]
    public void What_was_not_tested_is_unknown_and_never_failed() =>
        Assert.All(GraphMetric.All, metric => Assert.Equal(LinkAppearance.Unknown, new LinkMeasurement(0, 1).Under(metric)));
}
