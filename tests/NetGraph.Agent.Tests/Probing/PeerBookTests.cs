using NetGraph.Agent.Irtt;
using NetGraph.Agent.PathMtu;
using NetGraph.Agent.Probing;
using NetGraph.Agent.Publishing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Tests.Probing;

public sealed class PeerBookTests
{
    private static readonly Peer B = new("b", "10.0.0.2", 9878), C = new("c", "10.0.0.3", 9878);
    private static readonly PeerProbes All = new() { IcmpSeconds = 1, TcpSeconds = 1, HttpSeconds = 1, OneWayDelaySeconds = 1, PathMtuSeconds = 1 };
    private static readonly ProbeOutcome Refused = ProbeOutcome.Fault(ProbeFailure.ConnectionRefused, "Connection refused");
    private readonly PeerBook _book = new();

    public PeerBookTests() => _book.Set([B, C], All);

    [Fact]
    public void Echoes_add_up_for_the_peer_and_for_the_node()
    {
        _book.Record("b", ProbeNames.Icmp, new ProbeOutcome([Ms(1), Ms(3)], 3, ProbeFailure.Timeout, "none"));
        _book.Record("b", ProbeNames.Icmp, new ProbeOutcome([Ms(2)], 0, null, null));
        _book.Record("c", ProbeNames.Icmp, new ProbeOutcome([], 5, ProbeFailure.Timeout, "none"));
        Assert.Equal((6, 3, Ms(6)), _book.Find("b") is { } b ? (b.IcmpSent, b.IcmpLost, b.IcmpRoundTripSum) : default);
        Assert.Equal((5, 5, TimeSpan.Zero), _book.Find("c") is { } c ? (c.IcmpSent, c.IcmpLost, c.IcmpRoundTripSum) : default);
        var lines = Lines();
        Assert.Contains("netgraph_icmp_sent_total{source_node=\"a\"} 11", lines);
        Assert.Contains("netgraph_icmp_lost_total{source_node=\"a\"} 8", lines);
        Assert.Contains("netgraph_icmp_round_trip_seconds_count{source_node=\"a\"} 3", lines);
        Assert.Contains("netgraph_icmp_round_trip_seconds_sum{source_node=\"a\"} 0.006", lines);
    }

    [Fact]
    public void Connections_keep_the_last_time_or_the_last_failure()
    {
        _book.Record("b", ProbeNames.Tcp, ProbeOutcome.Success(Ms(4)));
        Assert.Equal((Ms(4), null), _book.Find("b") is { } up ? (up.TcpConnect, up.TcpFailure) : default);
        _book.Record("b", ProbeNames.Tcp, Refused);
        Assert.Equal((null, ProbeFailure.ConnectionRefused), _book.Find("b") is { } down ? (down.TcpConnect, down.TcpFailure) : default);
        _book.Record("b", ProbeNames.Http, ProbeOutcome.Success(Ms(9)) with { ConnectTime = Ms(2) });
        Assert.Equal((Ms(2), Ms(9), null), _book.Find("b") is { } http ? (http.HttpConnect, http.HttpFirstByte, http.HttpFailure) : default);
        _book.Record("b", ProbeNames.Http, ProbeOutcome.Fault(ProbeFailure.ServerFailure, "HTTP 500") with { ConnectTime = Ms(3) });
        Assert.Equal((Ms(3), null, ProbeFailure.ServerFailure), _book.Find("b") is { } failed ? (failed.HttpConnect, failed.HttpFirstByte, failed.HttpFailure) : default);
        var lines = Lines();
        Assert.Contains("netgraph_connect_seconds_count{source_node=\"a\",probe=\"tcp\"} 1", lines);
        Assert.Contains("netgraph_connect_seconds_sum{source_node=\"a\",probe=\"http\"} 0.009", lines);
        Assert.Contains("netgraph_connect_failures_total{source_node=\"a\",probe=\"tcp\",reason=\"connection_refused\"} 1", lines);
        Assert.Contains("netgraph_connect_failures_total{source_node=\"a\",probe=\"http\",reason=\"server_failure\"} 1", lines);
        Assert.Contains("netgraph_connect_failures_total{source_node=\"a\",probe=\"http\",reason=\"tls_error\"} 0", lines);
    }

