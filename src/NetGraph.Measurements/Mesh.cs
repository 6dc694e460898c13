using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace NetGraph.Measurements;

/// <summary>The nodes and the directed links between them, as measured by a certain time.</summary>
/// <remarks>Nodes stand in ordinal order of their names, links in order of source and destination: two meshes with the same content write the same bytes.</remarks>
public sealed class Mesh
{
    /// <summary>Creates a mesh; sorts what it is given.</summary>
    /// <param name="nodes">The nodes; names must be unique.</param>
    /// <param name="links">The links, with indexes into <paramref name="nodes"/> as given.</param>
    /// <param name="measuredAt">The time that the mesh shows.</param>
    /// <exception cref="ArgumentException">Two nodes have the same name, two links the same ends, or a link an end outside the mesh.</exception>
    public Mesh(IReadOnlyList<MeshNode> nodes, IReadOnlyList<LinkMeasurement> links, DateTimeOffset measuredAt)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(links);
        int[] order = [.. Enumerable.Range(0, nodes.Count).OrderBy(i => nodes[i].Name, StringComparer.Ordinal)];
        var place = new int[nodes.Count];
        for (var i = 0; i < order.Length; i++) place[order[i]] = i;

        Nodes = [.. order.Select(i => nodes[i])];
        for (var i = 1; i < Nodes.Length; i++)
        {
            if (Nodes[i].Name == Nodes[i - 1].Name)
                throw new ArgumentException($"Two nodes are called '{Nodes[i].Name}'.", nameof(nodes));
        }

        var sorted = new LinkMeasurement[links.Count];
        for (var i = 0; i < sorted.Length; i++)
        {
            var link = links[i];
            if ((uint)link.Source >= (uint)place.Length || (uint)link.Destination >= (uint)place.Length)
                throw new ArgumentException($"Link {i} has an end outside the mesh.", nameof(links));
            sorted[i] = link with { Source = place[link.Source], Destination = place[link.Destination] };
        }

        if (FirstOutOfOrder(sorted) >= 0)
        {
            Array.Sort(sorted, Compare);
            if (FirstOutOfOrder(sorted) is >= 0 and var twice)
                throw new ArgumentException($"The link '{Nodes[sorted[twice].Source].Name}' to '{Nodes[sorted[twice].Destination].Name}' is given twice.", nameof(links));
        }

        Links = ImmutableCollectionsMarshal.AsImmutableArray(sorted);
        MeasuredAt = measuredAt;
    }

    private Mesh(ImmutableArray<MeshNode> nodes, ImmutableArray<LinkMeasurement> links, DateTimeOffset measuredAt)
    {
        Nodes = nodes;
        Links = links;
        MeasuredAt = measuredAt;
    }

    /// <summary>Makes a mesh of what is in order already; copies nothing, which matters where links are millions. O(V + E).</summary>
    /// <param name="nodes">The nodes, in ordinal order of their names, which are unique.</param>
    /// <param name="links">The links, in order of source, then destination, with indexes into <paramref name="nodes"/>.</param>
    /// <param name="measuredAt">The time that the mesh shows.</param>
    /// <exception cref="ArgumentException">Something is out of order, given twice, or a link has an end outside the mesh.</exception>
    public static Mesh InOrder(ImmutableArray<MeshNode> nodes, ImmutableArray<LinkMeasurement> links, DateTimeOffset measuredAt)
    {
        for (var i = 1; i < nodes.Length; i++)
        {
            if (string.CompareOrdinal(nodes[i - 1].Name, nodes[i].Name) >= 0)
                throw new ArgumentException($"The node '{nodes[i].Name}' is given twice or out of order.", nameof(nodes));
        }

        foreach (ref readonly var link in links.AsSpan())
        {
            if ((uint)link.Source >= (uint)nodes.Length || (uint)link.Destination >= (uint)nodes.Length)
                throw new ArgumentException("A link has an end outside the mesh.", nameof(links));
        }

        if (FirstOutOfOrder(links.AsSpan()) is >= 0 and var wrong)
            throw new ArgumentException($"The link '{nodes[links[wrong].Source].Name}' to '{nodes[links[wrong].Destination].Name}' is given twice or out of order.", nameof(links));
        return new Mesh(nodes, links, measuredAt);
    }

    /// <summary>The nodes, in ordinal order of their names.</summary>
    public ImmutableArray<MeshNode> Nodes { get; }

    /// <summary>The links, in order of source, then destination.</summary>
    public ImmutableArray<LinkMeasurement> Links { get; }

    /// <summary>The time that the mesh shows.</summary>
    public DateTimeOffset MeasuredAt { get; }

    /// <summary>Finds a node by its name. O(log V).</summary>
    /// <param name="name">The node's name.</param>
    /// <returns>Its index in <see cref="Nodes"/>, or -1.</returns>
    public int IndexOf(string name)
    {
        int low = 0, high = Nodes.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(Nodes[middle].Name, name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    /// <summary>How old a link's throughput is at <see cref="MeasuredAt"/>.</summary>
    /// <param name="link">A link of this mesh.</param>
    /// <returns>Seconds, zero or more; NaN when the link was never measured.</returns>
    public double AgeSeconds(in LinkMeasurement link) =>
        double.IsNaN(link.LastSuccessUnixSeconds)
            ? double.NaN
            : Math.Max(0, (MeasuredAt.ToUnixTimeMilliseconds() / 1000.0) - link.LastSuccessUnixSeconds);

    private static int Compare(LinkMeasurement a, LinkMeasurement b) =>
        a.Source != b.Source ? a.Source.CompareTo(b.Source) : a.Destination.CompareTo(b.Destination);

    /// <returns>Index of the first link that does not come after the one before it, or -1.</returns>
    private static int FirstOutOfOrder(ReadOnlySpan<LinkMeasurement> links)
    {
        for (var i = 1; i < links.Length; i++)
        {
            ref readonly var before = ref links[i - 1];
            ref readonly var link = ref links[i];
            if (before.Source > link.Source || (before.Source == link.Source && before.Destination >= link.Destination)) return i;
        }

        return -1;
    }
}
