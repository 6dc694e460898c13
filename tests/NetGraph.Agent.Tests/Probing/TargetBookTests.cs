using NetGraph.Agent.Probing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Tests.Probing;

public sealed class TargetBookTests : IDisposable
{
    private static readonly ProbeTarget Gateway = new() { Name = "gateway", Probe = ProbeNames.Icmp, Address = "10.0.0.254" };
    private static readonly ProbeTarget Site = new() { Name = "site", Probe = ProbeNames.Http, Url = "http://site.example/" };
    private static readonly ProbeOutcome Up = ProbeOutcome.Success(TimeSpan.FromMilliseconds(20));
    private static readonly ProbeOutcome Down = ProbeOutcome.Fault(ProbeFailure.ServerFailure, "HTTP 503");
    private readonly RecordingLog _log = new();
    private readonly TargetBook _book;

    public TargetBookTests()
    {
        _book = new TargetBook(_log);
        _book.Set([Gateway, Site]);
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Counts_probes_failures_and_times_and_says_whether_the_last_one_succeeded()
    {
        foreach (var outcome in (ProbeOutcome[])[Up, Down, Down, Up, ProbeOutcome.Fault(ProbeFailure.Timeout, "none")]) _book.Record(Site, outcome);
        _book.Record(Gateway, new ProbeOutcome([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2)], 3, ProbeFailure.Timeout, "none"));
        Assert.Equal(
            [
                "netgraph_target_probes_total{source_node=\"a\",target=\"gateway\",probe=\"icmp\"} 5",
                "netgraph_target_probes_total{source_node=\"a\",target=\"site\",probe=\"http\"} 5",
                "netgraph_target_failures_total{source_node=\"a\",target=\"gateway\",probe=\"icmp\",reason=\"timeout\"} 3",
                "netgraph_target_failures_total{source_node=\"a\",target=\"site\",probe=\"http\",reason=\"timeout\"} 1",
                "netgraph_target_failures_total{source_node=\"a\",target=\"site\",probe=\"http\",reason=\"server_failure\"} 2",
                "netgraph_target_probe_seconds_total{source_node=\"a\",target=\"gateway\",probe=\"icmp\"} 0.003",
                "netgraph_target_probe_seconds_total{source_node=\"a\",target=\"site\",probe=\"http\"} 0.04",
                // One echo of a train is enough to be up.
                "netgraph_target_up{source_node=\"a\",target=\"gateway\",probe=\"icmp\"} 1",
                "netgraph_target_up{source_node=\"a\",target=\"site\",probe=\"http\"} 0",
            ],
            Lines());
    }

    [Fact]
    public void What_was_never_probed_is_neither_up_nor_down() => Assert.DoesNotContain(Lines(), line => line.StartsWith("netgraph_target_up", StringComparison.Ordinal));

    [Fact]
    public void Nothing_is_written_without_targets()
    {
        _book.Set([]);
        Assert.Empty(Lines());
    }

    [Fact]
    public void Each_change_is_logged_once()
    {
        foreach (var outcome in (ProbeOutcome[])[Up, Up, Down, Down, Down, Up, Up, Down]) _book.Record(Site, outcome);
        Assert.Equal(
            [
                "Warning: Target 'site' is down by http: HTTP 503",
                "Information: Target 'site' is up again by http",
                "Warning: Target 'site' is down by http: HTTP 503",
            ],
            _log.Lines);
    }

    [Fact]
    public void A_target_that_is_down_from_the_start_is_logged_too()
    {
        _book.Record(Site, Down);
        _book.Record(Site, Down);
        Assert.Equal(["Warning: Target 'site' is down by http: HTTP 503"], _log.Lines);
    }

    [Fact]
    public void A_target_that_stays_keeps_its_counts_also_when_it_is_probed_more_often()
    {
        _book.Record(Site, Down);
        _book.Set([Site with { IntervalSeconds = 5 }, Gateway]);
        _book.Record(Site with { IntervalSeconds = 5 }, Down);
        Assert.Contains("netgraph_target_probes_total{source_node=\"a\",target=\"site\",probe=\"http\"} 2", Lines());
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void Another_target_under_the_same_name_begins_anew_and_a_late_run_of_the_old_one_does_not_count()
    {
        _book.Record(Site, Down);
        _book.Set([Site with { Url = "http://other.example/" }]);
        _book.Record(Site, Down);
        _book.Record(Gateway, Up);
        Assert.Equal(
            [
                "netgraph_target_probes_total{source_node=\"a\",target=\"site\",probe=\"http\"} 0",
                "netgraph_target_probe_seconds_total{source_node=\"a\",target=\"site\",probe=\"http\"} 0",
            ],
            Lines());
    }

    private string[] Lines()
    {
        var writer = new ExpositionWriter();
        _book.Write(writer, "a");
        return [.. writer.ToString()!.Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }
}
