namespace NetGraph.Agent.Echo;

/// <summary>Keeps account of the echoes under way and of what came of them, peer by peer. May be used from several threads at once.</summary>
/// <remarks>
/// An echo counts as sent only when its fate is known, so that no scrape sees a loss that is none. An echo that was under way while a throughput test had
/// one of its two nodes does not count at all: it measures that test's queues, not the idle link.
/// </remarks>
internal sealed class EchoLedger
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _timeout;
    private readonly Pending[] _pending;
    private readonly Action<TimeSpan>? _onRoundTrip;
    private ulong _next;
    private ulong _oldest;
    private bool _isClosed;

    /// <param name="timeout">How long an answer may take before it counts as lost.</param>
    /// <param name="capacity">Most echoes under way at once.</param>
    /// <param name="onRoundTrip">Told of every round-trip time that counts.</param>
    /// <param name="first">The first sequence number.</param>
    public EchoLedger(TimeSpan timeout, int capacity, Action<TimeSpan>? onRoundTrip = null, ulong first = 0)
    {
        _next = _oldest = first;
        _timeout = timeout;
        _pending = new Pending[capacity];
        _onRoundTrip = onRoundTrip;
    }

    /// <summary>Notes that an echo is being sent.</summary>
    /// <returns>Its sequence number; <see langword="null"/> when too many are under way or the ledger is closed.</returns>
    public ulong? Send(EchoCounts peer, TimeSpan now, bool isLoaded)
    {
        lock (_lock)
        {
            Expire(now, isLoaded);
            if (_isClosed || _next - _oldest == (ulong)_pending.Length) return null;
            _pending[_next % (ulong)_pending.Length] = new Pending(peer, now, isLoaded, Outcome.UnderWay);
            return _next++;
        }
    }

    /// <summary>Notes that an answer came.</summary>
    public void Receive(ulong sequence, TimeSpan now, TimeSpan dwell, bool isLoaded)
    {
        TimeSpan roundTrip;
        lock (_lock)
        {
            if (sequence < _oldest || sequence >= _next) return;
            ref var echo = ref _pending[sequence % (ulong)_pending.Length];
            if (echo.Outcome != Outcome.UnderWay) return;
            // An answer that is late is none: the echo counts as lost when it is next looked after.
            if (now - echo.SentAt >= _timeout && !isLoaded) return;
            echo = echo with { Outcome = Outcome.Answered };
            if (echo.IsLoaded || isLoaded) return;
            roundTrip = now - echo.SentAt - dwell;
            if (roundTrip <= TimeSpan.Zero) return;
            echo.Peer.CountAnswer(roundTrip);
        }

        _onRoundTrip?.Invoke(roundTrip);
    }

    /// <summary>Counts what is overdue as lost.</summary>
    public void Expire(TimeSpan now, bool isLoaded)
    {
        lock (_lock)
        {
            for (; _oldest < _next; _oldest++)
            {
                ref var echo = ref _pending[_oldest % (ulong)_pending.Length];
                if (echo.Outcome == Outcome.UnderWay)
                {
                    if (now - echo.SentAt < _timeout) return;
                    if (!echo.IsLoaded && !isLoaded) echo.Peer.CountLoss();
                }

                echo = default;
            }
        }
    }

    /// <summary>Takes no more echoes.</summary>
    /// <returns>The sequence number for its successor to begin with, so that no late answer is taken for another's.</returns>
    public ulong Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            return _next;
        }
    }

    private enum Outcome
    {
        UnderWay,
        Answered,
    }

    private readonly record struct Pending(EchoCounts Peer, TimeSpan SentAt, bool IsLoaded, Outcome Outcome);
}

/// <summary>Echoes to one peer that count: how many were sent, how many came back, and the sum of their round-trip times.</summary>
internal sealed class EchoCounts(string node)
{
    private readonly Lock _lock = new();
    private long _sent;
    private long _received;
    private TimeSpan _roundTripSum;

    public string Node => node;

    public (long Sent, long Received, TimeSpan RoundTripSum) Read()
    {
        lock (_lock) return (_sent, _received, _roundTripSum);
    }

    public void CountAnswer(TimeSpan roundTrip)
    {
        lock (_lock)
        {
            _sent++;
            _received++;
            _roundTripSum += roundTrip;
        }
    }

    public void CountLoss()
    {
        lock (_lock) _sent++;
    }
}
