using FsCheck;
using FsCheck.Fluent;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Tests.Running;

public sealed class TestOrdersTests
{
    private static readonly CollectorOptions Options = new() { Token = SharedToken.Random() };

    [Fact]
    public void Whatever_is_found_right_at_the_start_makes_orders_that_agents_accept() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var options = Options with
            {
                DurationSeconds = random.Next(1, 3601),
                OmitSeconds = random.Next(0, 61),
                ParallelStreams = random.Next(1, 129),
                BitrateBitsPerSecond = random.Next(2) == 0 ? null : random.NextInt64(1000, 1_000_000_000_000),
                UdpBitrateBitsPerSecond = random.NextInt64(1000, 1_000_000_000_000),
                Protocol = (ProtocolChoice)random.Next(3),
                IsBidirectional = random.Next(2) == 0,
                CongestionControl = random.Next(2) == 0 ? null : "cubic",
                MaximumSegmentBytes = random.Next(2) == 0 ? null : random.Next(88, 9217),
                Dscp = random.Next(2) == 0 ? null : random.Next(64),
                Tool = (TestTool)random.Next(3),
            };
            if (TestOrders.FindFault(options) is not null) return options.Tool != TestTool.Iperf3;
            var node = TestCollector.Away("b");
            return Enumerable.Range(1, 4).All(cycle => TestOrders.Client(options, "t", node, 5201, TestOrders.Protocol(options, cycle)).FindFault() is null)
                && TestOrders.Flow(options, "t", node, 5201).FindFault() is null
                && TestOrders.Server(options, "t").FindFault() is null && TestOrders.Server(options, "t", "a").FindFault() is null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(null, 10_000_000)]
    [InlineData(5_000_000L, 5_000_000)]
    [InlineData(50_000_000L, 10_000_000)]
    public void A_limit_holds_for_datagrams_too(long? limit, long expected) =>
        Assert.Equal(expected, TestOrders.Client(Options with { BitrateBitsPerSecond = limit }, "t", TestCollector.Away("b"), 5201, TestProtocol.Udp).BitrateBitsPerSecond);
}
