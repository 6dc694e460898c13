using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Trees;

/// <summary>The few links of a large mesh that say most: a maximum spanning forest, failed links, and the worst links.</summary>
public static class Skeleton
{
    /// <summary>How many failed links are added at most: half a network that is cut off would else fail in thousands.</summary>
    public const int MostFailed = 60;

    /// <summary>Chooses the links of the forest, in both directions, the worst ones, and of the failed all or, where there are more than <see cref="MostFailed"/>, so many spread over all of them.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="metric">What makes a link good or bad.</param>
    /// <param name="worst">How many of the worst links to add.</param>
    /// <returns>Indexes into <see cref="Mesh.Links"/>, ascending.</returns>
    public static ImmutableArray<int> Choose(Mesh mesh, GraphMetric metric, int worst)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(metric);
        var sign = metric.MoreIsBetter ? 1 : -1;
        var builder = new WeightedGraphBuilder(mesh.Nodes.Length, mesh.Links.Length);
        foreach (var link in mesh.Links)
        {
            if (!double.IsNaN(metric.Value(link))) builder.AddEdge(link.Source, link.Destination, sign * metric.Value(link));
        }

        var kept = MaximumSpanningForest.Find(builder.Build()).Select(edge => (edge.Source, edge.Destination)).ToHashSet();
        var chosen = new SortedSet<int>();
        for (var i = 0; i < mesh.Links.Length; i++)
        {
            var link = mesh.Links[i];
            if (kept.Contains((link.Source, link.Destination)) || kept.Contains((link.Destination, link.Source))) chosen.Add(i);
        }

        chosen.UnionWith(Spread([.. Enumerable.Range(0, mesh.Links.Length).Where(i => mesh.Links[i].State == LinkState.Down)], MostFailed));
        chosen.UnionWith(WorstLinks(mesh, metric).Take(worst));
        return [.. chosen];
    }

    /// <summary>Orders the links of a mesh from the worst on; links on which the metric was not measured are left out.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="metric">What makes a link good or bad.</param>
    /// <returns>Indexes into <see cref="Mesh.Links"/>; of equals, the first first.</returns>
    public static IEnumerable<int> WorstLinks(Mesh mesh, GraphMetric metric)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(metric);
        var sign = metric.MoreIsBetter ? 1 : -1;
        return Enumerable.Range(0, mesh.Links.Length)
            .Where(i => !double.IsNaN(metric.Value(mesh.Links[i])))
            .OrderBy(i => sign * metric.Value(mesh.Links[i]));
    }

    // One of each of so many equal parts. Where in its part moves on by the golden ratio, for links stand in rows: an even step might meet the same destination in each.
    private static IEnumerable<int> Spread(List<int> all, int most)
    {
        const double GoldenRatio = 0.6180339887498949;
        if (all.Count <= most) return all;
        return Enumerable.Range(0, most).Select(part => all[(int)((part + (part * GoldenRatio % 1)) * all.Count / most)]);
    }
}
