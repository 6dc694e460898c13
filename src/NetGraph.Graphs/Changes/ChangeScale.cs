namespace NetGraph.Graphs.Changes;

/// <summary>A scale on which the noise of a metric is about the same for small and large values, so that changes are differences.</summary>
/// <param name="Forward">From the metric's unit to the scale.</param>
/// <param name="Floor">The least change that is ever said: what no measurement of ours resolves.</param>
/// <param name="IsRatio">Whether differences on the scale are logarithms of ratios.</param>
/// <param name="OwnSpread">Standard deviation that a value has by counting alone, on the scale, given the mean of two.</param>
internal sealed record ChangeScale(Func<double, double> Forward, double Floor, bool IsRatio, Func<double, double> OwnSpread)
{
    // Multiplicative noise: throughput and times.
    private static readonly ChangeScale Ratio = new(Math.Log, 0.05, true, _ => 0);

    // Binomial: an agent sends 60 echoes a minute to each peer, looked at over 15 minutes or more.
    private static readonly ChangeScale Share = new(value => value, 0.01, false, share => Math.Sqrt(Math.Clamp(share, 0, 1) * (1 - Math.Clamp(share, 0, 1)) / 900));

    // Poisson at least: F. J. Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 35, 1948.
    private static readonly ChangeScale Count = new(value => 2 * Math.Sqrt(value + 0.375), 2, false, _ => 1);

    public static ChangeScale Of(GraphMetric metric) => metric.Unit switch
    {
        "ratio" => Share,
        "segments" => Count,
        _ => Ratio,
    };

    /// <summary>The change from one value to another; infinite from or to zero where ratios count.</summary>
    public double Change(double before, double after) => before == after ? 0 : Forward(after) - Forward(before);

    /// <summary>A change in terms of <see cref="LinkChange.Threshold"/>.</summary>
    public double Threshold(double change, double before, double limit)
    {
        if (IsRatio) return change > 0 ? Math.Exp(limit) - 1 : 1 - Math.Exp(-limit);
        if (this == Share) return limit;
        var root = Math.Max(0, (Forward(before) + (change > 0 ? limit : -limit)) / 2);
        return Math.Abs(Math.Max(0, (root * root) - 0.375) - before);
    }
}
