using System.Collections.Immutable;
using NetGraph.Graphs.Changes;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Views;

/// <summary>A mesh against which another is shown.</summary>
/// <param name="Before">The earlier mesh.</param>
/// <param name="Difference">What changed since.</param>
public sealed record Comparison(Mesh Before, MeshDifference Difference)
{
    /// <summary>Joins two meshes, so that what vanished can be shown too.</summary>
    /// <param name="before">The earlier mesh.</param>
    /// <param name="after">The later mesh.</param>
    /// <returns>All of the later mesh, the nodes that only the earlier has, and an unknown link for each that only the earlier has.</returns>
    public static Mesh Union(Mesh before, Mesh after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var nodes = after.Nodes.AddRange(before.Nodes.Where(node => after.IndexOf(node.Name) < 0));
        var place = nodes.Select((node, i) => (node.Name, i)).ToDictionary(item => item.Name, item => item.i, StringComparer.Ordinal);
        var known = after.Links.Select(link => (link.Source, link.Destination)).ToHashSet();
        var gone = before.Links
            .Select(link => new LinkMeasurement(place[before.Nodes[link.Source].Name], place[before.Nodes[link.Destination].Name]))
            .Where(link => !known.Contains((link.Source, link.Destination)));
        return new Mesh(nodes, after.Links.AddRange(gone), after.MeasuredAt);
    }

    /// <summary>How strong a change is: the larger of the two ratios of the values; infinite for what came or went.</summary>
    /// <param name="change">A change.</param>
    /// <param name="metric">The metric that changed.</param>
    /// <returns>One or more.</returns>
    public static double Factor(LinkChange change, GraphMetric metric)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(metric);
        if (double.IsNaN(change.Before) || double.IsNaN(change.After)) return double.PositiveInfinity;
        // Where nothing at all is usual, the ratio to nothing says nothing: a tenth of a per cent of loss, one segment and one per cent of health stand for it.
        var least = metric == GraphMetric.Loss ? 0.001 : metric == GraphMetric.Retransmits ? 1 : metric.Name == LinkHealth.Name ? 0.01 : 0;
        double before = Math.Max(change.Before, least), after = Math.Max(change.After, least);
        return before == after ? 1 : Math.Max(before, after) / Math.Min(before, after);
    }

    /// <summary>Indexes of the changed links of a mesh, the strongest change first.</summary>
    internal IEnumerable<int> ChangedLinks(Mesh union, GraphMetric metric)
    {
        var changes = Difference.Links.ToDictionary(change => (change.Source, change.Destination));
        return Enumerable.Range(0, union.Links.Length)
            .Select(i => (Index: i, Change: changes.GetValueOrDefault((union.Nodes[union.Links[i].Source].Name, union.Nodes[union.Links[i].Destination].Name))))
            .Where(item => item.Change is not null)
            .OrderByDescending(item => Factor(item.Change!, metric))
            .Select(item => item.Index);
    }
}
