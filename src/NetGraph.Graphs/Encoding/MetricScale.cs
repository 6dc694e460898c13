using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Maps a metric's values to how good they are: 0 the worst that is shown, 1 the best.</summary>
/// <remarks>
/// Throughput and time are judged by ratio (logarithmically), loss and counts by difference. The scale never spans less than a factor of two
/// (one per cent of loss, ten segments): in a healthy mesh small differences must not look like faults.
/// </remarks>
internal sealed record MetricScale(double Low, double High, bool IsLogarithmic, bool MoreIsBetter)
{
    private const double LeastRatio = 2;

    /// <summary>The scale that spans the mesh's measured values.</summary>
    public static MetricScale Of(Mesh mesh, GraphMetric metric) => Of(mesh.Links.AsSpan(), metric);

    /// <summary>The scale that spans the links' measured values.</summary>
    public static MetricScale Of(ReadOnlySpan<LinkMeasurement> links, GraphMetric metric)
    {
        // Health says itself what is good.
        if (metric.Name == LinkHealth.Name) return new MetricScale(0, 1, false, true);
        double low = double.PositiveInfinity, high = 0;
        var isLogarithmic = metric.Unit is "bit/s" or "s";
        foreach (ref readonly var link in links)
        {
            var value = metric.Value(link);
            if (double.IsNaN(value)) continue;
            high = Math.Max(high, value);
            if (value > 0 || !isLogarithmic) low = Math.Min(low, value);
        }

        if (!isLogarithmic) return new MetricScale(0, Math.Max(high, metric == GraphMetric.Loss ? 0.01 : 10), false, metric.MoreIsBetter);
        if (!double.IsFinite(low)) (low, high) = metric == GraphMetric.Bandwidth ? (5e8, 1e9) : (5e-5, 1e-4);
        if (high < low * LeastRatio)
        {
            if (metric.MoreIsBetter) low = high / LeastRatio;
            else high = low * LeastRatio;
        }

        return new MetricScale(low, high, true, metric.MoreIsBetter);
    }

    /// <summary>How good a value is, 0 to 1.</summary>
    public double Goodness(double value)
    {
        var place = IsLogarithmic
            ? value <= 0 ? 0 : Math.Log(value / Low) / Math.Log(High / Low)
            : (value - Low) / (High - Low);
        return Math.Clamp(MoreIsBetter ? place : 1 - place, 0, 1);
    }

    /// <summary>The value that is just so good; the inverse of <see cref="Goodness"/>.</summary>
    public double ValueAt(double goodness)
    {
        var place = MoreIsBetter ? goodness : 1 - goodness;
        return IsLogarithmic ? Low * Math.Pow(High / Low, place) : Low + (place * (High - Low));
    }
}
