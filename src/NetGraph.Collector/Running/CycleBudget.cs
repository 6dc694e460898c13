using System.Globalization;
using NetGraph.Measurements;

namespace NetGraph.Collector.Running;

/// <summary>When a cycle may begin: test traffic costs others their bandwidth, and some networks money. May be used from several threads at once.</summary>
/// <remarks>
/// Bytes are a token bucket that holds a day's worth and is full at first. A cycle may begin once the bucket holds what it will cost, or is full; what it really moved is taken out, even
/// below zero, so that over the days no more is spent than allowed. A duty cycle stretches the time from one start to the next.
/// </remarks>
internal sealed class CycleBudget(CollectorOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly Lock _lock = new();
    private double _bytesLeft = options.BytesPerDay ?? double.PositiveInfinity;
    private long _filledAt = clock.GetTimestamp();
    private double? _bytesPerTest = options.BitrateBitsPerSecond * options.DurationSeconds / 8.0;
    private long _cycleBytes;
    private long? _begunAt;
    private TimeSpan _busyFor;

    /// <summary>A cycle begins.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _begunAt = clock.GetTimestamp();
            _cycleBytes = 0;
        }
    }

    /// <summary>A test moved bytes.</summary>
    public void Charge(long bytes)
    {
        lock (_lock)
        {
            Fill();
            _bytesLeft -= bytes;
            _cycleBytes += bytes;
        }
    }

    /// <summary>The cycle has ended; what its tests moved tells what the next one's will.</summary>
    /// <param name="succeeded">How many tests had a result.</param>
    public void End(long succeeded)
    {
        lock (_lock)
        {
            _busyFor = _begunAt is { } begun ? clock.GetElapsedTime(begun) : TimeSpan.Zero;
            if (succeeded > 0) _bytesPerTest = (double)_cycleBytes / succeeded;
        }
    }

    /// <summary>Finds out whether a cycle has to wait.</summary>
    /// <param name="tests">How many tests it has.</param>
    /// <returns>For what, and how long; <see langword="null"/> when it may begin.</returns>
    public CycleHold? FindHold(long tests)
    {
        lock (_lock)
        {
            if (_begunAt is { } begun && options.MaxDutyRatio < 1)
            {
                var rest = (_busyFor / options.MaxDutyRatio) - clock.GetElapsedTime(begun);
                if (rest > TimeSpan.Zero) return new CycleHold("duty_cycle", string.Create(CultureInfo.InvariantCulture, $"Tests may run {options.MaxDutyRatio * 100:0.#} % of the time, and the last cycle took {Quantities.Duration(_busyFor.TotalSeconds)}."), rest);
            }

            if (options.BytesPerDay is not { } perDay) return null;
            Fill();
            // What the first cycle costs nobody knows; it is charged afterwards like any other.
            var needed = Math.Min((_bytesPerTest ?? 0) * tests, perDay);
            var missing = needed - _bytesLeft;
            if (missing <= 0) return null;
            var wait = TimeSpan.FromSeconds(Math.Ceiling(Math.Min(missing / perDay, 1000) * Day.TotalSeconds));
            return new CycleHold("budget", $"The next cycle moves about {Size(needed)}, and {Size(Math.Max(0, _bytesLeft))} are left of {Size(perDay)} a day.", wait);
        }
    }

    private static string Size(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        var power = bytes < 1000 ? 0 : Math.Min((int)Math.Log10(bytes) / 3, units.Length - 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(1000, power):0.#} {units[power]}");
    }

    private void Fill()
    {
        if (options.BytesPerDay is not { } perDay) return;
        var now = clock.GetTimestamp();
        _bytesLeft = Math.Min(perDay, _bytesLeft + (clock.GetElapsedTime(_filledAt, now) / Day * perDay));
        _filledAt = now;
    }
}

/// <summary>Why a cycle that is due does not begin.</summary>
/// <param name="Reason"><c>budget</c> or <c>duty_cycle</c>.</param>
/// <param name="Detail">The same for people.</param>
/// <param name="Time">How long.</param>
internal sealed record CycleHold(string Reason, string Detail, TimeSpan Time);
