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

        Array.Sort(sorted, static (a, b) => a.Source != b.Source ? a.Source.CompareTo(b.Source) : a.Destination.CompareTo(b.Destination));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Source == sorted[i - 1].Source && sorted[i].Destination == sorted[i - 1].Destination)
                throw new ArgumentException($"The link '{Nodes[sorted[i].Source].Name}' to '{Nodes[sorted[i].Destination].Name}' is given twice.", nameof(links));
        }

        Links = ImmutableCollectionsMarshal.AsImmutableArray(sorted);
        MeasuredAt = measuredAt;
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

}
