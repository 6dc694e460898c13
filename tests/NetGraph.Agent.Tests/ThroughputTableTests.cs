using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests;

public sealed class ThroughputTableTests
{
    private static readonly ThroughputResult Good = new() { ThroughputBitsPerSecond = 1e6 };
    private readonly ManualClock _clock = new();
    private readonly ThroughputTable _table;

    public ThroughputTableTests() => _table = new ThroughputTable(_clock);

    [Fact]
    public void A_failure_keeps_the_time_of_the_last_success()
    {
        _table.Record("a", "b", ThroughputResult.Failed(ProbeFailure.Timeout, "late"));
        Assert.Null(Assert.Single(_table.Entries).Value.LastSuccess);
        var success = _clock.GetUtcNow();
        _table.Record("a", "b", Good);
        _clock.Advance(TimeSpan.FromMinutes(5));
        _table.Record("a", "b", ThroughputResult.Failed(ProbeFailure.Timeout, "late"));
        var entry = Assert.Single(_table.Entries).Value;
        Assert.Equal((success, ProbeFailure.Timeout), (entry.LastSuccess!.Value, entry.Result.Failure!.Value));
        Assert.Equal((3, 2, 0), (_table.Tests, _table.Failures(ProbeFailure.Timeout), _table.Failures(ProbeFailure.Busy)));
    }

    [Fact]
    public void Forgets_links_of_nodes_that_left_and_keeps_the_counts()
    {
        _table.Record("a", "c", Good);
        _table.Record("a", "b", Good);
        _table.Record("c", "a", Good);
        Assert.Equal([("a", "b"), ("a", "c"), ("c", "a")], _table.Entries.Select(entry => (entry.Key.Source, entry.Key.Destination)));
        _table.Retain(new HashSet<string> { "b" });
        Assert.Equal([("a", "b")], _table.Entries.Select(entry => (entry.Key.Source, entry.Key.Destination)));
        Assert.Equal(3, _table.Tests);
    }

    [Fact]
    public void Forgets_what_a_schedule_found_that_is_gone_unless_another_measured_the_link_since()
    {
        _table.Record("a", "b", Good, schedule: "nightly");
        _table.Record("a", "c", Good, schedule: "hourly");
        _table.Record("a", "d", Good, schedule: "nightly");
        _table.Record("a", "d", Good);
        _table.RetainSchedules(new HashSet<string> { "hourly" });
        Assert.Equal(["c", "d"], _table.Entries.Select(entry => entry.Key.Destination));
    }

    [Fact]
    public void A_link_has_a_result_of_each_protocol()
    {
        _table.Record("a", "b", Good, TestProtocol.Udp);
        _table.Record("a", "b", ThroughputResult.Failed(ProbeFailure.Timeout, "late"));
        Assert.Equal([(TestProtocol.Tcp, false), (TestProtocol.Udp, true)], _table.Entries.Select(entry => (entry.Key.Protocol, entry.Value.Result.HasValue)));
    }

    [Fact]
    public void A_result_is_trusted_less_only_while_it_is_the_newest_and_has_a_value()
    {
        _table.Record("a", "b", Good, testId: "t1");
        _table.RecordOpposite("b", "a", Good, TestProtocol.Tcp, "t1");
        _table.Record("a", "c", Good, testId: "t2");
        _table.Record("a", "d", ThroughputResult.Failed(ProbeFailure.Timeout, "late"), testId: "t1");
        _table.Distrust("t1", MeasurementQuality.HostLimited);
        Assert.Equal(
            [("b", MeasurementQuality.HostLimited), ("c", MeasurementQuality.Ok), ("d", MeasurementQuality.Ok), ("a", MeasurementQuality.HostLimited)],
            _table.Entries.Select(entry => (entry.Key.Destination, entry.Value.Result.Quality)));

        _table.Record("a", "b", Good, testId: "t3");
        _table.Distrust("t1", MeasurementQuality.HostLimited);
        Assert.Equal(MeasurementQuality.Ok, _table.Entries.First().Value.Result.Quality);
        Assert.Equal(4, _table.Tests);
    }
}
