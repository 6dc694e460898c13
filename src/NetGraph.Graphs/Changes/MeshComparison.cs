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
        var changes = new List<double>();
        foreach (var pair in LinkPair.All(before, after))
        {
            if (pair.IsComparable(metric)) changes.Add(scale.Change(metric.Value(pair.Before), metric.Value(pair.After)));
        }

        var noise = new ChangeNoise(changes, scale);
        var links = ImmutableArray.CreateBuilder<LinkChange>();
        foreach (var pair in LinkPair.All(before, after))
        {
            double then = metric.Value(pair.Before), now = metric.Value(pair.After);
            string source = pair.Source.Name, destination = pair.Destination.Name;
            if (pair.HasAppeared(metric)) links.Add(new(source, destination, LinkChangeKind.Appeared, double.NaN, now, double.NaN));
            else if (pair.HasVanished(metric)) links.Add(new(source, destination, LinkChangeKind.Vanished, then, double.NaN, double.NaN));
            if (!pair.IsComparable(metric)) continue;

            var change = scale.Change(then, now);
            var limit = noise.Limit(then, now, relativeSpread?.Invoke(source, destination) ?? double.NaN);
            if (Math.Abs(change) <= limit) continue;
            var kind = change > 0 == metric.MoreIsBetter ? LinkChangeKind.Better : LinkChangeKind.Worse;
            links.Add(new(source, destination, kind, then, now, scale.Threshold(change, then, limit)));
        }

        var changed = links.Count(link => link.Kind is LinkChangeKind.Better or LinkChangeKind.Worse);
        return new(Missing(after, before), Missing(before, after), links.ToImmutable(), changes.Count - changed);
    }

    private static ImmutableArray<string> Missing(Mesh of, Mesh from) => [.. of.Nodes.Select(node => node.Name).Where(name => from.IndexOf(name) < 0)];
}
