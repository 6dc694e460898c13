using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Agent.Ping;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Probing;

public sealed class FurtherProbesTests : IDisposable
{
    private static readonly IcmpMethod NoIcmp = new(IcmpMode.Off, ["nothing works"]);
    private readonly TcpListener _peer = new(IPAddress.Loopback, 0);

    public FurtherProbesTests() => _peer.Start(1000);

    public void Dispose() => _peer.Dispose();

    [Fact]
    public async Task Peers_are_left_alone_while_a_throughput_test_has_this_node_and_targets_are_not()
    {
        int asked = 0, isLoaded = 1;
        await using var probes = new FurtherProbes(TestAgent.Options("iperf3"), NoIcmp, () =>
        {
            Interlocked.Increment(ref asked);
            return Volatile.Read(ref isLoaded) == 1;
        }, NullLoggerFactory.Instance);
        var port = ((IPEndPoint)_peer.LocalEndpoint).Port;
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        gateway.Start();
        var target = new ProbeTarget { Name = "gateway", Probe = ProbeNames.Tcp, Address = "127.0.0.1", Port = ((IPEndPoint)gateway.LocalEndpoint).Port, IntervalSeconds = 1 };
        await probes.SetAsync(List(10, port) with { Targets = [target] });

        await Wait.UntilAsync(() => Volatile.Read(ref asked) >= 10 && gateway.Pending(), "ten turns have come, and the target was probed");
        Assert.False(_peer.Pending());
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(new PeerFindings(), probes.Find($"n{i}")));

        Volatile.Write(ref isLoaded, 0);
        await Wait.UntilAsync(() => Enumerable.Range(0, 10).All(i => probes.Find($"n{i}")?.TcpConnect is not null), "all peers are probed");
    }

    [Fact]
    public async Task What_was_probed_while_a_throughput_test_began_does_not_count()
    {
        int asked = 0, ends = 0;
        // Free when a run begins, taken when it ends.
        await using var probes = new FurtherProbes(TestAgent.Options("iperf3"), NoIcmp, () =>
        {
            if (Interlocked.Increment(ref asked) % 2 == 1) return false;
            Interlocked.Increment(ref ends);
            return true;
        }, NullLoggerFactory.Instance);
        await probes.SetAsync(List(1, ((IPEndPoint)_peer.LocalEndpoint).Port));
        await Wait.UntilAsync(() => Volatile.Read(ref ends) >= 2, "two runs have ended");
        Assert.True(_peer.Pending());
        Assert.Equal(new PeerFindings(), probes.Find("n0"));
    }

    [Fact]
    public async Task A_run_for_the_one_way_delay_that_failed_while_a_throughput_test_began_does_not_count_either()
    {
        int asked = 0, ends = 0;
        await using var probes = new FurtherProbes(TestAgent.Options("iperf3") with { Irtt = "/nowhere/irtt", IrttPort = 24_777 }, NoIcmp, () =>
        {
            if (Interlocked.Increment(ref asked) % 2 == 1) return false;
            Interlocked.Increment(ref ends);
            return true;
        }, NullLoggerFactory.Instance);
        await probes.SetAsync(new PeerList("1", [new Peer("n0", "127.0.0.1", 9)], new PeerProbes { PathMtuSeconds = 0, OneWayDelaySeconds = 1 }));
        await Wait.UntilAsync(() => Volatile.Read(ref ends) >= 2, "two runs have ended");
        Assert.Null(probes.Find("n0")!.OneWayDelayFailure);
    }

    [Fact]
    public async Task Where_ICMP_cannot_be_sent_its_probes_are_off_and_that_is_said()
    {
        using var log = new RecordingLog();
        await using var probes = new FurtherProbes(TestAgent.Options("iperf3") with { ClockErrorBound = TimeSpan.FromMilliseconds(1) }, NoIcmp, () => false, log);
        await probes.SetAsync(new PeerList("1", [], new PeerProbes { IcmpSeconds = 1 }, [new ProbeTarget { Name = "g", Probe = ProbeNames.Icmp, Address = "127.0.0.1", IntervalSeconds = 1 }]));
        var writer = new NetGraph.Prometheus.Exposition.ExpositionWriter();
        probes.Write(writer, new Agent.Publishing.PairSeries(null, Agent.Publishing.PairDetail.All));
        Assert.DoesNotContain("netgraph_icmp", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("netgraph_target", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("netgraph_path_mtu", writer.ToString(), StringComparison.Ordinal);
        Assert.Contains("Information: ICMP and path MTU cannot be measured here: nothing works", log.Lines);
        Assert.Contains("Warning: Targets that are not probed, since ICMP echoes cannot be sent here: 1", log.Lines);
    }

    private static PeerList List(int peers, int port) => new(
        "1", [.. Enumerable.Range(0, peers).Select(i => new Peer($"n{i}", "127.0.0.1", 9, port))], new PeerProbes { PathMtuSeconds = 0, TcpSeconds = 1 });
}
