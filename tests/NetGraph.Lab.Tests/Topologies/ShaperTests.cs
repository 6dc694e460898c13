using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Topologies;

public sealed class ShaperTests
{
    [Theory]
    [InlineData(200e6, 0.05, false, 50_000, 1_250_000)]
    [InlineData(60e6, 0.05, false, 15_000, 375_000)]
    [InlineData(60e6, 0.05, true, 15_000, 512_000)]
    [InlineData(200e6, 0.05, true, 50_000, 1_250_000)]
    [InlineData(10e6, 0.05, true, 6_056, 512_000)]
    [InlineData(10e6, 0.05, false, 6_056, 62_500)]
    [InlineData(10e6, 0, false, 6_056, 0)]
    public void Has_a_bucket_of_2_ms_or_four_frames_and_a_host_queue_that_never_drops(
        double rate, double queueSeconds, bool leavesHost, long burstBytes, long queueBytes) =>
        Assert.Equal(
            new Shaper((long)rate, burstBytes, burstBytes + queueBytes),
            Shaper.Of(new LinkDirection("a", "b", rate, queueSeconds, 0, 0), leavesHost));
}
