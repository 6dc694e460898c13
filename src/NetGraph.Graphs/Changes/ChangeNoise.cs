namespace NetGraph.Graphs.Changes;

/// <summary>What noise alone does to differences of two measurements.</summary>
internal static class ChangeNoise
{
    /// <summary>Chance that anything is said of two measurements of an unchanged mesh.</summary>
    private const double FalseAlarm = 0.01;

    /// <summary>Fewer changes than these tell nothing of noise.</summary>
    private const int Enough = 8;

    /// <summary>Relative spread to assume of throughput and times where nothing tells it.</summary>
    private const double Assumed = 0.05;

    /// <summary>How many standard deviations a change must exceed, so that with so many links the chance of a false alarm is <see cref="FalseAlarm"/> for all together.</summary>
    /// <remarks>Bonferroni's correction, two-sided: 3.9 for 8 nodes, 4.9 for 100, 5.7 for 1,000.</remarks>
    public static double Deviations(int links) => UpperQuantile(FalseAlarm / (2 * Math.Max(1, links)));

    /// <summary>Learns the standard deviation of a change from the changes of all links.</summary>
    /// <remarks>
    /// The shortest interval that holds two fifths of the changes, after P. J. Rousseeuw, A. M. Leroy, "A robust scale estimator based on the shortest half", Statistica
    /// Neerlandica 42, 1988; less than half, so that even half of the links changing at once is no noise. It lies wherever the changes are densest: a shift of all links
    /// does not widen it. The median absolute deviation around the median would take two equal camps of links for noise.
    /// It comes out too small for few links, more so by chance; hence the factor, which was chosen by simulation.
    /// </remarks>
    /// <param name="changes">Finite changes, in any order; sorted here.</param>
    /// <param name="isRatio">Whether they are logarithms of ratios.</param>
    public static double Learn(List<double> changes, bool isRatio)
    {
        changes.Sort();
        var held = (2 * changes.Count / 5) + 1;
        var width = double.PositiveInfinity;
        for (var i = 0; i + held <= changes.Count; i++) width = Math.Min(width, changes[i + held - 1] - changes[i]);
        // 1.0488 standard deviations hold two fifths of a normal distribution.
        var spread = changes.Count == 0 ? 0 : width / 1.0488 * (1 + (3 / Math.Sqrt(changes.Count)));
        return changes.Count < Enough && isRatio ? Math.Max(spread, Assumed * Math.Sqrt(2)) : spread;
    }

    // M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.2.23: off by less than 0.00045.
    private static double UpperQuantile(double probability)
    {
        var t = Math.Sqrt(-2 * Math.Log(probability));
        return t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
    }
}
