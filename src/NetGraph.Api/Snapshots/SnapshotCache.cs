using System.Collections.Concurrent;

namespace NetGraph.Api.Snapshots;

/// <summary>Remembers answers for a moment, so that many viewers cost one query, and the last good ones for when the source is away.</summary>
/// <param name="source">Where the measurements come from.</param>
/// <param name="freshFor">How long an answer is fresh.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="state">Counts what was asked.</param>
/// <param name="onFailure">Told of each read that failed.</param>
/// <param name="maxLinks">Links kept in all, 56 bytes each: of a large mesh few earlier times are kept, of a small one all.</param>
internal sealed class SnapshotCache(IMeasurementSource source, TimeSpan freshFor, TimeProvider clock, ApiState state, Action<string>? onFailure = null, long maxLinks = 4_000_000)
{
    private const int MaxQueries = 64;
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<SnapshotQuery, Entry> _entries = new();
    private volatile bool _isReadWhole;

    public IMeasurementSource Source => source;

    public TimeSpan FreshFor => freshFor;

    /// <summary>Whether there is a good graph, however old.</summary>
    public bool HasGraph => _entries.Values.Any(entry => entry.Good is not null);

    /// <summary>Returns the mesh that was asked for: fresh (while the next is read, up to twice its time), or the last good one with the reason why it is not fresh.</summary>
    /// <exception cref="MeasurementSourceException">It cannot be read, and there never was a good one.</exception>
    public async Task<Snapshot> GetAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        Forget();
        // Questions that differ in detail alone are one question where all are answered in full.
        if (_isReadWhole) query = query with { Detail = SnapshotDetail.Everything };
        var entry = _entries.GetOrAdd(query, _ => new Entry());
        Task<Snapshot> reading;
        lock (entry)
        {
            entry.UsedAt = clock.GetUtcNow();
            if (FindFresh(query, entry) is { } good)
            {
                state.CountHit();
                return good;
            }

            // Who asks while a read is under way waits for that one. It belongs to nobody: no caller's going away ends it.
            reading = entry.Reading ??= ReadAsync(query, entry);

            // Nobody waits while the next graph is read, unless this one has become old: no viewer came for a while.
            if (entry.Good is { } last && clock.GetUtcNow() - last.Snapshot.ReadAt < 2 * freshFor)
            {
                state.CountHit();
                return last.Snapshot;
            }
        }

        return await reading.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads what was known of one link over time; it is not remembered.</summary>
    /// <exception cref="MeasurementSourceException">It cannot be read.</exception>
    public async Task<IReadOnlyList<HistoryPoint>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadHistoryAsync(query, cancellation).ConfigureAwait(false);
        }
        catch (MeasurementSourceException exception)
        {
            onFailure?.Invoke(exception.Message);
            state.CountFailure(isServedStale: false);
            throw;
        }
    }

    private Snapshot? FindFresh(SnapshotQuery query, Entry own)
    {
        bool IsFresh(Entry entry) => entry.Good is { } good && clock.GetUtcNow() - good.Snapshot.ReadAt < freshFor;
        if (IsFresh(own)) return own.Good!.Snapshot;
        return _entries.Values.FirstOrDefault(entry => IsFresh(entry) && entry.Good!.Contains.Covers(query))?.Good?.Snapshot;
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
            _isReadWhole = mesh.Nodes.Length <= SnapshotQuery.ReadWholeUpTo;
            var contains = _isReadWhole ? query with { Detail = SnapshotDetail.Everything } : query;
            lock (entry) entry.Good = new Read(contains, snapshot);
            // Where everything is read, it is everything that is asked for from now on.
            if (contains != query) _entries.GetOrAdd(contains, _ => new Entry { UsedAt = entry.UsedAt }).Good = entry.Good;
            return snapshot;
        }
        catch (MeasurementSourceException exception)
        {
            onFailure?.Invoke(exception.Message);
            var good = entry.Good?.Snapshot ?? FindNear(query);
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
        return _entries.Values
            .Select(entry => entry.Good)
            .OfType<Read>()
            .Where(good => (good.Contains with { At = null }).Covers(query with { At = null }))
            .Select(good => good.Snapshot)
            .Where(good => (good.Mesh.MeasuredAt - at).Duration() <= Near)
            .MaxBy(good => good.ReadAt);
    }

    private void Forget()
    {
        var links = _entries.Sum(entry => (long)(entry.Value.Good?.Snapshot.Mesh.Links.Length ?? 0));
        if (_entries.Count <= MaxQueries && links <= maxLinks) return;
        var kept = _entries.Count;
        // The one used last stays, however large.
        foreach (var (query, entry) in _entries.OrderBy(entry => entry.Value.UsedAt).SkipLast(1).Where(entry => entry.Value.Reading is null).ToList())
        {
            if (kept <= MaxQueries && links <= maxLinks) return;
            if (!_entries.TryRemove(query, out _)) continue;
            kept--;
            links -= entry.Good?.Snapshot.Mesh.Links.Length ?? 0;
        }
    }

    private sealed class Entry
    {
        public Read? Good { get; set; }

        public Task<Snapshot>? Reading { get; set; }

        public DateTimeOffset UsedAt { get; set; }
    }

    /// <summary>A good snapshot, and the most that it answers.</summary>
    private sealed record Read(SnapshotQuery Contains, Snapshot Snapshot);
}
