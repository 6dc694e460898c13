using NetGraph.Measurements.Orders;

namespace NetGraph.Measurements.Tests.Orders;

public sealed class OrderRulesTests
{
    private static readonly ThroughputOrder Test = new() { TestId = "round-1-A", PeerNode = "b", PeerAddress = "10.0.0.2", PeerPort = 5201, DurationSeconds = 10 };
    private static readonly ServerOrder Server = new() { TestId = "round-1-A", DurationSeconds = 10 };

    public static TheoryData<string?> BadTestIds => ["", new string('a', 65), "a b", "a/b", "../x", "a_b", "a\n", "é", (string?)null];

    [Fact]
    public void Accepts_good_orders_up_to_the_ends_of_their_ranges()
    {
        ThroughputOrder[] tests =
        [
            Test,
            Test with { TestId = new string('a', 64) },
            Test with { PeerNode = new string('n', 253) },
            Test with { PeerAddress = "fd00::2" },
            Test with { PeerAddress = "iperf-1.example" },
            Test with { PeerAddress = "node_b." },
            Test with { PeerPort = 1 },
            Test with { PeerPort = 65535 },
            Test with { DurationSeconds = 1 },
            Test with { DurationSeconds = 3600 },
            Test with { ParallelStreams = 128 },
            Test with { BitrateBitsPerSecond = 1000 },
            Test with { BitrateBitsPerSecond = long.MaxValue },
            Test with { Isolation = Isolation.Direction, Direction = TestDirection.Reverse, Interfered = true },
            Test with { Direction = TestDirection.Bidirectional, ParallelStreams = 4 },
            Test with { Isolation = Isolation.Aggregate },
            Test with { OmitSeconds = 60 },
            Test with { Protocol = TestProtocol.Udp, BitrateBitsPerSecond = 1000 },
            Test with { CongestionControl = "bbr" },
            Test with { CongestionControl = "a-name_of_15-ch" },
            Test with { MaximumSegmentBytes = 88, Dscp = 0 },
            Test with { MaximumSegmentBytes = 9216, Dscp = 63 },
            Test with { Tool = TestTool.Netperf, Isolation = Isolation.Aggregate },
            Test with { Tool = TestTool.Netperf, Direction = TestDirection.Reverse },
            Test with { Tool = TestTool.NetperfRequestResponse },
        ];
        Assert.All(tests, test => Assert.Null(test.FindFault()));
        Assert.All([Server, Server with { DurationSeconds = 1 }, Server with { DurationSeconds = 3660 }, Server with { Isolation = Isolation.Aggregate, AggregateId = "a" }], server => Assert.Null(server.FindFault()));
        Assert.All(ProbeFailureNames.All, failure => Assert.Null(new FailureReport("b", failure, "").FindFault()));
    }

