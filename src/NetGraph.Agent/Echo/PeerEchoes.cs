namespace NetGraph.Agent.Echo;

/// <summary>Echoes to one peer that count, and what they say. May be used from several threads at once.</summary>
internal sealed class PeerEchoes(string node, EchoTrain train)
{
    private const int RecentCapacity = 64;
    private const double JitterGain = 1.0 / 16;

    private readonly Lock _lock = new();
    private readonly PortEchoes[] _ports = new PortEchoes[train.SourcePorts];
    private readonly long[] _recentTicks = new long[RecentCapacity];
    private Extremes _thisInterval;
    private Extremes _lastInterval;
    private long _sent;
    private long _received;
    private TimeSpan _roundTripSum;
    private double? _jitterSeconds;
    private long _reordered;
    private long _duplicates;
    private LoadedFigures? _loaded;

    public string Node => node;

    /// <param name="now">For what is said of the last full interval.</param>
    public EchoFigures Read(TimeSpan now)
    {
        lock (_lock)
        {
            var interval = IntervalOf(now);
            var full = _thisInterval.Interval == interval - 1 ? _thisInterval : _lastInterval;
            var isKnown = full.Count > 0 && full.Interval == interval - 1;
            return new EchoFigures(_sent, _received, _roundTripSum)
            {
                RoundTripMedian = Median(),
                RoundTripMinimum = isKnown ? full.Minimum : null,
                RoundTripMaximum = isKnown ? full.Maximum : null,
                Jitter = _jitterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                EcmpLostPortsRatio = LostPortsRatio(),
                Reordered = _reordered,
                Duplicates = _duplicates,
                LoadedRoundTrip = _loaded?.Mean,
                LatencyUnderLoad = _loaded?.Mean - _loaded?.Idle,
            };
        }
    }

    /// <summary>Median of the last round-trip times.</summary>
    public TimeSpan? ReadMedian()
    {
        lock (_lock) return Median();
    }

    /// <summary>Counts an echo that was answered in time.</summary>
    /// <returns>Whether a later one of its port was answered before it.</returns>
    public bool CountAnswer(int port, ulong sequence, TimeSpan roundTrip, TimeSpan now)
    {
        lock (_lock)
        {
            _sent++;
            _recentTicks[_received++ % RecentCapacity] = roundTrip.Ticks;
            _roundTripSum += roundTrip;
            CountExtremes(roundTrip, IntervalOf(now));
            ref var echoes = ref _ports[port];
            echoes.CountFate(isAnswered: true);
            if (echoes.LastRoundTrip is { } last)
                _jitterSeconds = (_jitterSeconds ?? 0) + (((roundTrip - last).Duration().TotalSeconds - (_jitterSeconds ?? 0)) * JitterGain);
            echoes.LastRoundTrip = roundTrip;
            // RFC 4737, 3.3: in order is what is not before the next expected one.
            if (sequence < echoes.NextExpected)
            {
                _reordered++;
                return true;
            }

            echoes.NextExpected = sequence + 1;
            return false;
        }
    }

    public void CountLoss(int port)
    {
        lock (_lock)
        {
            _sent++;
            _ports[port].CountFate(isAnswered: false);
        }
    }

    public void CountDuplicate()
    {
        lock (_lock) _duplicates++;
    }

    /// <summary>Notes what a throughput test with this peer did to the round-trip time.</summary>
    /// <param name="mean">Mean during the test.</param>
    /// <param name="idle">Median before it, if known.</param>
    public void CountLoaded(TimeSpan mean, TimeSpan? idle)
    {
        lock (_lock) _loaded = new LoadedFigures(mean, idle);
    }

    private long IntervalOf(TimeSpan time) => time.Ticks / train.Interval.Ticks;

    private TimeSpan? Median()
    {
        var count = (int)Math.Min(_received, RecentCapacity);
        if (count == 0) return null;
        Span<long> sorted = stackalloc long[count];
        _recentTicks.AsSpan(0, count).CopyTo(sorted);
        sorted.Sort();
        return TimeSpan.FromTicks((sorted[(count - 1) / 2] + sorted[count / 2]) / 2);
    }

    private void CountExtremes(TimeSpan roundTrip, long interval)
    {
        if (_thisInterval.Count == 0 || _thisInterval.Interval != interval)
        {
            _lastInterval = _thisInterval;
            _thisInterval = new Extremes(interval, 1, roundTrip, roundTrip);
            return;
        }

        _thisInterval = new Extremes(
            interval, _thisInterval.Count + 1, TimeSpan.FromTicks(Math.Min(_thisInterval.Minimum.Ticks, roundTrip.Ticks)), TimeSpan.FromTicks(Math.Max(_thisInterval.Maximum.Ticks, roundTrip.Ticks)));
    }

    /// <summary>A peer that loses on all ports is down, which is no matter of ports; with one port there is nothing to compare.</summary>
    private double? LostPortsRatio()
    {
        if (_ports.Length < 2) return null;
        var lost = 0;
        foreach (var port in _ports)
        {
            if (port.Known < EchoTrain.LeastPortWindow) return null;
            if (port.LosesEverything(train.PortWindow)) lost++;
        }

        return lost == _ports.Length ? 0 : lost / (double)_ports.Length;
    }

    /// <summary>What is remembered of a source port.</summary>
    private struct PortEchoes
    {
        // The newest fate is the lowest bit; 1 is answered.
        private ulong _fates;

        public int Known { get; private set; }

        public TimeSpan? LastRoundTrip { get; set; }

        public ulong NextExpected { get; set; }

        public void CountFate(bool isAnswered)
        {
            _fates = (_fates << 1) | (isAnswered ? 1UL : 0);
            Known = Math.Min(Known + 1, 64);
        }

        public readonly bool LosesEverything(int window) => (_fates & (ulong.MaxValue >> (64 - Math.Min(Known, window)))) == 0;
    }

    private readonly record struct Extremes(long Interval, int Count, TimeSpan Minimum, TimeSpan Maximum);

    private readonly record struct LoadedFigures(TimeSpan Mean, TimeSpan? Idle);
}
