using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Puts a mesh together while a file is read; says on which line the file breaks a rule.</summary>
internal sealed class MeshDraft
{
    private static readonly Dictionary<string, LinkState> States = Enum.GetValues<LinkState>().ToDictionary(LinkField.NameOf, StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<MeshNode> _nodes = [];
    private readonly List<Mention> _mentions = [];
    private readonly List<LinkMeasurement> _links = [];
    private readonly HashSet<(int Source, int Destination)> _ends = [];

    public MeshDraft() => _lookup = _index.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The nodes in the order in which the file named them.</summary>
    public IReadOnlyList<MeshNode> Nodes => _nodes;

    /// <summary>The number of the node that a link names.</summary>
    public int IndexOf(ReadOnlySpan<char> name, int line, string where)
    {
        if (_lookup.TryGetValue(name, out var index)) return index;
        if (name.IsEmpty) throw new MeshFormatException(line, where, "a node needs a name: it must not be empty.");
        _index[name.ToString()] = index = _nodes.Count;
        _nodes.Add(new MeshNode(name.ToString()));
        _mentions.Add(new Mention(line, false));
        return index;
    }

    /// <summary>Adds a node that the file lists.</summary>
    public void List(MeshNode node, int line)
    {
        var index = IndexOf(node.Name, line, "node");
        if (_mentions[index].IsListed) throw new MeshFormatException(line, $"the node '{node.Name}' is listed twice: give it once.");
        _nodes[index] = node;
        _mentions[index] = new Mention(line, true);
    }

    /// <summary>Says which group a node is of; nothing when the name of the group is empty.</summary>
    public void Group(int node, ReadOnlySpan<char> group, int line, string where)
    {
        if (group.IsEmpty) return;
        var before = _nodes[node].Rack;
        if (before is null) _nodes[node] = _nodes[node] with { Rack = group.ToString() };
        else if (!group.SequenceEqual(before)) throw new MeshFormatException(line, where, $"'{_nodes[node].Name}' was of group '{before}' further up and is of '{group}' here: give a node the same group everywhere.");
    }

    /// <summary>Adds a link. Without a state, one with throughput is up, one without is unknown, and a throughput of zero stands for a failed test: down.</summary>
    public void Add(LinkMeasurement link, LinkState? state, int line)
    {
        var (source, destination) = (_nodes[link.Source].Name, _nodes[link.Destination].Name);
        if (link.Source == link.Destination) throw new MeshFormatException(line, $"a link leads from '{source}' to itself: links join two different nodes.");
        if (!_ends.Add((link.Source, link.Destination))) throw new MeshFormatException(line, $"the link from '{source}' to '{destination}' is given twice: give each direction of a pair once.");
        _links.Add(state is { } given ? link with { State = given } : link.ThroughputBitsPerSecond switch
        {
            double.NaN => link,
            0 => link with { State = LinkState.Down, ThroughputBitsPerSecond = double.NaN },
            _ => link with { State = LinkState.Up },
        });
    }

    /// <summary>Builds the mesh.</summary>
    /// <param name="measuredAt">The time that it shows.</param>
    /// <param name="isListed">Whether the file must list every node that a link names.</param>
    /// <param name="names">The nodes' names, in the order of <see cref="Nodes"/>, in place of those that links use; <see langword="null"/> to keep them.</param>
    public Mesh Build(DateTimeOffset measuredAt, bool isListed, IReadOnlyList<string>? names = null)
    {
        var stray = _mentions.FindIndex(mention => !mention.IsListed);
        if (isListed && stray >= 0) throw new MeshFormatException(_mentions[stray].Line, $"a link names '{_nodes[stray].Name}', which is not among the nodes: list it there.");
        if (names is not null)
        {
            for (var i = 0; i < _nodes.Count; i++) _nodes[i] = _nodes[i] with { Name = names[i] };
        }

        // So far the field holds how long before the mesh's own time a test ended.
        var now = measuredAt.ToUnixTimeMilliseconds() / 1000.0;
        for (var i = 0; i < _links.Count; i++) _links[i] = _links[i] with { LastSuccessUnixSeconds = now + _links[i].LastSuccessUnixSeconds };
        return new Mesh(_nodes, _links, measuredAt);
    }

    /// <summary>Reads the state of a link; <see langword="null"/> when the text is empty.</summary>
    public static LinkState? ReadState(string text, int line, string where)
    {
        if (text.Length == 0) return null;
        return States.TryGetValue(text, out var state) ? state : throw new MeshFormatException(line, where, $"'{text}' is no state: choose one of {string.Join(", ", States.Keys)}, or leave it out.");
    }

    /// <summary>Reads the quality of a result; nothing speaks against one when the text is empty.</summary>
    public static MeasurementQuality ReadQuality(string text, int line, string where)
    {
        if (text.Length == 0) return MeasurementQuality.Ok;
        return MeasurementQualityNames.Find(text) ?? throw new MeshFormatException(line, where, $"'{text}' is no quality: choose one of {string.Join(", ", MeasurementQualityNames.All)}, or leave it out.");
    }

    private readonly record struct Mention(int Line, bool IsListed);
}