    [Theory]
    [MemberData(nameof(BadTestIds))]
    public void Refuses_a_name_of_a_test_that_is_not_of_letters_digits_and_dashes(string? id)
    {
        AssertFault("testId", (Test with { TestId = id! }).FindFault());
        AssertFault("testId", (Server with { TestId = id! }).FindFault());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("node b")]
    [InlineData("-c")]
    [InlineData("a..b")]
    [InlineData("[fd00::2]")]
    [InlineData("10.1")]
    [InlineData("10.0.0.2; reboot")]
    [InlineData("--logfile=/tmp/x")]
    [InlineData("10.0.0.256")]
    public void Refuses_a_peer_address_that_is_none(string? address) => AssertFault("peerAddress", (Test with { PeerAddress = address! }).FindFault());

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public void Refuses_a_port_out_of_range(int port) => AssertFault("peerPort", (Test with { PeerPort = port }).FindFault());

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(3601)]
    public void Refuses_a_duration_out_of_range(int seconds)
    {
        AssertFault("durationSeconds", (Test with { DurationSeconds = seconds }).FindFault());
        AssertFault("durationSeconds", (Server with { DurationSeconds = seconds > 0 ? seconds + 60 : seconds }).FindFault());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void Refuses_a_number_of_streams_out_of_range(int streams) => AssertFault("parallelStreams", (Test with { ParallelStreams = streams }).FindFault());

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(long.MinValue)]
    public void Refuses_a_bitrate_that_measures_nothing(long bitrate) =>
        AssertFault("bitrateBitsPerSecond", (Test with { BitrateBitsPerSecond = bitrate }).FindFault());

    [Fact]
    public void Refuses_an_isolation_that_is_none()
    {
        AssertFault("isolation", (Test with { Isolation = (Isolation)3 }).FindFault());
        AssertFault("isolation", (Server with { Isolation = (Isolation)(-1) }).FindFault());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(61)]
    public void Refuses_to_omit_less_than_nothing_or_more_than_a_minute(int seconds) => AssertFault("omitSeconds", (Test with { OmitSeconds = seconds }).FindFault());

    [Theory]
    [InlineData("")]
    [InlineData("Cubic")]
    [InlineData("-R")]
    [InlineData("cubic;ls")]
    [InlineData("a-name_of_16-cha")]
    public void Refuses_a_congestion_control_that_no_kernel_has(string name) => AssertFault("congestionControl", (Test with { CongestionControl = name }).FindFault());

    [Theory]
    [InlineData(87)]
    [InlineData(9217)]
    public void Refuses_a_segment_out_of_range(int bytes) => AssertFault("maximumSegmentBytes", (Test with { MaximumSegmentBytes = bytes }).FindFault());

    [Theory]
    [InlineData(-1)]
    [InlineData(64)]
    public void Refuses_a_code_point_out_of_range(int dscp) => AssertFault("dscp", (Test with { Dscp = dscp }).FindFault());

    [Fact]
    public void Refuses_what_does_not_go_together()
    {
        var udp = Test with { Protocol = TestProtocol.Udp, BitrateBitsPerSecond = 10_000_000 };
        AssertFault("bitrateBitsPerSecond", (udp with { BitrateBitsPerSecond = null }).FindFault());
        AssertFault("congestionControl", (udp with { CongestionControl = "cubic" }).FindFault());
        AssertFault("congestionControl", (udp with { MaximumSegmentBytes = 1400 }).FindFault());
        AssertFault("direction", (Test with { Direction = TestDirection.Bidirectional, Isolation = Isolation.Direction }).FindFault());
        AssertFault("direction", (Test with { Direction = TestDirection.Bidirectional, Isolation = Isolation.Aggregate }).FindFault());
        AssertFault("isolation", (Test with { Direction = TestDirection.Reverse, Isolation = Isolation.Aggregate }).FindFault());
        AssertFault("aggregateId", (Server with { Isolation = Isolation.Aggregate }).FindFault());
        AssertFault("aggregateId", (Server with { Isolation = Isolation.Aggregate, AggregateId = "a/b" }).FindFault());
        AssertFault("aggregateId", (Server with { AggregateId = "a" }).FindFault());
    }

    [Fact]
    public void Refuses_of_netperf_what_only_iperf3_does()
    {
        var netperf = Test with { Tool = TestTool.Netperf };
        ThroughputOrder[] orders =
        [
            netperf with { Protocol = TestProtocol.Udp, BitrateBitsPerSecond = 1000 }, netperf with { Direction = TestDirection.Bidirectional }, netperf with { ParallelStreams = 2 },
            netperf with { OmitSeconds = 1 }, netperf with { BitrateBitsPerSecond = 1000 }, netperf with { CongestionControl = "cubic" }, netperf with { MaximumSegmentBytes = 1400 }, netperf with { Dscp = 8 },
        ];
        Assert.All(orders, order => AssertFault("netperf", order.FindFault()));
    }

    [Fact]
    public void Refuses_kinds_that_are_none()
    {
        AssertFault("protocol", (Test with { Protocol = (TestProtocol)2 }).FindFault());
        AssertFault("protocol", new FailureReport("b", ProbeFailure.Busy, "", (TestProtocol)2).FindFault());
        AssertFault("direction", (Test with { Direction = (TestDirection)3 }).FindFault());
        AssertFault("tool", (Test with { Tool = (TestTool)3 }).FindFault());
        AssertFault("tool", (Server with { Tool = (TestTool)(-1) }).FindFault());
        AssertFault("quality", new QualityReport("t", (MeasurementQuality)5).FindFault());
        AssertFault("testId", new QualityReport("t/1", MeasurementQuality.Ok).FindFault());
        Assert.Null(new QualityReport("t", MeasurementQuality.HostLimited).FindFault());
    }

    [Fact]
    public void Refuses_a_peer_without_a_usable_name()
    {
        string?[] names = [null, "", new string('n', 254)];
        Assert.All(names, name => AssertFault("peerNode", (Test with { PeerNode = name! }).FindFault()));
        Assert.All(names, name => AssertFault("peerNode", new FailureReport(name!, ProbeFailure.Busy, "").FindFault()));
    }

    [Fact]
    public void Refuses_a_failure_that_is_none() => AssertFault("failure", new FailureReport("b", (ProbeFailure)ProbeFailureNames.All.Count, "").FindFault());

    private static void AssertFault(string member, string? fault)
    {
        Assert.NotNull(fault);
        Assert.StartsWith(member, fault, StringComparison.Ordinal);
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }
}
