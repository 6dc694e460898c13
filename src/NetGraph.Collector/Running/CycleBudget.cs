using System.Globalization;
using NetGraph.Collector.Planning;
using NetGraph.Measurements;

namespace NetGraph.Collector.Running;

/// <summary>When a cycle may begin: test traffic costs others their bandwidth, and some networks money. May be used from several threads at once.</summary>
/// <remarks>
/// Each limit of a day is a token bucket that holds a day's worth and is full at first. A cycle may begin once each bucket holds what it will cost, or is full; what it really moved is taken out, even
/// below zero, so that over the days no more is spent than allowed. The duty cycle stretches the time from one start to the next.
/// </remarks>
internal sealed class CycleBudget(BudgetLimits limits, double? bytesPerTest, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), Bucket> _betweenZones = [];
    private readonly Bucket _bytes = new(clock);
    private readonly Bucket _money = new(clock);
    private double? _bytesPerTest = bytesPerTest;
    private double _cycleBytes;
    private long? _begunAt;
    private double _busySeconds;

    /// <summary>A cycle begins.</summary>
    /// <param name="busySeconds">How long its busiest node is in tests.</param>
    public void Begin(double busySeconds)
    {
        lock (_lock)
        {
            _begunAt = clock.GetTimestamp();
            _busySeconds = busySeconds;
            _cycleBytes = 0;
        }
    }

    /// <summary>A test moved bytes.</summary>
    /// <param name="sourceZone">Zone of the node that sent; empty when unknown.</param>
    /// <param name="destinationZone">Zone of the node that received.</param>
    /// <param name="bytes">How many.</param>
    /// <returns>What they cost, in the currency of the price.</returns>
    public double Charge(string sourceZone, string destinationZone, double bytes)
    {
        lock (_lock)
        {
            _cycleBytes += bytes;
            _bytes.Take(bytes);
            if (BudgetLimits.ZonePair(sourceZone, destinationZone) is not { } zones) return 0;
            var money = bytes / 1e9 * limits.PricePerGigabyteBetweenZones;
            _money.Take(money);
            if (limits.BytesPerDayBetweenZones is not null) BetweenZones(zones).Take(bytes);
            return money;
        }
    }

    /// <summary>The cycle has ended; what its tests moved tells what the next one's will.</summary>
    /// <param name="succeeded">How many tests had a result.</param>
    public void End(long succeeded)
    {
        lock (_lock)
        {
            if (succeeded > 0) _bytesPerTest = _cycleBytes / succeeded;
        }
    }

    /// <summary>Finds out whether a cycle has to wait.</summary>
    /// <param name="plan">The cycle.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="bytesOfTest">What each of its tests will move, where that is known better than from the last cycle.</param>
    /// <returns>For what, and how long; <see langword="null"/> when it may begin.</returns>
    public CycleHold? FindHold(MeshPlan plan, IReadOnlyList<PlanNode> nodes, double? bytesOfTest = null)
    {
        lock (_lock)
        {
            if (_begunAt is { } begun && limits.MaxDutyRatio < 1)
            {
                var rest = TimeSpan.FromSeconds(_busySeconds / limits.MaxDutyRatio) - clock.GetElapsedTime(begun);
                if (rest > TimeSpan.Zero)
                    return new CycleHold("duty_cycle", string.Create(CultureInfo.InvariantCulture, $"A node may be in tests {limits.MaxDutyRatio * 100:0.#} % of the time, and the last cycle took {Quantities.Duration(_busySeconds)} of the busiest."), rest);
            }

            // What the first cycle costs nobody knows; it is charged afterwards like any other.
            if ((bytesOfTest ?? _bytesPerTest) is not { } bytesPerTest) return null;
            var cost = PlanCost.Of(plan, nodes, TimeSpan.FromSeconds(1), TimeSpan.Zero, bytesPerTest * 8, limits.PricePerGigabyteBetweenZones);
            IEnumerable<CycleHold?> holds =
            [
                Hold(_bytes, cost.Bytes, limits.BytesPerDayOf(nodes.Count), Quantities.Size, "moves"),
                Hold(_money, cost.Money, limits.MoneyPerDay, Money, "costs"),
                .. cost.BytesOfZonePairs.Select(pair => Hold(_betweenZones.GetValueOrDefault(pair.Key), pair.Value, limits.BytesPerDayBetweenZones, Quantities.Size, "moves", $" between the zones '{pair.Key.Item1}' and '{pair.Key.Item2}'")),
            ];
            return holds.MaxBy(hold => hold?.Time ?? TimeSpan.Zero);
        }
    }

    private static CycleHold? Hold(Bucket? bucket, double needed, double? perDay, Func<double, string> format, string verb, string where = "")
    {
        if (bucket is null || perDay is not { } limit) return null;
        needed = Math.Min(needed, limit);
        var left = bucket.Left(limit);
        var missing = needed - left;
        if (missing <= limit * 1e-9) return null;
        var wait = TimeSpan.FromSeconds(Math.Ceiling(Math.Min(missing / limit, 1000) * Bucket.Day.TotalSeconds));
        return new CycleHold("budget", $"The next cycle {verb} about {format(needed)}{where}, and {format(Math.Max(0, left))} are left of {format(limit)} a day.", wait);
    }

    private Bucket BetweenZones((string, string) zones)
    {
        if (!_betweenZones.TryGetValue(zones, out var bucket)) _betweenZones[zones] = bucket = new Bucket(clock);
        return bucket;
    }

    private static string Money(double amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>What was spent of a day's worth, which comes back evenly over the day.</summary>
    private sealed class Bucket(TimeProvider clock)
    {
        public static readonly TimeSpan Day = TimeSpan.FromDays(1);
        private double _spent;
        private double _perDay;
        private long _filledAt = clock.GetTimestamp();

        public void Take(double amount)
        {
            Fill();
            _spent += amount;
        }

        /// <summary>What is left of a limit, which may change with the nodes; below zero when more was spent.</summary>
        public double Left(double perDay)
        {
            if (_perDay == 0) _perDay = perDay;
            Fill();
            _perDay = perDay;
            return perDay - _spent;
        }

        private void Fill()
        {
            var now = clock.GetTimestamp();
            _spent = Math.Max(0, _spent - (clock.GetElapsedTime(_filledAt, now) / Day * _perDay));
            _filledAt = now;
        }
    }
}

/// <summary>Why a cycle that is due does not begin.</summary>
/// <param name="Reason"><c>budget</c> or <c>duty_cycle</c>.</param>
/// <param name="Detail">The same for people.</param>
/// <param name="Time">How long.</param>
internal sealed record CycleHold(string Reason, string Detail, TimeSpan Time);
