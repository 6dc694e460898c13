namespace NetGraph.Agent.Echo;

/// <summary>Keeps account of the echoes under way and of what came of them, peer by peer. May be used from several threads at once.</summary>
/// <remarks>
/// An echo counts as sent only when its fate is known, so that no scrape sees a loss that is none. An echo that was under way while a throughput test had
/// one of its two nodes does not count at all: it measures that test's queues, not the idle link. Nor does one during whose life the clocks disagreed.
/// An echo is remembered after its fate until its place is needed, so that a second answer is known as one.
/// </remarks>
internal sealed class EchoLedger
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _timeout;
    private readonly EchoTotals _totals;
    private readonly Pending[] _pending;
    private readonly ulong _first;
    private ulong _next;
    private ulong _oldest;
    private bool _isClosed;

    /// <param name="timeout">How long an answer may take before it counts as lost.</param>
    /// <param name="capacity">Most echoes under way at once.</param>
    /// <param name="totals">Told of everything that counts.</param>
    /// <param name="first">The first sequence number.</param>
    public EchoLedger(TimeSpan timeout, int capacity, EchoTotals totals, ulong first = 0)
    {
        _next = _oldest = _first = first;
        _timeout = timeout;
        _totals = totals;
        _pending = new Pending[capacity];
    }

    /// <summary>Notes that an echo is being sent.</summary>
    /// <returns>Its sequence number; <see langword="null"/> when too many are under way or the ledger is closed.</returns>
    public ulong? Send(PeerEchoes peer, int port, Moment now, bool isLoaded) => Send(new Pending(peer, null, port, now, isLoaded, Outcome.UnderWay), isLoaded);

    /// <summary>Notes that an echo is being sent for the sake of a throughput test's queues.</summary>
    /// <returns>Its sequence number; <see langword="null"/> when too many are under way or the ledger is closed.</returns>
    public ulong? Send(LoadedEchoes test, int port, Moment now) => Send(new Pending(test.Peer, test, port, now, IsLoaded: true, Outcome.UnderWay), isLoaded: true);

    /// <summary>Notes that an answer came.</summary>
    public void Receive(ulong sequence, Arrival arrival, TimeSpan dwell, bool isLoaded)
    {
        TimeSpan roundTrip;
        lock (_lock)
        {
            if (sequence < _first || sequence >= _next || _next - sequence > (ulong)_pending.Length) return;
            ref var echo = ref _pending[sequence % (ulong)_pending.Length];
            if (echo.Outcome == Outcome.Answered)
            {
                echo.Peer.CountDuplicate();
                _totals.CountDuplicate();
                return;
            }

            var elapsed = arrival.Came.Monotonic - echo.SentAt.Monotonic;
            roundTrip = elapsed - dwell;
            if (echo.Test is null)
            {
                // An answer that is late is none: the echo counts as lost when it is next looked after.
                if (echo.Outcome == Outcome.Lost || (elapsed >= _timeout && !isLoaded)) return;
            }

            echo.Outcome = Outcome.Answered;
            EchoDiscard? discard = !arrival.Taken.AgreesWith(echo.SentAt) ? EchoDiscard.ClockStep
                : echo.Test is null && (echo.IsLoaded || isLoaded) ? EchoDiscard.ThroughputTest
                : roundTrip <= TimeSpan.Zero ? EchoDiscard.ImplausibleDwell
                : null;
            if (discard is { } reason)
            {
                _totals.CountDiscarded(reason);
                return;
            }

            if (echo.Test is { } test)
            {
                if (test.Count(echo.SentAt.Monotonic, roundTrip)) _totals.LoadedRoundTrips.Observe(roundTrip.TotalSeconds);
                return;
            }

            if (echo.Peer.CountAnswer(echo.Port, sequence, roundTrip, arrival.Came.Monotonic)) _totals.CountReordered();
        }

        _totals.RoundTrips.Observe(roundTrip.TotalSeconds);
    }

    /// <summary>Counts what is overdue as lost.</summary>
    public void Expire(Moment now, bool isLoaded)
    {
        lock (_lock)
        {
            for (; _oldest < _next; _oldest++)
            {
                ref var echo = ref _pending[_oldest % (ulong)_pending.Length];
                if (echo.Outcome != Outcome.UnderWay) continue;
                if (now.Monotonic - echo.SentAt.Monotonic < _timeout) return;
                echo.Outcome = Outcome.Lost;
                if (echo.Test is not null) continue;
                if (!now.AgreesWith(echo.SentAt)) _totals.CountDiscarded(EchoDiscard.ClockStep);
                else if (echo.IsLoaded || isLoaded) _totals.CountDiscarded(EchoDiscard.ThroughputTest);
                else echo.Peer.CountLoss(echo.Port);
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

    private ulong? Send(in Pending echo, bool isLoaded)
    {
        lock (_lock)
        {
            Expire(echo.SentAt, isLoaded);
            if (_isClosed || _next - _oldest == (ulong)_pending.Length) return null;
            _pending[_next % (ulong)_pending.Length] = echo;
            return _next++;
        }
    }

    private enum Outcome
    {
        UnderWay,
        Answered,
        Lost,
    }

    private record struct Pending(PeerEchoes Peer, LoadedEchoes? Test, int Port, Moment SentAt, bool IsLoaded, Outcome Outcome);
}
