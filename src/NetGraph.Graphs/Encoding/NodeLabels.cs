using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Short labels for long node names: the prefix that all share is left out, and what is still too long is cut in its middle.</summary>
internal static class NodeLabels
{
    private const int LeastPrefix = 6;

    public static ImmutableArray<string> Shorten(ImmutableArray<MeshNode> nodes, int maxLength)
    {
        var prefix = SharedPrefix(nodes);
        return [.. nodes.Select(node => Cut((prefix > 0 ? "…" : "") + node.Name[prefix..], maxLength))];
    }

    private static int SharedPrefix(ImmutableArray<MeshNode> nodes)
    {
        if (nodes.Length < 2) return 0;
        // Nodes are sorted: what the first and the last share, all share.
        string first = nodes[0].Name, last = nodes[^1].Name;
        var length = 0;
        while (length < Math.Min(first.Length, last.Length) && first[length] == last[length]) length++;
        var end = first.AsSpan(0, length).LastIndexOfAny('-', '.');
        return end + 1 >= LeastPrefix ? end + 1 : 0;
    }

    private static string Cut(string name, int maxLength)
    {
        if (name.Length <= maxLength) return name;
        var tail = (maxLength - 1) / 2;
        var head = maxLength - 1 - tail;
        // A character of two UTF-16 units is not cut through.
        if (char.IsHighSurrogate(name[head - 1])) head--;
        if (char.IsLowSurrogate(name[^tail])) tail--;
        return string.Concat(name.AsSpan(0, head), "…", name.AsSpan(name.Length - tail));
    }
}
