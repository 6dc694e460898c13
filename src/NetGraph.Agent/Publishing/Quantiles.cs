using System.Globalization;

namespace NetGraph.Agent.Publishing;

/// <summary>Quantiles of a small set of numbers, such as one figure of all peers of a node.</summary>
/// <param name="sorted">The numbers, ascending.</param>
internal readonly struct Quantiles(double[] sorted)
{
    /// <summary>The quantiles that are published: smallest, twentieth, median, and the same from above.</summary>
    public static IReadOnlyList<(double Share, string Label)> Published { get; } =
        [.. new[] { 0, 0.05, 0.5, 0.95, 1 }.Select(share => (share, (100 * share).ToString(CultureInfo.InvariantCulture)))];

    /// <summary>Whether there is any number.</summary>
    public bool IsEmpty => sorted.Length == 0;

    /// <summary>The median; <see langword="null"/> of nothing.</summary>
    public double? Median => IsEmpty ? null : At(0.5);

    /// <summary>Takes the numbers.</summary>
    /// <param name="numbers">Numbers in any order, none of them NaN.</param>
    public static Quantiles Of(IEnumerable<double> numbers) => new([.. numbers.Order()]);

    /// <summary>The quantile, between two numbers linearly (type 7 of R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50(4), 1996).</summary>
    /// <param name="share">0 to 1.</param>
    /// <exception cref="InvalidOperationException">There is no number.</exception>
    public double At(double share)
    {
        if (IsEmpty) throw new InvalidOperationException("Nothing has no quantiles.");
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
