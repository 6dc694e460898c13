using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Changes;

/// <summary>Tells what changed between two meshes from what is only noise.</summary>
public static class MeshComparison
{
    /// <summary>Compares two meshes, node by name.</summary>
    /// <remarks>
    /// <para>
    /// A link carries when the metric was measured on it and its last test did not fail. It appeared when it carries now and was not in the earlier mesh or had failed, and vanished
    /// the other way round. A link that is in both meshes but was not measured in one of them is neither: not measured is unknown. An echo metric fails by losing all echoes.
    /// </para>
    /// <para>
    /// Of links that carry in both, the change is compared with zero: the logarithm of the ratio for throughput and times, the difference for loss, and that of
    /// square roots for counts, on which scales noise is about the same for all values. It is said when it exceeds k standard deviations of noise, and 5 % (loss: 0.01) in any case.
    /// The deviation is that of the pair's own history where <paramref name="relativeSpread"/> knows it, times √2 since both meshes are noisy; otherwise it is
    /// learned from the changes of all links, as the width of their densest two fifths (so that all or many links changing is not mistaken for noise). k is Bonferroni's:
    /// between two measurements of an unchanged mesh, one in a hundred comparisons says anything at all.
    /// </para>
    /// <para>Throughput of doubtful quality, before or after, is never said to be better or worse. O(E log E).</para>
    /// </remarks>
    /// <param name="before">The earlier mesh.</param>
    /// <param name="after">The later one; its nodes may be others.</param>
    /// <param name="metric">What to compare.</param>
    /// <param name="relativeSpread">
    /// Standard deviation of a pair's values over time as a share of their mean, by the names of source and destination: zero or more; NaN when not known.
    /// </param>
    public static MeshDifference Compare(Mesh before, Mesh after, GraphMetric metric, Func<string, string, double>? relativeSpread = null)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(metric);
        var scale = ChangeScale.Of(metric);
        var pairs = Pair(before, after);
        var comparable = pairs.Where(pair => IsComparable(pair, metric)).ToList();
        var deviations = ChangeNoise.Deviations(comparable.Count);
        var learned = ChangeNoise.Learn([.. comparable.Select(pair => pair.Change(metric, scale)).Where(double.IsFinite)], scale.IsRatio);

        var changes = new List<LinkChange>();
        foreach (var pair in comparable)
        {
            var change = pair.Change(metric, scale);
            var limit = Math.Max(scale.Floor, deviations * Spread(pair, metric, scale, relativeSpread, learned));
            if (!(Math.Abs(change) > limit)) continue;
            var kind = change > 0 == metric.MoreIsBetter ? LinkChangeKind.Better : LinkChangeKind.Worse;
            var value = metric.Value(pair.Before!.Value);
            changes.Add(new(pair.Source, pair.Destination, kind, value, metric.Value(pair.After!.Value), scale.Threshold(change, value, limit)));
        }

        var unchanged = comparable.Count - changes.Count;
        changes.AddRange(pairs.Select(pair => CameOrWent(pair, metric)).OfType<LinkChange>());
        return new(
            Missing(after, before), Missing(before, after),
            [.. changes.OrderBy(change => change.Source, StringComparer.Ordinal).ThenBy(change => change.Destination, StringComparer.Ordinal)],
            unchanged);
    }

    private readonly record struct LinkPair(string Source, string Destination, LinkMeasurement? Before, LinkMeasurement? After)
    {
        public double Change(GraphMetric metric, ChangeScale scale) => scale.Change(metric.Value(Before!.Value), metric.Value(After!.Value));
    }

    private static ImmutableArray<string> Missing(Mesh of, Mesh from) => [.. of.Nodes.Select(node => node.Name).Where(name => from.IndexOf(name) < 0)];

    private static List<LinkPair> Pair(Mesh before, Mesh after)
    {
        var earlier = before.Links.ToDictionary(link => (before.Nodes[link.Source].Name, before.Nodes[link.Destination].Name));
        var pairs = new List<LinkPair>(after.Links.Length);
        foreach (var link in after.Links)
        {
            var ends = (after.Nodes[link.Source].Name, after.Nodes[link.Destination].Name);
            pairs.Add(new(ends.Item1, ends.Item2, earlier.Remove(ends, out var then) ? then : null, link));
        }

        pairs.AddRange(earlier.Select(gone => new LinkPair(gone.Key.Item1, gone.Key.Item2, gone.Value, null)));
        return pairs;
    }

    private static bool IsComparable(LinkPair pair, GraphMetric metric) =>
        pair is { Before: { } before, After: { } after } && Carries(before, metric) && Carries(after, metric)
        && !(metric.IsOfThroughputTest && (before.Quality != MeasurementQuality.Ok || after.Quality != MeasurementQuality.Ok));

    private static bool Carries(LinkMeasurement link, GraphMetric metric) => !double.IsNaN(metric.Value(link)) && !(metric.IsOfThroughputTest && link.State == LinkState.Down);

    private static bool HasFailed(LinkMeasurement link, GraphMetric metric) =>
        metric.IsOfThroughputTest ? link.State == LinkState.Down : double.IsNaN(metric.Value(link)) && link.LossRatio >= 1;

    private static LinkChange? CameOrWent(LinkPair pair, GraphMetric metric)
    {
        bool did = pair.Before is { } then && Carries(then, metric), does = pair.After is { } now && Carries(now, metric);
        if (does && (pair.Before is not { } failed || HasFailed(failed, metric)))
            return new(pair.Source, pair.Destination, LinkChangeKind.Appeared, double.NaN, metric.Value(pair.After!.Value), double.NaN);
        if (did && (pair.After is not { } lost || HasFailed(lost, metric)))
            return new(pair.Source, pair.Destination, LinkChangeKind.Vanished, metric.Value(pair.Before!.Value), double.NaN, double.NaN);
        return null;
    }

    private static double Spread(LinkPair pair, GraphMetric metric, ChangeScale scale, Func<string, string, double>? relativeSpread, double learned)
    {
        double before = metric.Value(pair.Before!.Value), after = metric.Value(pair.After!.Value), mean = (before + after) / 2;
        var byCounting = scale.OwnSpread(mean) * Math.Sqrt(2);
        var share = relativeSpread?.Invoke(pair.Source, pair.Destination) ?? double.NaN;
        if (double.IsNaN(share)) return Math.Max(byCounting, learned);
        var own = mean > 0 ? Math.Abs(scale.Change(mean, mean * (1 + share))) : 0;
        return Math.Max(byCounting, own * Math.Sqrt(2));
    }
}
