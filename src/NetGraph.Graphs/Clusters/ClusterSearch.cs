using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Clusters;

/// <summary>Finds nodes behind a shared bottleneck, such as racks and zones, from the throughput of all pairs alone; labels are not looked at.</summary>
public static class ClusterSearch
{
    /// <summary>Logarithm of the most that may get through a boundary, as a share of what pairs inside get. Racks of a factor of 1.5 are seen at two thirds.</summary>
    private static readonly double Boundary = Math.Log(0.78);

    /// <summary>Finds the clusters of a mesh, nested.</summary>
    /// <remarks>
    /// <para>
    /// The textbook's way is single linkage over widest-path widths, which is the maximum spanning tree cut at its narrow edges (J. C. Gower, G. J. S. Ross,
    /// "Minimum spanning trees and single linkage cluster analysis", Applied Statistics 18(1), 1969). It is not used here: one pair that reads too high joins two racks
    /// for good, and under noise the tree becomes a chain. Instead the likeness of two sets of nodes is the median of all readings
    /// between them, so that a minority of wrong, bad and missing pairs changes nothing.
    /// </para>
    /// <para>
    /// A test that got all that one of its hosts can do (what that host's best test got in that direction) says only that the way carries at least so much; such
    /// readings count as bounds, and the median is that of Kaplan and Meier. Hence slow hosts, sick or small, make no clusters, and stay with
    /// their rack as long as one of their directions, or their own rate, shows its boundary. What nothing shows cannot be found: hosts too slow to fill their rack's
    /// uplink belong to the smallest cluster that their tests tell, and in a chain of ever slower links every host looks like a slow one, so that no cluster is said.
    /// </para>
    /// <para>
    /// A set counts as a cluster when tests met a limit between it and what it is joined with, below 0.78 of what gets through inside; other joins are noise, and are dissolved.
    /// Results of doubtful quality, failed links and zeros are left out; capped ones count as bounds. Not meant for meshes of which only a small sample of the pairs was measured.
    /// Of planted meshes with a factor of 1.5 between levels, 5 % noise, 10 % of the pairs missing, hosts sick in one direction and bad links, more than 99 % are
    /// recovered exactly; with a factor of 2 and 10 % noise, 95 to 99 %.
    /// O(n²) space; 1,000 nodes take a second or two.
    /// </para>
    /// </remarks>
    /// <param name="mesh">The mesh.</param>
    /// <returns>All nodes as one cluster, with the clusters within as its children, none for a flat mesh; <see langword="null"/> when no pair has a trusted throughput.</returns>
    public static Cluster? Find(Mesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var readings = new PathReadings(mesh);
        IReadOnlyList<Group> parts = [.. Enumerable.Range(0, mesh.Nodes.Length).Select(node => new Group([node], [], []))];
        while (true)
        {
            var (found, inside) = FindInnermost(parts, readings);
            if (inside.Length == 0) return null;
            if (found.Count == parts.Count) return Describe(new([.. Enumerable.Range(0, mesh.Nodes.Length)], [.. parts], inside), double.NaN, double.NaN, readings);
            parts = found;
        }
    }

    /// <summary>A node, or a set of them that has been found to be a cluster.</summary>
    /// <param name="Nodes">Its nodes.</param>
    /// <param name="Parts">The sets it consists of; none for a node.</param>
    /// <param name="Inside">The sorted readings between its parts.</param>
    private sealed record Group(ImmutableArray<int> Nodes, ImmutableArray<Group> Parts, ushort[] Inside);

    /// <summary>A set in the making: it holds clusters already, or it may become one.</summary>
    private sealed record Draft(ImmutableArray<Group> Clusters, ImmutableArray<Group> Loose, ushort[] Inside);

    // One level of the hierarchy: clusters that hold no other cluster of this level, and what is in none of them.
    private static (IReadOnlyList<Group> Parts, ushort[] Inside) FindInnermost(IReadOnlyList<Group> parts, PathReadings readings)
    {
        Draft?[] drafts = [.. parts.Select(part => new Draft([], [part], []))];
        foreach (var join in new Linkage(parts.Count, readings.Between([.. parts.Select(part => part.Nodes)])).Run())
        {
            Draft a = Settle(drafts[join.Kept]!, join.Level), b = Settle(drafts[join.Gone]!, join.Level);
            drafts[join.Kept] = new([.. a.Clusters, .. b.Clusters], [.. a.Loose, .. b.Loose], CensoredSample.Merge(CensoredSample.Merge(a.Inside, b.Inside), join.Readings));
            drafts[join.Gone] = null;
        }

        var rest = drafts.OfType<Draft>().ToList();
        return ([.. rest.SelectMany(draft => draft.Clusters), .. rest.SelectMany(draft => draft.Loose)], rest.Aggregate((ushort[])[], (all, draft) => CensoredSample.Merge(all, draft.Inside)));
    }

    // What has no boundary here is no cluster: its parts become parts of the whole. What holds clusters is judged once those are parts themselves.
    private static Draft Settle(Draft draft, SeparationLevel boundary)
    {
        var isCluster = draft.Clusters.IsEmpty && draft.Loose.Length > 1
            && boundary.Witnesses > 1 && boundary.Level < CensoredSample.Median(draft.Inside).Level + Boundary;
        return isCluster ? new([new([.. draft.Loose.SelectMany(part => part.Nodes)], draft.Loose, draft.Inside)], [], []) : draft;
    }

    private static Cluster Describe(Group group, double egress, double ingress, PathReadings readings)
    {
        var children = group.Parts.Where(part => part.Nodes.Length > 1).ToList();
        int[] loose = [.. group.Parts.Where(part => part.Nodes.Length == 1).Select(part => part.Nodes[0])];
        IReadOnlyList<int>[] sets = [.. children.Select(child => child.Nodes), loose];
        var described = children.Select((child, i) =>
        {
            var others = sets.Where((set, j) => j != i && set.Count > 0).ToList();
            return Describe(
                child,
                others.Max(other => Typical(readings.Between(child.Nodes, other))),
                others.Max(other => Typical(readings.Between(other, child.Nodes))),
                readings);
        });
        return new()
        {
            Nodes = group.Nodes.Sort(),
            InsideBitsPerSecond = Typical(group.Inside),
            EgressBitsPerSecond = egress,
            IngressBitsPerSecond = ingress,
            Children = [.. described.OrderBy(child => child.Nodes[0])],
        };
    }

    private static double Typical(ushort[] sample)
    {
        if (sample.Length == 0) return double.NaN;
        var median = CensoredSample.Median(sample);
        return Math.Exp(median.IsMet ? median.Level : CensoredSample.Level(sample[sample.Length / 2]));
    }
}
