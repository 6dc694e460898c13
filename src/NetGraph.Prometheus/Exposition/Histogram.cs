using System.Collections.Immutable;

namespace NetGraph.Prometheus.Exposition;

/// <summary>Counts observations in buckets. May be used from several threads at once.</summary>
/// <param name="upperBounds">Upper bounds of the buckets, inclusive, ascending; the bucket above the last is added.</param>
public sealed class Histogram(params ImmutableArray<double> upperBounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[upperBounds.Length + 1];
    private double _sum;

    /// <summary>Bounds for round-trip times in seconds: 50 us to 1.6 s, doubling.</summary>
    public static ImmutableArray<double> RoundTripBounds { get; } = [.. Enumerable.Range(0, 16).Select(i => Math.Round(50e-6 * Math.Pow(2, i), 8))];

    /// <summary>Bounds for the time of work in seconds: 1 ms to 16 s, doubling.</summary>
    public static ImmutableArray<double> WorkBounds { get; } = [.. Enumerable.Range(0, 15).Select(i => 0.001 * Math.Pow(2, i))];

    /// <summary>Upper bounds of the buckets, inclusive, ascending.</summary>
    public ImmutableArray<double> UpperBounds { get; } = upperBounds;

    /// <summary>Observations so far.</summary>
    public long Count
    {
        get
        {
            lock (_lock) return _counts.Sum();
        }
    }

    /// <summary>Counts an observation.</summary>
    /// <param name="value">What was observed.</param>
    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < UpperBounds.Length && value > UpperBounds[bucket]) bucket++;
        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    internal (long[] Buckets, double Sum) Read()
    {
        lock (_lock) return ([.. _counts], _sum);
    }
}
