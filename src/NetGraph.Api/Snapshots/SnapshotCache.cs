using System.Collections.Concurrent;

namespace NetGraph.Api.Snapshots;

/// <summary>Remembers answers for a moment, so that many viewers cost one query, and the last good ones for when the source is away.</summary>
internal sealed class SnapshotCache(IMeasurementSource source, TimeSpan freshFor, TimeProvider clock, ApiState state, Action<string>? onFailure = null)
{
    private const int MaxQueries = 64;
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<SnapshotQuery, Entry> _entries = new();

    public IMeasurementSource Source => source;

    public TimeSpan FreshFor => freshFor;

    /// <summary>Returns the mesh that was asked for: fresh, or the last good one with the reason why it is not fresh.</summary>
    /// <exception cref="MeasurementSourceException">It cannot be read, and there never was a good one.</exception>
    public async Task<Snapshot> GetAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        Forget();
        var entry = _entries.GetOrAdd(query, _ => new Entry());
        Task<Snapshot> reading;
        lock (entry)
        {
            entry.UsedAt = clock.GetUtcNow();
            if (entry.Good is { } good && clock.GetUtcNow() - good.ReadAt < freshFor)
            {
                state.CountHit();
                return good;
            }

            // Who asks while a read is under way waits for that one. It belongs to nobody: no caller's going away ends it.
            reading = entry.Reading ??= ReadAsync(query, entry);
        }

        return await reading.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<Snapshot> ReadAsync(SnapshotQuery query, Entry entry)
    {
        await Task.Yield();
        var start = clock.GetTimestamp();
        try
        {
            var mesh = await source.ReadAsync(query, CancellationToken.None).ConfigureAwait(false);
            var snapshot = new Snapshot(mesh, clock.GetUtcNow(), null);
            state.CountRead(mesh, clock.GetElapsedTime(start));
            lock (entry) entry.Good = snapshot;
            return snapshot;
        }
        catch (MeasurementSourceException exception)
        {
            onFailure?.Invoke(exception.Message);
            var good = entry.Good ?? FindNear(query);
            state.CountFailure(isServedStale: good is not null);
            if (good is null) throw;
            return good with { Failure = exception.Message };
        }
        finally
        {
            lock (entry) entry.Reading = null;
        }
    }

    // A dashboard asks for another time at each refresh: what it saw last is still the best answer.
    private Snapshot? FindNear(SnapshotQuery query)
    {
        var at = query.At ?? clock.GetUtcNow();
        return _entries
            .Where(entry => entry.Key with { At = null } == query with { At = null })
            .Select(entry => entry.Value.Good)
            .OfType<Snapshot>()
            .Where(good => (good.Mesh.MeasuredAt - at).Duration() <= Near)
            .MaxBy(good => good.ReadAt);
    }

    private void Forget()
    {
        if (_entries.Count <= MaxQueries) return;
        foreach (var (query, _) in _entries.Where(entry => entry.Value.Reading is null).OrderBy(entry => entry.Value.UsedAt).Take(_entries.Count - MaxQueries).ToList())
            _entries.TryRemove(query, out _);
    }

    private sealed class Entry
    {
        public Snapshot? Good { get; set; }

        public Task<Snapshot>? Reading { get; set; }

        public DateTimeOffset UsedAt { get; set; }
    }
}