    [Fact]
    public void One_way_delay_is_there_or_the_reason_why_not()
    {
        _book.Record("b", new OneWayDelay(Ms(5), Ms(1), MeasurementQuality.Ok));
        Assert.Contains("netgraph_one_way_delay_seconds{source_node=\"a\",destination_node=\"b\"} 0.005", Lines());
        _book.RecordOneWayDelayFailure("b", ProbeFailure.ToolMissing);
        Assert.Equal((null, null, null, ProbeFailure.ToolMissing), _book.Find("b") is { } b ? (b.OneWayDelay, b.OneWayDelayErrorBound, b.OneWayDelayQuality, b.OneWayDelayFailure) : default);
        Assert.DoesNotContain(Lines(), line => line.StartsWith("netgraph_one_way_delay", StringComparison.Ordinal));
        _book.Record("b", new OneWayDelay(Ms(5), Ms(1), MeasurementQuality.Ok));
        Assert.Null(_book.Find("b")!.OneWayDelayFailure);
    }

    [Fact]
    public void Path_MTUs_are_published_with_all_detail_and_black_holes_are_counted_once_something_is_known()
    {
        Assert.DoesNotContain(Lines(), line => line.StartsWith("netgraph_path_mtu", StringComparison.Ordinal));
        _book.Record("b", new PathMtuResult(1400, true, null));
        _book.Record("c", new PathMtuResult(null, false, ProbeFailure.Timeout));
        Assert.Equal(["netgraph_path_mtu_bytes{source_node=\"a\",destination_node=\"b\"} 1400", "netgraph_path_mtu_black_holes{source_node=\"a\"} 1"], MtuLines());
        _book.Record("b", new PathMtuResult(1500, false, null));
        Assert.Equal(["netgraph_path_mtu_bytes{source_node=\"a\",destination_node=\"b\"} 1500", "netgraph_path_mtu_black_holes{source_node=\"a\"} 0"], MtuLines());
        Assert.Equal(["netgraph_path_mtu_black_holes{source_node=\"a\"} 0"], Lines(PairDetail.Basic).Where(line => line.StartsWith("netgraph_path_mtu", StringComparison.Ordinal)));

        IEnumerable<string> MtuLines() => Lines().Where(line => line.StartsWith("netgraph_path_mtu", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_pairs_that_are_published_have_series()
    {
        foreach (var peer in (string[])["b", "c"]) _book.Record(peer, new PathMtuResult(1500, false, null));
        var writer = new ExpositionWriter();
        _book.Write(writer, "a", new PairSeries(new HashSet<(string, string)> { ("a", "c") }, PairDetail.All));
        Assert.Contains("destination_node=\"c\"", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("destination_node=\"b\"", writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_stays_keeps_its_findings_and_one_that_left_is_forgotten_also_by_a_late_run()
    {
        FindAll("b");
        FindAll("c");
        var known = _book.Find("b");
        _book.Set([B], All);
        Assert.Equal(known, _book.Find("b"));
        Assert.Null(_book.Find("c"));
        var before = Lines();
        FindAll("c");
        Assert.Null(_book.Find("c"));
        Assert.Equal(before, Lines());
        _book.Set([B, C], All);
        Assert.Equal(new PeerFindings(), _book.Find("c"));
    }

    [Fact]
    public void A_probe_that_is_off_has_neither_findings_nor_metrics_and_a_late_run_brings_none_back()
    {
        FindAll("b");
        // Of delay and failure there is one at a time.
        Assert.All(typeof(PeerFindings).GetProperties().Where(property => property.Name != nameof(PeerFindings.OneWayDelayFailure)), property => Assert.NotEqual(property.GetValue(new PeerFindings()), property.GetValue(_book.Find("b"))));
        _book.Set([B], new PeerProbes { PathMtuSeconds = 0 });
        Assert.Equal(new PeerFindings(), _book.Find("b"));
        FindAll("b");
        _book.RecordOneWayDelayFailure("b", ProbeFailure.Timeout);
        Assert.Equal(new PeerFindings(), _book.Find("b"));
        Assert.Empty(Lines());
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>Lets each probe find something, so that no member has its default.</summary>
    private void FindAll(string node)
    {
        _book.Record(node, ProbeNames.Icmp, new ProbeOutcome([Ms(1)], 1, ProbeFailure.Timeout, "none"));
        _book.Record(node, ProbeNames.Tcp, new ProbeOutcome([Ms(1)], 1, ProbeFailure.Timeout, "none"));
        _book.Record(node, ProbeNames.Http, new ProbeOutcome([Ms(1)], 1, ProbeFailure.Timeout, "none") { ConnectTime = Ms(1) });
        _book.Record(node, new OneWayDelay(Ms(1), Ms(1), MeasurementQuality.Ok));
        _book.Record(node, new PathMtuResult(1400, true, null));
    }

    private string[] Lines(PairDetail detail = PairDetail.All)
    {
        var writer = new ExpositionWriter();
        _book.Write(writer, "a", new PairSeries(null, detail));
        return [.. writer.ToString()!.Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }
}
