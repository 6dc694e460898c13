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
        Assert.Equal([("a", "b"), ("a", "c"), ("c", "a")], _table.Entries.Select(entry => entry.Key));
        _table.Retain(new HashSet<string> { "b" });
        Assert.Equal([("a", "b")], _table.Entries.Select(entry => entry.Key));
        Assert.Equal(3, _table.Tests);
    }
}
