namespace NetGraph.Agent.Echo;

/// <summary>The echoes sent to a peer while a throughput test with it runs. May be used from several threads at once.</summary>
/// <remarks>
/// Those of the test's first half second do not count, nor those sent after its length: the queue is not full yet, or empty again. What counts has no deadline:
/// an answer that a full queue held for seconds is what is looked for.
/// </remarks>
/// <param name="peer">The peer.</param>
/// <param name="begin">When the test began.</param>
/// <param name="length">How long it sends.</param>
internal sealed class LoadedEchoes(PeerEchoes peer, TimeSpan begin, TimeSpan length)
{
    /// <summary>Time from one echo to the next.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);
    private readonly Lock _lock = new();
    private int _count;
    private TimeSpan _sum;

    public PeerEchoes Peer => peer;

    public TimeSpan End => begin + length;

    /// <summary>Median round-trip time before the test.</summary>
    public TimeSpan? Idle { get; } = peer.ReadMedian();

    /// <summary>Makes what came of them the peer's latest figures under load, once a test succeeded.</summary>
    /// <returns>Mean round-trip time during the test; <see langword="null"/> when no answer counts.</returns>
    public TimeSpan? Publish()
    {
        lock (_lock)
        {
            if (_count == 0) return null;
            var mean = _sum / _count;
            peer.CountLoaded(mean, Idle);
            return mean;
        }
    }

    /// <summary>Counts an answer.</summary>
    /// <returns>Whether its echo was sent while the test was at full rate.</returns>
    public bool Count(TimeSpan sentAt, TimeSpan roundTrip)
    {
        if (sentAt < begin + Settling || sentAt > End) return false;
        lock (_lock)
        {
            _count++;
            _sum += roundTrip;
            return true;
        }
    }
}
