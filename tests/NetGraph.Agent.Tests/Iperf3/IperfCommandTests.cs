using System.Net;
using NetGraph.Agent.Iperf3;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Tests.Iperf3;

public sealed class IperfCommandTests
{
    [Fact]
    public void A_client_says_no_more_than_it_must() =>
        Assert.Equal("-c 127.0.0.1 -p 5201 -t 1 -J --connect-timeout 3000", string.Join(' ', IperfCommand.Client(Fixture.Order, null)));

    [Fact]
    public void A_client_is_bound_and_limited_as_ordered()
    {
        var order = Fixture.Order with { PeerAddress = "fd00::2", PeerPort = 5210, DurationSeconds = 10, ParallelStreams = 4, BitrateBitsPerSecond = 100_000_000, Direction = TestDirection.Reverse };
        Assert.Equal(
            "-c fd00::2 -p 5210 -t 10 -J --connect-timeout 3000 -B fd00::1 -P 4 -b 25000000 -R",
            string.Join(' ', IperfCommand.Client(order, IPAddress.Parse("fd00::1"))));
    }

    [Fact]
    public void A_client_sends_datagrams_at_the_rate_that_was_ordered() => Assert.Equal(
        "-c 127.0.0.1 -p 5201 -t 1 -J --connect-timeout 3000 -u -b 10000000",
        string.Join(' ', IperfCommand.Client(Fixture.Order with { Protocol = TestProtocol.Udp, BitrateBitsPerSecond = 10_000_000 }, null)));

    [Fact]
    public void A_client_is_given_every_option_of_TCP()
    {
        var order = Fixture.Order with { OmitSeconds = 2, CongestionControl = "cubic", MaximumSegmentBytes = 1400, Dscp = 46, Direction = TestDirection.Bidirectional };
        Assert.Equal("-c 127.0.0.1 -p 5201 -t 1 -J --connect-timeout 3000 -O 2 -C cubic -M 1400 --dscp 46 --bidir", string.Join(' ', IperfCommand.Client(order, null)));
    }

    [Theory]
    [InlineData(60, null)]
    [InlineData(61, "2")]
    [InlineData(3600, "60")]
    public void A_long_test_has_long_intervals(int seconds, string? interval)
    {
        var arguments = IperfCommand.Client(Fixture.Order with { DurationSeconds = seconds }, null).ToList();
        Assert.Equal(interval, arguments.IndexOf("-i") is var at and >= 0 ? arguments[at + 1] : null);
    }

    [Fact]
    public void An_address_loses_its_brackets() =>
        Assert.Equal("fd00::2", IperfCommand.Client(Fixture.Order with { PeerAddress = "[fd00::2]" }, null)[1]);

    [Fact]
    public void The_smallest_limit_over_the_most_streams_is_still_a_limit()
    {
        // iperf3 takes -b 0 for no limit.
        var arguments = IperfCommand.Client(Fixture.Order with { ParallelStreams = 128, BitrateBitsPerSecond = 1000 }, null);
        Assert.Equal("7", arguments[arguments.ToList().IndexOf("-b") + 1]);
    }

    [Fact]
    public void A_server_serves_one_client_and_ends_by_itself_when_none_comes()
    {
        Assert.Equal("-s -1 -p 5201 --forceflush --idle-timeout 14", string.Join(' ', IperfCommand.OneOffServer(5201, null, TimeSpan.FromSeconds(13.2))));
        Assert.Equal("-s -1 -p 5201 --forceflush --idle-timeout 13 -B 10.0.0.1", string.Join(' ', IperfCommand.OneOffServer(5201, IPAddress.Parse("10.0.0.1"), TimeSpan.FromSeconds(13))));
    }
}
