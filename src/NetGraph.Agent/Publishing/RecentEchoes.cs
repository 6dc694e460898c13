namespace NetGraph.Agent.Publishing;

/// <summary>What came of a peer's echoes in the last minutes.</summary>
/// <param name="RoundTripSeconds">Mean round-trip time, in seconds; <see langword="null"/> when none was answered.</param>
/// <param name="LossRatio">Share without an answer, 0 to 1; <see langword="null"/> when none was sent.</param>
internal readonly record struct RecentEcho(double? RoundTripSeconds, double? LossRatio);

/// <summary>Turns counts that only grow into what happened lately: remembers them every half minute, for five minutes.</summary>
/// <remarks>Remembers when it is asked, and needs no timer: whoever reads the metrics drives it. May be asked from several threads at once.</remarks>
/// <param name="clock">The time.</param>
internal sealed class RecentEchoes(TimeProvider clock)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private readonly Lock _lock = new();
    private readonly Queue<(long Time, Dictionary<string, PeerEchoTotals> Totals)> _remembered = new();
    private long _last;

    /// <summary>Reads what happened lately.</summary>
    /// <param name="now">The counts now, by peer.</param>
    /// <returns>The difference to the oldest counts of the last five minutes; to nothing for a peer that joined since.</returns>
    public IReadOnlyDictionary<string, RecentEcho> Read(IReadOnlyDictionary<string, PeerEchoTotals> now)
    {
        lock (_lock)
        {
            while (_remembered.Count > 0 && clock.GetElapsedTime(_remembered.Peek().Time) > Window) _remembered.Dequeue();
            var before = _remembered.Count > 0 ? _remembered.Peek().Totals : [];
            if (_remembered.Count == 0 || clock.GetElapsedTime(_last) >= Step)
            {
                _last = clock.GetTimestamp();
                _remembered.Enqueue((_last, new(now, StringComparer.Ordinal)));
            }

            return now.ToDictionary(peer => peer.Key, peer => (peer.Value - before.GetValueOrDefault(peer.Key)).ToRecent(), StringComparer.Ordinal);
        }
    }
}

/// <summary>Counts of a peer's echoes since the agent began.</summary>
/// <param name="Sent">Echoes whose fate is known.</param>
/// <param name="Received">Echoes answered in time.</param>
/// <param name="RoundTripSum">Sum of their round-trip times.</param>
internal readonly record struct PeerEchoTotals(long Sent, long Received, TimeSpan RoundTripSum)
{
    // A peer that left and came back begins anew: then all it has is recent.
    public static PeerEchoTotals operator -(PeerEchoTotals now, PeerEchoTotals before) =>
        now.Sent < before.Sent || now.Received < before.Received ? now : new(now.Sent - before.Sent, now.Received - before.Received, now.RoundTripSum - before.RoundTripSum);

    public RecentEcho ToRecent() => new(
        Received > 0 ? RoundTripSum.TotalSeconds / Received : null,
        Sent > 0 ? (double)(Sent - Received) / Sent : null);
}
