using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>The nodes of a mesh that is being read, by number. May be used from several threads at once.</summary>
/// <param name="known">The nodes that the collector tells of, or that were seen earlier.</param>
/// <param name="isComplete">Whether there are no others; otherwise every node that a link names is one, and only those are.</param>
internal sealed class NodeTable(IReadOnlyDictionary<string, MeshNode> known, bool isComplete)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _numbers = isComplete
        ? known.Keys.Select((name, i) => (name, i)).ToDictionary(item => item.name, item => item.i, StringComparer.Ordinal)
        : new(StringComparer.Ordinal);

    /// <summary>The nodes; the index of each is its number.</summary>
    public IReadOnlyList<MeshNode> Nodes =>
        [.. _numbers.OrderBy(item => item.Value).Select(item => known.TryGetValue(item.Key, out var node) ? node : new MeshNode(item.Key))];

    /// <summary>The number of a node, or -1 for one that does not exist any more.</summary>
    public int NumberOf(string name)
    {
        lock (_lock)
        {
            if (_numbers.TryGetValue(name, out var number)) return number;
            if (isComplete) return -1;
            _numbers.Add(name, _numbers.Count);
            return _numbers.Count - 1;
        }
    }
}
