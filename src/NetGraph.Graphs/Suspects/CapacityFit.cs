namespace NetGraph.Graphs.Suspects;

/// <summary>How one fault would explain the links that share a thing: by a capacity that none of them exceeds, or by a factor that all of them lose.</summary>
/// <remarks>
/// A narrow port caps (throughput is the least capacity of the way); a lossy one divides. Both are tried at a few robust levels, and the one that explains most wins.
/// All values are base-2 logarithms. The score is a log-likelihood ratio with a bounded loss (as in Tukey's biweight), so that no single link decides.
/// </remarks>
/// <param name="IsCap">Whether it caps; else it divides.</param>
/// <param name="Level">The capacity, or the (negative) factor.</param>
/// <param name="Gain">How much better the measurements are explained, in nats.</param>
/// <param name="Pairs">How many links it explains.</param>
/// <param name="Contradictions">How many links it should worsen, but did not.</param>
internal readonly record struct CapacityFit(bool IsCap, float Level, double Gain, int Pairs, int Contradictions)
{
    /// <summary>From here on a link is worse, not varied: 0.65. Half less 5 % noise lies below, 20 % of honest difference above.</summary>
    public const float Worse = 0.6215f;

    /// <summary>A link that carries a quarter more than a cause allows contradicts it.</summary>
    public const float Tolerance = 0.35f;

    private const float Spread = 0.1f;
    private const float LossLimit = 12;

    /// <summary>What links would carry under this fault.</summary>
    /// <param name="expected">What they should carry.</param>
    public float Apply(float expected) => IsCap ? Math.Min(expected, Level) : expected + Level;

    /// <summary>Whether the fault explains a link.</summary>
    /// <param name="value">What it carried.</param>
    /// <param name="expected">What it should carry.</param>
    public bool Explains(float value, float expected) => Apply(expected) <= expected - Worse && value <= Apply(expected) + (IsCap ? Tolerance : Math.Max(Tolerance, -0.3f * Level));

    /// <summary>How badly a measurement fits: zero for none.</summary>
    /// <param name="difference">Measured less expected.</param>
    public static float Loss(float difference) => float.IsNaN(difference) ? 0 : Math.Min(difference * difference / (2 * Spread * Spread), LossLimit);

    /// <summary>Finds the fault that explains links best.</summary>
    /// <param name="values">What they carried; NaN when unknown.</param>
    /// <param name="expected">What they should carry; NaN when unknown.</param>
    /// <param name="atLeast">What they carried at least; NaN when unknown; may be empty.</param>
    /// <param name="minimum">How many links it must explain.</param>
    /// <returns>The fault, or <see langword="null"/> when none explains enough without contradiction.</returns>
    public static CapacityFit? Find(ReadOnlySpan<float> values, ReadOnlySpan<float> expected, ReadOnlySpan<float> atLeast, int minimum)
    {
        var worse = 0;
        for (var i = 0; i < values.Length; i++) worse += values[i] - expected[i] <= -Worse ? 1 : 0;
        if (worse < minimum) return null;

        float[] levels = new float[worse], factors = new float[worse];
        worse = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] - expected[i] <= -Worse)) continue;
            levels[worse] = values[i];
            factors[worse++] = values[i] - expected[i];
        }

        Array.Sort(levels);
        Array.Sort(factors);
        CapacityFit? best = null;
        foreach (var share in (ReadOnlySpan<double>)[0.5, 0.75, 0.9, 1])
        {
            var at = (int)(share * (worse - 1));
            best = Better(best, new CapacityFit(true, levels[at], 0, 0, 0).Score(values, expected, atLeast), minimum);
            best = Better(best, new CapacityFit(false, factors[at], 0, 0, 0).Score(values, expected, atLeast), minimum);
        }

        return best;
    }

    /// <summary>Rates a fault of a given level.</summary>
    /// <param name="values">As in <see cref="Find"/>.</param>
    /// <param name="expected">As in <see cref="Find"/>.</param>
    /// <param name="atLeast">As in <see cref="Find"/>.</param>
    public CapacityFit Score(ReadOnlySpan<float> values, ReadOnlySpan<float> expected, ReadOnlySpan<float> atLeast)
    {
        double gain = 0;
        int pairs = 0, contradictions = 0;
        // What is expected is less sure than what a port cannot exceed.
        var tolerance = IsCap ? Tolerance : Math.Max(Tolerance, -0.3f * Level);
        for (var i = 0; i < values.Length; i++)
        {
            var would = Apply(expected[i]);
            if (!(would < expected[i])) continue;
            var isWorse = would <= expected[i] - Worse;
            if (!float.IsNaN(values[i]))
            {
                var difference = values[i] - expected[i];
                gain += (difference < 0 ? Loss(difference) : 0) - Loss(values[i] - would);
                if (isWorse && values[i] <= would + tolerance) pairs++;
                else if (isWorse) contradictions++;
            }
            else if (atLeast.Length > 0 && atLeast[i] > would)
            {
                gain -= Loss(atLeast[i] - would);
                if (isWorse && atLeast[i] > would + tolerance) contradictions++;
            }
        }

        return this with { Gain = gain, Pairs = pairs, Contradictions = contradictions };
    }

    private static CapacityFit? Better(CapacityFit? best, CapacityFit other, int minimum) =>
        other.Pairs >= minimum && other.Contradictions * 9 <= other.Pairs && other.Gain > (best?.Gain ?? 8) ? other : best;
}
