using System.Runtime.InteropServices;
using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>Puts a mesh together from values that come in any order.</summary>
internal sealed class MeshBuilder
{
    private readonly Dictionary<string, int> _nodeIndex = new(StringComparer.Ordinal);
    private readonly List<MeshNode> _nodes = [];
    private readonly Dictionary<(int Source, int Destination), int> _linkIndex = [];
    private readonly List<LinkMeasurement> _links = [];

    private readonly HashSet<string> _described = new(StringComparer.Ordinal);

    /// <summary>Adds a node with its place, or gives a place to one that a link named.</summary>
    public void AddNode(MeshNode node)
    {
        _nodes[IndexOf(node.Name)] = node;
        _described.Add(node.Name);
    }

    /// <summary>Gives a place to a node that a link named; other nodes are not added.</summary>
    public void DescribeNode(MeshNode node)
    {
        if (_nodeIndex.TryGetValue(node.Name, out var index)) _nodes[index] = node;
    }

    /// <summary>Whether a node was added, not only named by a link.</summary>
    public bool IsDescribed(MeshNode node) => _described.Contains(node.Name);

    /// <summary>The link between two nodes, to be filled in place; valid until the next call.</summary>
    public ref LinkMeasurement Link(string source, string destination)
    {
        var ends = (IndexOf(source), IndexOf(destination));
        if (!_linkIndex.TryGetValue(ends, out var index))
        {
            _linkIndex[ends] = index = _links.Count;
            _links.Add(new LinkMeasurement(ends.Item1, ends.Item2));
        }

        return ref CollectionsMarshal.AsSpan(_links)[index];
    }

    /// <summary>Makes the links that leave certain nodes unknown.</summary>
    public void ForgetLinksFrom(Func<string, bool> isSilent)
    {
        foreach (ref var link in CollectionsMarshal.AsSpan(_links))
        {
            if (isSilent(_nodes[link.Source].Name)) link = new LinkMeasurement(link.Source, link.Destination) { LastSuccessUnixSeconds = link.LastSuccessUnixSeconds };
        }
    }

    /// <summary>Builds the mesh.</summary>
    /// <param name="at">The time that it shows.</param>
    /// <param name="keep">Which nodes to keep; links of others are left out.</param>
    public Mesh Build(DateTimeOffset at, Func<MeshNode, bool> keep) => Select(_nodes, _links, at, keep);

    /// <summary>Leaves out nodes, and the links that end at them.</summary>
    public static Mesh Select(IReadOnlyList<MeshNode> nodes, IReadOnlyList<LinkMeasurement> links, DateTimeOffset at, Func<MeshNode, bool> keep)
    {
        var place = new int[nodes.Count];
        var kept = new List<MeshNode>();
        for (var i = 0; i < nodes.Count; i++)
        {
            place[i] = keep(nodes[i]) ? kept.Count : -1;
            if (place[i] >= 0) kept.Add(nodes[i]);
        }

        var keptLinks = new List<LinkMeasurement>(links.Count);
        foreach (var link in links)
        {
            if (place[link.Source] < 0 || place[link.Destination] < 0 || link.Source == link.Destination) continue;
            var placed = link with { Source = place[link.Source], Destination = place[link.Destination] };
            // Nothing of an older test is shown for a link whose last one failed.
            keptLinks.Add(link.State == LinkState.Down
                ? placed with { ThroughputBitsPerSecond = double.NaN, RetransmittedSegments = double.NaN, Quality = MeasurementQuality.Ok }
                : placed);
        }

        return new Mesh(kept, keptLinks, at);
    }

    private int IndexOf(string name)
    {
        if (_nodeIndex.TryGetValue(name, out var index)) return index;
        _nodeIndex[name] = index = _nodes.Count;
        _nodes.Add(new MeshNode(name));
        return index;
    }
}
