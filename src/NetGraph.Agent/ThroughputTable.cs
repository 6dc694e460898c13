using System.Collections.Concurrent;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent;

/// <summary>The newest throughput result of each directed link that this agent measured.</summary>
/// <param name="clock">For the time of success.</param>
internal sealed class ThroughputTable(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Link, Entry> _entries = new();
    private readonly long[] _failures = new long[ProbeFailureNames.All.Count];
    private long _tests;

    public long Tests => Interlocked.Read(ref _tests);

    public IEnumerable<KeyValuePair<Link, Entry>> Entries => _entries
        .OrderBy(entry => entry.Key.Source, StringComparer.Ordinal).ThenBy(entry => entry.Key.Destination, StringComparer.Ordinal).ThenBy(entry => entry.Key.Protocol);

    public long Failures(ProbeFailure failure) => Interlocked.Read(ref _failures[(int)failure]);

    /// <summary>Counts a test that says nothing of a link by itself.</summary>
    public void Count(ThroughputResult result)
    {
        Interlocked.Increment(ref _tests);
        if (result.Failure is { } failure) Interlocked.Increment(ref _failures[(int)failure]);
    }

    /// <summary>Notes a result. A failure takes the value of the last success away: what was not measured is not published.</summary>
    public void Record(string source, string destination, ThroughputResult result, TestProtocol protocol = TestProtocol.Tcp, string? testId = null, string? schedule = null)
    {
        Count(result);
        Publish(new Link(source, destination, protocol), result, testId, schedule);
    }

    /// <summary>Notes what a test found in the opposite direction, without counting the test again.</summary>
    public void RecordOpposite(string source, string destination, ThroughputResult result, TestProtocol protocol, string testId, string? schedule = null) =>
        Publish(new Link(source, destination, protocol), result, testId, schedule, isOpposite: true);

    /// <summary>Forgets what a bidirectional test once found from there to here: since tests go one way again, the other agent publishes that link.</summary>
    public void ForgetOpposite(string source, string destination, TestProtocol protocol)
    {
        var link = new Link(source, destination, protocol);
        if (_entries.TryGetValue(link, out var entry) && entry.IsOpposite) _entries.TryRemove(new(link, entry));
    }

    /// <summary>Trusts a test's result less, if it is still the newest of its link.</summary>
    public void Distrust(string testId, MeasurementQuality quality)
    {
        foreach (var (link, entry) in _entries)
        {
            if (entry.TestId == testId && entry.Result.Failure is null) _entries.TryUpdate(link, entry with { Result = entry.Result with { Quality = quality } }, entry);
        }
    }

    /// <summary>Forgets the links to nodes that left.</summary>
    /// <param name="peers">Names of the nodes that stay.</param>
    public void Retain(IReadOnlySet<string> peers)
    {
        foreach (var key in _entries.Keys)
        {
            if (!peers.Contains(key.Source) && !peers.Contains(key.Destination)) _entries.TryRemove(key, out _);
        }
    }

    /// <summary>Forgets what schedules found that are no more.</summary>
    /// <param name="schedules">Names of those that stay.</param>
    public void RetainSchedules(IReadOnlySet<string> schedules)
    {
        foreach (var entry in _entries)
        {
            if (entry.Value.Schedule is { } schedule && !schedules.Contains(schedule)) _entries.TryRemove(entry);
        }
    }

    private void Publish(Link link, ThroughputResult result, string? testId, string? schedule, bool isOpposite = false)
    {
        var now = clock.GetUtcNow();
        _entries.AddOrUpdate(
            link,
            _ => new Entry(result, result.Failure is null ? now : null, now, testId, isOpposite, schedule),
            (_, old) => new Entry(result, result.Failure is null ? now : old.LastSuccess, now, testId, isOpposite, schedule));
    }

    /// <summary>A directed link, as one protocol sees it.</summary>
    public readonly record struct Link(string Source, string Destination, TestProtocol Protocol);

    public sealed record Entry(ThroughputResult Result, DateTimeOffset? LastSuccess, DateTimeOffset TestedAt, string? TestId = null, bool IsOpposite = false, string? Schedule = null);
}
