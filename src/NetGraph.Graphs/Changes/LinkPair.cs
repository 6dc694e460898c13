using NetGraph.Measurements;

namespace NetGraph.Graphs.Changes;

/// <summary>The same link, by the names of its ends, in two meshes.</summary>
/// <param name="Source">The sending node.</param>
/// <param name="Destination">The receiving node.</param>
/// <param name="WasKnown">Whether the earlier mesh has the link.</param>
/// <param name="Before">It as of then, if so.</param>
/// <param name="IsKnown">Whether the later mesh has the link.</param>
/// <param name="After">It as of now, if so.</param>
internal readonly record struct LinkPair(MeshNode Source, MeshNode Destination, bool WasKnown, LinkMeasurement Before, bool IsKnown, LinkMeasurement After)
{
    /// <summary>Pairs the links of two meshes, in order of source and destination. O(E) time, and next to no space: a mesh of 1,000 nodes has a million links.</summary>
    /// <remarks>Nodes stand in order of their names and links in order of nodes, so that both lists of links are in the same order.</remarks>
    public static IEnumerable<LinkPair> All(Mesh before, Mesh after)
    {
        MeshNode[] nodes = [.. before.Nodes.Concat(after.Nodes).DistinctBy(node => node.Name).OrderBy(node => node.Name, StringComparer.Ordinal)];
        string[] names = [.. nodes.Select(node => node.Name)];
        int[] places = Places(before), placesAfter = Places(after);
        for (int i = 0, j = 0; i < before.Links.Length || j < after.Links.Length;)
        {
            var then = i < before.Links.Length ? Place(before.Links[i], places) : long.MaxValue;
            var now = j < after.Links.Length ? Place(after.Links[j], placesAfter) : long.MaxValue;
            var (source, destination) = Math.DivRem(Math.Min(then, now), nodes.Length);
            yield return new(
                nodes[source], nodes[destination],
                then <= now, then <= now ? before.Links[i++] : default,
                now <= then, now <= then ? after.Links[j++] : default);
        }

        int[] Places(Mesh mesh) => [.. mesh.Nodes.Select(node => Array.BinarySearch(names, node.Name, StringComparer.Ordinal))];
        long Place(LinkMeasurement link, int[] places) => ((long)places[link.Source] * nodes.Length) + places[link.Destination];
    }

    /// <summary>Whether a metric of both can be compared: both carry, and neither is doubtful.</summary>
    public bool IsComparable(GraphMetric metric) =>
        Did(metric) && Does(metric)
        && !(metric.IsOfThroughputTest && (Before.Quality != MeasurementQuality.Ok || After.Quality != MeasurementQuality.Ok));

    /// <summary>Whether it carries now, and was not there or had failed before.</summary>
    public bool HasAppeared(GraphMetric metric) => Does(metric) && (!WasKnown || HasFailed(Before, metric));

    /// <summary>Whether it carried before, and is not there or has failed now.</summary>
    public bool HasVanished(GraphMetric metric) => Did(metric) && (!IsKnown || HasFailed(After, metric));

    private bool Did(GraphMetric metric) => WasKnown && Carries(Before, metric);

    private bool Does(GraphMetric metric) => IsKnown && Carries(After, metric);

    private static bool Carries(LinkMeasurement link, GraphMetric metric) => !double.IsNaN(metric.Value(link)) && !(metric.IsOfThroughputTest && link.State == LinkState.Down);

    private static bool HasFailed(LinkMeasurement link, GraphMetric metric) =>
        metric.IsOfThroughputTest ? link.State == LinkState.Down : double.IsNaN(metric.Value(link)) && link.LossRatio >= 1;
}
