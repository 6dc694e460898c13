using System.Collections.Concurrent;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent;

/// <summary>The newest throughput result of each directed link that this agent measured.</summary>
/// <param name="clock">For the time of success.</param>
internal sealed class ThroughputTable(TimeProvider clock)
{
    private readonly ConcurrentDictionary<(string Source, string Destination), Entry> _entries = new();
    private readonly long[] _failures = new long[ProbeFailureNames.All.Count];
    private long _tests;

    public long Tests => Interlocked.Read(ref _tests);

    public IEnumerable<KeyValuePair<(string Source, string Destination), Entry>> Entries =>
        _entries.OrderBy(entry => entry.Key.Source, StringComparer.Ordinal).ThenBy(entry => entry.Key.Destination, StringComparer.Ordinal);

    public long Failures(ProbeFailure failure) => Interlocked.Read(ref _failures[(int)failure]);

    /// <summary>Notes a result. A failure takes the value of the last success away: what was not measured is not published.</summary>
    public void Record(string source, string destination, ThroughputResult result)
    {
        Interlocked.Increment(ref _tests);
        if (result.Failure is { } failure) Interlocked.Increment(ref _failures[(int)failure]);
        var now = clock.GetUtcNow();
        _entries.AddOrUpdate(
            (source, destination),
            _ => new Entry(result, result.Failure is null ? now : null, now),
            (_, old) => new Entry(result, result.Failure is null ? now : old.LastSuccess, now));
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

    public sealed record Entry(ThroughputResult Result, DateTimeOffset? LastSuccess, DateTimeOffset TestedAt);
}
