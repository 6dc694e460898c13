using NetGraph.Agent.Irtt;
using NetGraph.Measurements;

namespace NetGraph.Agent.Tests.Irtt;

public sealed class IrttReportTests
{
    [Fact]
    public void Reads_the_medians_of_a_real_run()
    {
        var result = IrttReport.Read(Fixture.Read("irtt.json"));
        Assert.Null(result.Failure);
        Assert.Equal((155.8, 237.6), (result.Delay!.Value.TotalMicroseconds, result.RoundTrip!.Value.TotalMicroseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"stats":{"send_delay":{"n":1,"median":"x"}}}""")]
    public void What_is_no_report_is_invalid(string output) =>
        Assert.Equal(ProbeFailure.InvalidOutput, IrttReport.Read(System.Text.Encoding.UTF8.GetBytes(output)).Failure);

    [Fact]
    public void A_delay_counts_only_when_both_clocks_are_known_and_can_be_true()
    {
        var ms = TimeSpan.FromMilliseconds(1);
        Assert.Equal(new OneWayDelay(5 * ms, 2 * ms, MeasurementQuality.Ok), OneWayDelay.Judge(5 * ms, 10 * ms, ms, ms));
        Assert.All(
            [OneWayDelay.Judge(5 * ms, 10 * ms, null, ms), OneWayDelay.Judge(5 * ms, 10 * ms, ms, null), OneWayDelay.Judge(-5 * ms, 10 * ms, ms, ms), OneWayDelay.Judge(15 * ms, 10 * ms, ms, ms)],
            judged => Assert.Equal(new OneWayDelay(null, null, MeasurementQuality.ClockUnsynced), judged));
    }
}
