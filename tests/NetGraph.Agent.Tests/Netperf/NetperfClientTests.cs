using System.Net;
using NetGraph.Agent.Netperf;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Netperf;

[Collection(ProcessTests.Name)]
public sealed class NetperfClientTests
{
    private const string Selectors = "THROUGHPUT,THROUGHPUT_UNITS,RT_LATENCY,LOCAL_BYTES_SENT,LOCAL_BYTES_RECVD,LOCAL_TRANSPORT_RETRANS,REMOTE_TRANSPORT_RETRANS,LOCAL_CPU_PEAK_UTIL,REMOTE_CPU_PEAK_UTIL";
    private static readonly ThroughputOrder Order = Fixture.Order with { Tool = TestTool.Netperf, PeerPort = 12865 };
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Runs_a_stream_and_reads_its_report()
    {
        using var netperf = new FakeIperf3(client: FakeIperf3.Prints(Fixture.PathOf("netperf-made-stream.txt")));
        var result = await new NetperfClient(netperf.Path, IPAddress.Loopback).RunAsync(Order, Ample, CancellationToken.None);
        Assert.Equal(941.53e6, result.ThroughputBitsPerSecond);
        Assert.Equal([$"-H 127.0.0.1 -p 12865 -t TCP_STREAM -l 1 -P 0 -c -C -f m -L 127.0.0.1 -- -k {Selectors}"], netperf.Calls);
        Assert.Empty(netperf.Running);
    }

    [Fact]
    public async Task Receives_from_a_server_that_is_named()
    {
        using var netperf = new FakeIperf3(client: FakeIperf3.Prints(Fixture.PathOf("netperf-made-maerts.txt")));
        var result = await new NetperfClient(netperf.Path, null).RunAsync(Order with { Direction = TestDirection.Reverse, PeerAddress = "netserver.example" }, Ample, CancellationToken.None);
        Assert.Equal((941.53e6, 588513280, 12), (result.ThroughputBitsPerSecond, result.TransferredBytes, result.RetransmittedSegments));
        Assert.Equal([$"-H netserver.example -p 12865 -t TCP_MAERTS -l 1 -P 0 -c -C -f m -- -k {Selectors}"], netperf.Calls);
    }

    [Fact]
    public async Task Runs_requests_and_responses()
    {
        using var netperf = new FakeIperf3(client: FakeIperf3.Prints(Fixture.PathOf("netperf-made-rr.txt")));
        var result = await new NetperfClient(netperf.Path, null).RunAsync(Order with { Tool = TestTool.NetperfRequestResponse }, Ample, CancellationToken.None);
        Assert.Equal(2841.07, result.TransactionsPerSecond);
        Assert.Equal([$"-H 127.0.0.1 -p 12865 -t TCP_RR -l 1 -P 0 -c -C -- -k {Selectors}"], netperf.Calls);
    }

    [Fact]
    public async Task Kills_netperf_when_its_time_is_over()
    {
        using var netperf = new FakeIperf3(client: "trap '' TERM INT; while :; do sleep 0.05; done");
        // With the test's one second, this leaves it a fifth of a second.
        var result = await new NetperfClient(netperf.Path, null).RunAsync(Order, TimeSpan.FromSeconds(-0.8), CancellationToken.None);
        Assert.Equal(ProbeFailure.Timeout, result.Failure);
        Assert.Empty(netperf.Running);
    }

    [Fact]
    public async Task Says_that_netperf_is_missing()
    {
        var result = await new NetperfClient("/nonexistent/netperf", null).RunAsync(Order, Ample, CancellationToken.None);
        Assert.Equal(ProbeFailure.ToolMissing, result.Failure);
        Assert.Contains("'/nonexistent/netperf' cannot be started", result.FailureText, StringComparison.Ordinal);
    }
}
