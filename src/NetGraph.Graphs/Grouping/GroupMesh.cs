using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Grouping;

/// <summary>The mesh of groups: a node a zone, region or rack, a link for all pairs of nodes that lead from one to another.</summary>
public static class GroupMesh
{
    /// <summary>Name of the group of nodes that have none.</summary>
    public const string NoGroup = "no group";

    /// <summary>Joins the nodes of each group.</summary>
    /// <remarks>
    /// Of the pairs between two groups, throughput, times, retransmits and age are medians of those measured; loss is the mean, which a median would hide.
    /// A link is down when more than half of its tested pairs failed, and unknown when none was tested. Its quality is not ok when most measured pairs have that one.
    /// Two groups of which no pair has a record are not linked. <see cref="GroupKey.None"/> leaves every node by itself.
    /// </remarks>
    /// <param name="mesh">The mesh of nodes.</param>
    /// <param name="key">What joins them.</param>
    /// <returns>A mesh whose nodes are called as the groups, and have the zone, region and rack that all their members share.</returns>
    public static Mesh Of(Mesh mesh, GroupKey key) => Join(mesh, key).Mesh;

    /// <summary>Joins the nodes of each group, and says what is in each.</summary>
    /// <param name="mesh">The mesh of nodes.</param>
    /// <param name="key">What joins them.</param>
    public static GroupedMesh Join(Mesh mesh, GroupKey key)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var names = mesh.Nodes.Select(node => NameOf(node, key)).ToArray();
        var groups = names.Distinct().Order(StringComparer.Ordinal).ToArray();
        var group = names.Select(name => Array.BinarySearch(groups, name, StringComparer.Ordinal)).ToArray();
        var sizes = new int[groups.Length];
        foreach (var index in group) sizes[index]++;

        var pairs = new SortedDictionary<(int Source, int Destination), List<LinkMeasurement>>();
        foreach (var link in mesh.Links)
        {
            var ends = (group[link.Source], group[link.Destination]);
            if (!pairs.TryGetValue(ends, out var list)) pairs[ends] = list = [];
            list.Add(link);
        }

        var links = ImmutableArray.CreateBuilder<LinkMeasurement>();
        var counts = ImmutableArray.CreateBuilder<PairCount>();
        foreach (var (ends, list) in pairs.Where(item => item.Key.Source != item.Key.Destination))
        {
            links.Add(Summary(ends.Source, ends.Destination, list));
            counts.Add(PairCount.Of(list, (long)sizes[ends.Source] * sizes[ends.Destination]));
        }

        var members = Enumerable.Range(0, groups.Length).Select(index =>
        {
            var inside = pairs.GetValueOrDefault((index, index)) ?? [];
            return new NodeGroup(groups[index], sizes[index], Summary(index, index, inside), PairCount.Of(inside, (long)sizes[index] * (sizes[index] - 1)));
        });
        var nodes = groups.Select((name, index) => Shared(name, [.. mesh.Nodes.Where((_, i) => group[i] == index)])).ToArray();
        return new GroupedMesh(key, new Mesh(nodes, links.ToArray(), mesh.MeasuredAt), [.. members], counts.ToImmutable());
    }

    /// <summary>Name of a node's group as it is called in the mesh of groups.</summary>
    /// <param name="node">The node.</param>
    /// <param name="key">What joins nodes.</param>
    public static string NameOf(MeshNode node, GroupKey key)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (key == GroupKey.None) return node.Name;
        return node.GroupBy(key) is { Length: > 0 } name ? name : NoGroup;
    }

    private static MeshNode Shared(string name, MeshNode[] members)
    {
        string? Same(Func<MeshNode, string?> value) => members.All(node => value(node) == value(members[0])) ? value(members[0]) : null;
        return new MeshNode(name) { Zone = Same(node => node.Zone), Region = Same(node => node.Region), Rack = Same(node => node.Rack), InstanceType = Same(node => node.InstanceType) };
    }

    private static LinkMeasurement Summary(int source, int destination, List<LinkMeasurement> links)
    {
        var up = links.FindAll(link => link.State == LinkState.Up);
        var failed = links.Count(link => link.State == LinkState.Down);
        var isDown = failed > up.Count;
        var quality = up.GroupBy(link => link.Quality).Where(same => same.Key != MeasurementQuality.Ok && same.Count() * 2 > up.Count).Select(same => same.Key).FirstOrDefault();
        return new LinkMeasurement(source, destination)
        {
            State = isDown ? LinkState.Down : up.Count > 0 ? LinkState.Up : LinkState.Unknown,
            ThroughputBitsPerSecond = isDown ? double.NaN : Median(up, link => link.ThroughputBitsPerSecond),
            RetransmittedSegments = isDown ? double.NaN : Median(up, link => link.RetransmittedSegments),
            RoundTripTimeSeconds = Median(links, link => link.RoundTripTimeSeconds),
            LossRatio = links.Select(link => link.LossRatio).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average(),
            JitterSeconds = Median(links, link => link.JitterSeconds),
            OneWayDelaySeconds = Median(links, link => link.OneWayDelaySeconds),
            LastSuccessUnixSeconds = Median(links, link => link.LastSuccessUnixSeconds),
            Quality = isDown ? MeasurementQuality.Ok : quality,
        };
    }

    private static double Median(List<LinkMeasurement> links, Func<LinkMeasurement, double> value)
    {
        var values = links.Select(value).Where(double.IsFinite).Order().ToArray();
        if (values.Length == 0) return double.NaN;
        // Halves are added, not summed and halved, so that no two large values overflow.
        return (values[(values.Length - 1) / 2] / 2) + (values[values.Length / 2] / 2);
    }
}

/// <summary>A mesh of groups with what each stands for.</summary>
/// <param name="Key">What joined the nodes.</param>
/// <param name="Mesh">The mesh of groups.</param>
/// <param name="Groups">The group of each node of <paramref name="Mesh"/>.</param>
/// <param name="Pairs">The pairs of nodes behind each link of <paramref name="Mesh"/>.</param>
public sealed record GroupedMesh(GroupKey Key, Mesh Mesh, ImmutableArray<NodeGroup> Groups, ImmutableArray<PairCount> Pairs);

/// <summary>A group of nodes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nodes">How many nodes it has; one or more.</param>
/// <param name="Inside">What is measured between its own nodes, summed up as a link is; source and destination are the group itself.</param>
/// <param name="Pairs">The pairs between its own nodes.</param>
public sealed record NodeGroup(string Name, int Nodes, LinkMeasurement Inside, PairCount Pairs);

/// <summary>How many ordered pairs of nodes stand behind one value.</summary>
/// <param name="All">All that there could be.</param>
/// <param name="Up">Those whose last throughput test succeeded.</param>
/// <param name="Failed">Those whose last throughput test failed; the rest is unknown.</param>
public readonly record struct PairCount(long All, int Up, int Failed)
{
    internal static PairCount Of(List<LinkMeasurement> links, long all) =>
        new(all, links.Count(link => link.State == LinkState.Up), links.Count(link => link.State == LinkState.Down));
}
