namespace NetGraph.Graphs.Changes;

/// <summary>What noise alone does to differences of two measurements.</summary>
internal sealed class ChangeNoise
{
    /// <summary>Chance that anything is said of two measurements of an unchanged mesh.</summary>
    private const double FalseAlarm = 0.01;

    /// <summary>Fewer changes than these tell nothing of noise.</summary>
    private const int Enough = 8;

    /// <summary>Relative spread to assume of throughput and times where nothing tells it.</summary>
    private const double Assumed = 0.05;

    private readonly ChangeScale _scale;
    private readonly double _deviations;
    private readonly double _learned;

    /// <summary>Learns from the changes of all links that can be compared.</summary>
    /// <param name="changes">Changes on the scale, in any order; infinite ones do not count.</param>
    /// <param name="scale">The scale.</param>
    public ChangeNoise(IReadOnlyCollection<double> changes, ChangeScale scale)
    {
        _scale = scale;
        // Bonferroni's correction, two-sided: 3.9 standard deviations for 8 nodes, 5.0 for 100, 5.7 for 1,000.
        _deviations = UpperQuantile(FalseAlarm / (2 * Math.Max(1, changes.Count)));
        _learned = Learn([.. changes.Where(double.IsFinite)], scale.IsRatio);
    }

    /// <summary>The largest change on the scale that noise explains.</summary>
    /// <param name="before">The earlier value.</param>
    /// <param name="after">The later value.</param>
    /// <param name="relativeSpread">The pair's own standard deviation as a share of its mean; NaN when not known.</param>
    public double Limit(double before, double after, double relativeSpread)
    {
        var mean = (before + after) / 2;
        var spread = double.IsNaN(relativeSpread) ? _learned : mean > 0 ? Math.Abs(_scale.Change(mean, mean * (1 + relativeSpread))) * Math.Sqrt(2) : 0;
        return Math.Max(_scale.Floor, _deviations * Math.Max(spread, _scale.OwnSpread(mean) * Math.Sqrt(2)));
    }

    /// <summary>Learns the standard deviation of a change from the changes of all links.</summary>
    /// <remarks>
    /// The shortest interval that holds two fifths of the changes, after P. J. Rousseeuw, A. M. Leroy, "A robust scale estimator based on the shortest half", Statistica
    /// Neerlandica 42, 1988; less than half, so that even half of the links changing at once is no noise. It lies wherever the changes are densest: a shift of all links
    /// does not widen it. The median absolute deviation around the median would take two equal camps of links for noise.
    /// It comes out too small for few links, more so by chance; hence the factor, which was chosen by simulation.
    /// </remarks>
    private static double Learn(double[] changes, bool isRatio)
    {
        Array.Sort(changes);
        var held = (2 * changes.Length / 5) + 1;
        var width = double.PositiveInfinity;
        for (var i = 0; i + held <= changes.Length; i++) width = Math.Min(width, changes[i + held - 1] - changes[i]);
        // 1.0488 standard deviations hold two fifths of a normal distribution.
        var spread = changes.Length == 0 ? 0 : width / 1.0488 * (1 + (3 / Math.Sqrt(changes.Length)));
        return changes.Length < Enough && isRatio ? Math.Max(spread, Assumed * Math.Sqrt(2)) : spread;
    }

    // M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.2.23: off by less than 0.00045.
    private static double UpperQuantile(double probability)
    {
        var t = Math.Sqrt(-2 * Math.Log(probability));
        return t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
    }
}
