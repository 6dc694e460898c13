using System.Collections.Immutable;

namespace NetGraph.Graphs.Suspects;

/// <summary>A suspect in the making: the links that it explains, still in base-2 logarithms.</summary>
/// <param name="Cause">What is suspected.</param>
/// <param name="Values">What its links carried.</param>
/// <param name="Expected">What they should carry.</param>
internal sealed record Finding(SuspectCause Cause, List<float> Values, List<float> Expected)
{
    // Below 0.6 of what is expected we say so; between, we mention it.
    private const double LeastEffect = 0.745;

    /// <summary>How many links of its own it does not explain.</summary>
    public int Contradictions { get; set; }

    public List<SuspectCause> AmbiguousWith { get; init; } = [];

    /// <summary>Joins the two directions of a node.</summary>
    public Finding With(Finding other, SuspectCause cause) =>
        new(cause, [.. Values, .. other.Values], [.. Expected, .. other.Expected])
        {
            Contradictions = Contradictions + other.Contradictions,
            AmbiguousWith = [.. AmbiguousWith, .. other.AmbiguousWith],
        };

    /// <summary>Weighs the finding.</summary>
    /// <param name="noise">Usual difference between measured and expected, as a base-2 logarithm.</param>
    /// <param name="references">How many links tell what to expect.</param>
    public Suspect ToSuspect(double noise, int references)
    {
        double observed = Median(Values), expected = Median(Expected);
        var (effect, witnesses) = EffectOnFastest();
        // How often the noise of so many links would have to be met for the effect to be chance, and a tenth for what a model leaves out.
        var doubt = (noise * Math.Sqrt((1.0 / witnesses) + (1.0 / Math.Max(1, references)))) + 0.1;
        var confidence = (1 - Math.Exp(-(effect - 0.35) / doubt / 3)) * Values.Count / (Values.Count + Contradictions);
        if (effect < LeastEffect) confidence = Math.Min(confidence, 0.45);
        return new Suspect
        {
            Cause = Cause,
            ObservedBitsPerSecond = BitsPerSecond(observed),
            ExpectedBitsPerSecond = BitsPerSecond(expected),
            Pairs = Values.Count,
            Confidence = Math.Round(Math.Clamp(confidence, 0, 0.999), 3),
            AmbiguousWith = [.. AmbiguousWith.Distinct()],
        };
    }

    /// <summary>How far the fastest kind of its links is down: a narrow port hardly shows in links that something else limits.</summary>
    private (double Effect, int Witnesses) EffectOnFastest()
    {
        var fastest = Expected.OrderDescending().ElementAt(Math.Min(1, Expected.Count - 1)) - 0.3f;
        List<float> effects = [.. Values.Zip(Expected).Where(link => link.Second >= fastest).Select(link => link.Second - link.First)];
        return (Median(effects), effects.Count);
    }

    // Single-precision logarithms hold six digits; more would look like knowledge.
    private static double BitsPerSecond(double level)
    {
        if (level <= Evidence.Failed) return 0;
        var value = Math.Pow(2, level);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 5);
        return Math.Round(value / unit) * unit;
    }

    private static double Median(List<float> values)
    {
        var sorted = values.Order().ToImmutableArray();
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
    }
}
