using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Short labels for long node names: beginning and end that all share are left out, and what is still too long is cut in its middle.</summary>
internal static class NodeLabels
{
    private const int LeastShared = 6;

    /// <summary>Labels of so many characters at most.</summary>
    public static ImmutableArray<string> Shorten(ImmutableArray<MeshNode> nodes, int maxLength) => [.. WithoutShared(nodes).Select(label => Cut(label, maxLength))];

    /// <summary>Labels no wider than so many pixels.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="fontSize">Size of the letters.</param>
    /// <param name="width">Largest width.</param>
    /// <param name="keepsShared">Whether what all names share is kept, as is right for a few groups.</param>
    /// <remarks>Where cutting the middle would make two names one, the beginning is cut instead if that keeps more of them apart.</remarks>
    public static ImmutableArray<string> Shorten(ImmutableArray<MeshNode> nodes, double fontSize, double width, bool keepsShared = false)
    {
        string[] labels = keepsShared ? [.. nodes.Select(node => node.Name)] : WithoutShared(nodes);
        ImmutableArray<string> middle = [.. labels.Select(label => TextWidth.Cut(label, fontSize, width, isBold: true))];
        var apart = middle.Distinct().Count();
        if (apart == middle.Length) return middle;
        ImmutableArray<string> end = [.. labels.Select(label => TextWidth.Cut(label, fontSize, width, isBold: true, keepsEnd: true))];
        return end.Distinct().Count() > apart ? end : middle;
    }

    /// <summary>Cuts a name to a length, in its middle or at its beginning.</summary>
    public static string Cut(string name, int maxLength, bool keepsEnd = false)
    {
        if (name.Length <= maxLength) return name;
        var tail = keepsEnd ? maxLength - 1 : (maxLength - 1) / 2;
        var head = maxLength - 1 - tail;
        // A character of two UTF-16 units is not cut through.
        if (tail > 0 && char.IsLowSurrogate(name[^tail])) tail--;
        return Head(name, head) + "…" + name[(name.Length - tail)..];
    }

    /// <summary>The first characters of a text, none cut through.</summary>
    public static string Head(string text, int length) => text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static string[] WithoutShared(ImmutableArray<MeshNode> nodes)
    {
        var names = nodes.Select(node => node.Name).ToArray();
        if (names.Length < 2) return names;
        var prefix = SharedPrefix(names);
        var suffix = SharedSuffix(names);
        // Nothing of a name may be left out twice, and something must be left of each.
        if (names.Any(name => prefix + suffix >= name.Length)) suffix = 0;
        return [.. names.Select(name => (prefix > 0 ? "…" : "") + name[prefix..^suffix] + (suffix > 0 ? "…" : ""))];
    }

    private static int SharedPrefix(string[] names)
    {
        // Nodes are sorted: what the first and the last share, all share.
        var shared = names[0].AsSpan(0, names[0].AsSpan().CommonPrefixLength(names[^1]));
        var end = shared.LastIndexOfAny('-', '.') + 1;
        return end >= LeastShared ? end : 0;
    }

    private static int SharedSuffix(string[] names)
    {
        var length = names[0].Length;
        foreach (var name in names)
        {
            length = Math.Min(length, name.Length);
            while (length > 0 && !name.EndsWith(names[0][^length..], StringComparison.Ordinal)) length--;
        }

        // A domain goes as a whole; of what stands before it nothing does.
        var shared = names[0].AsSpan(names[0].Length - length);
        var begin = shared.Contains('.') ? shared.IndexOf('.') : shared.IndexOf('-');
        return begin >= 0 && length - begin >= LeastShared ? length - begin : 0;
    }
}
