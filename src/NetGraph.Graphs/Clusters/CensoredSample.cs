namespace NetGraph.Graphs.Clusters;

/// <summary>
/// Throughputs of which some are only known to be "at least so much", as sorted keys: twice the logarithm in steps of a thousandth, plus one for a bound.
/// Of equal throughputs the exact ones therefore come first. Two bytes a reading: a mesh of 1,000 nodes has a million.
/// </summary>
internal static class CensoredSample
{
    public const ushort None = 0;

    private const double Step = 0.001;

    /// <summary>The key of a throughput above zero; what is out of range (1 bit/s to 165 Tbit/s) becomes its end.</summary>
    public static ushort Key(double bitsPerSecond, bool isBound)
    {
        var steps = (int)Math.Clamp(Math.Round(Math.Log(bitsPerSecond) / Step), 1, short.MaxValue);
        return (ushort)((steps << 1) | (isBound ? 1 : 0));
    }

    /// <summary>Natural logarithm of a key's throughput.</summary>
    public static double Level(ushort key) => (key >> 1) * Step;

    /// <summary>Merges two samples.</summary>
    public static ushort[] Merge(ushort[] a, ushort[] b)
    {
        if (a.Length == 0) return b;
        if (b.Length == 0) return a;
        var merged = new ushort[a.Length + b.Length];
        int i = 0, j = 0;
        for (var k = 0; k < merged.Length; k++) merged[k] = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i++] : b[j++];
        return merged;
    }

    /// <summary>Estimates the median of what the bounds hide.</summary>
    /// <remarks>
    /// E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", J. Am. Stat. Assoc. 53, 1958. Of an even number of exact values the
    /// upper of the two in the middle: faults make throughput too low, hardly ever too high.
    /// </remarks>
    /// <returns>Its logarithm; when the bounds leave it open, the most that several of the largest values vouch for. Negative infinity for an empty sample.</returns>
    public static SeparationLevel Median(ReadOnlySpan<ushort> sorted)
    {
        if (sorted.IsEmpty) return new(double.NegativeInfinity, 0, 0);
        var surviving = 1.0;
        var met = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if ((sorted[i] & 1) != 0) continue;
            met++;
            surviving *= 1 - (1.0 / (sorted.Length - i));
            if (surviving < 0.5 - 1e-9) return new(Level(sorted[i]), met, sorted.Length);
        }

        return new(Level(sorted[^(1 + (sorted.Length / 16))]), 0, sorted.Length);
    }
}

/// <summary>How much gets through between two sets of nodes.</summary>
/// <param name="Level">Natural logarithm of the throughput in bits per second.</param>
/// <param name="Witnesses">How many tests met a limit there; zero when the hosts themselves were the limit, and the level is only a lower bound.</param>
/// <param name="Readings">How many tests there were.</param>
internal readonly record struct SeparationLevel(double Level, int Witnesses, int Readings)
{
    /// <summary>Whether tests met a limit there.</summary>
    public bool IsMet => Witnesses > 0;

    /// <summary>Both directions taken together: a limit in one of them separates, unless a lone test says so against several of the other direction.</summary>
    public static SeparationLevel Of(SeparationLevel there, SeparationLevel back)
    {
        if (there.IsMet && back.IsMet) return (there.Level < back.Level ? there : back) with { Witnesses = there.Witnesses + back.Witnesses };
        if (!there.IsMet && !back.IsMet) return there.Level < back.Level ? back : there;
        var (met, open) = there.IsMet ? (there, back) : (back, there);
        return met.Witnesses == 1 && open.Readings > 1 ? open : met;
    }
}
