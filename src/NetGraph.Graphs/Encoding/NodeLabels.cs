using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Short labels for long node names: beginning and end that all share are left out, and what is still too long is cut so that names stay apart.</summary>
internal static class NodeLabels
{
    private const int LeastShared = 6;

    /// <summary>Labels in bold no wider than so many pixels.</summary>
    /// <remarks>
    /// Different names have different labels whenever what stands between the beginning and the end that all share has room, an ellipsis for each.
    /// Where it has none, it is cut where that keeps most names apart, and those that are still alike once more by what is different among them.
    /// </remarks>
    /// <param name="nodes">The nodes.</param>
    /// <param name="fontSize">Size of the letters.</param>
    /// <param name="width">Largest width.</param>
    /// <param name="keepsShared">Whether what all names share is kept where there is room, as is right for a few groups.</param>
    public static ImmutableArray<string> Shorten(ImmutableArray<MeshNode> nodes, double fontSize, double width, bool keepsShared = false)
    {
        string[] names = [.. nodes.Select(node => node.Name)];
        bool Fits(string label) => TextWidth.Of(label, fontSize, isBold: true) <= width;
        string[] Cut(string[] labels, KeptPart keeps) => [.. labels.Select(label => TextWidth.Cut(label, fontSize, width, isBold: true, keeps))];
        var mild = keepsShared ? names : Without(names, SharedPrefix(names), SharedDomain(names));
        if (mild.All(Fits)) return [.. mild];
        if (keepsShared && Cut(mild, KeptPart.Ends) is var whole && Distinct(whole) == Distinct(names)) return [.. whole];

        var tight = WithoutAllShared(names);
        foreach (var labels in (string[][])[Without(names, SharedPrefix(names), SharedWords(names)), Without(names, SharedPrefix(names, least: 1), SharedWords(names, least: 1)), tight])
        {
            if (labels.All(Fits)) return [.. labels];
        }

        // Of equally good ways the first.
        var best = new[] { Cut(mild, KeptPart.Ends), Cut(mild, KeptPart.End), Cut(tight, KeptPart.Ends), Cut(tight, KeptPart.End), Cut(tight, KeptPart.Beginning) }.MaxBy(Distinct)!;
        TellApart(names, best, Fits, Cut);
        return [.. best];
    }

    /// <summary>Cuts a name to a length.</summary>
    public static string Cut(string name, int maxLength, KeptPart keeps = KeptPart.Ends)
    {
        if (name.Length <= maxLength) return name;
        var tail = keeps switch { KeptPart.End => maxLength - 1, KeptPart.Beginning => 0, _ => (maxLength - 1) / 2 };
        var head = maxLength - 1 - tail;
        // A character of two UTF-16 units is not cut through.
        if (tail > 0 && char.IsLowSurrogate(name[^tail])) tail--;
        return Head(name, head) + "…" + name[(name.Length - tail)..];
    }

    /// <summary>The first characters of a text, none cut through.</summary>
    public static string Head(string text, int length) => text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    // Names whose labels are alike share more with one another than with all.
    private static void TellApart(string[] names, string[] labels, Func<string, bool> fits, Func<string[], KeptPart, string[]> cut)
    {
        foreach (var alike in Enumerable.Range(0, names.Length).GroupBy(i => labels[i], StringComparer.Ordinal).Where(same => same.Skip(1).Any()).Select(same => same.ToArray()).ToList())
        {
            var tight = WithoutAllShared([.. alike.Select(i => names[i])]);
            var taken = Enumerable.Range(0, names.Length).Except(alike).Select(i => labels[i]).ToHashSet(StringComparer.Ordinal);
            var apart = (tight.All(fits) ? [tight] : new[] { cut(tight, KeptPart.Ends), cut(tight, KeptPart.End), cut(tight, KeptPart.Beginning) })
                .Where(candidate => !taken.Overlaps(candidate)).MaxBy(Distinct);
            if (apart is null || Distinct(apart) == 1) continue;
            for (var i = 0; i < alike.Length; i++) labels[alike[i]] = apart[i];
        }
    }

    private static int Distinct(string[] labels) => labels.Distinct(StringComparer.Ordinal).Count();

    private static string[] Without(string[] names, int prefix, int suffix)
    {
        if (names.Length < 2) return names;
        // Nothing of a name may be left out twice, and something must be left of each.
        if (names.Any(name => prefix + suffix >= name.Length)) suffix = 0;
        return [.. names.Select(name => (prefix > 0 ? "…" : "") + name[prefix..^suffix] + (suffix > 0 ? "…" : ""))];
    }

    private static string[] WithoutAllShared(string[] names)
    {
        if (names.Length < 2) return names;
        var most = names.Min(name => name.Length) - 1;
        var prefix = Math.Max(0, Math.Min(CommonPrefix(names), most));
        if (prefix > 0 && char.IsHighSurrogate(names[0][prefix - 1])) prefix--;
        var suffix = Math.Max(0, Math.Min(CommonSuffix(names), most - prefix));
        if (suffix > 0 && char.IsLowSurrogate(names[0][^suffix])) suffix--;
        return Without(names, prefix, suffix);
    }

    private static int SharedPrefix(string[] names, int least = LeastShared)
    {
        if (names.Length < 2) return 0;
        var end = names[0].AsSpan(0, CommonPrefix(names)).LastIndexOfAny('-', '.') + 1;
        return end >= least ? end : 0;
    }

    // A domain goes as a whole; of what stands before it nothing does.
    private static int SharedDomain(string[] names) => SharedEnd(names, LeastShared, shared => shared.Contains('.') ? shared.IndexOf('.') : shared.IndexOf('-'));

    private static int SharedWords(string[] names, int least = LeastShared) => SharedEnd(names, least, shared => shared.IndexOfAny('-', '.'));

    private static int SharedEnd(string[] names, int least, Func<string, int> begin)
    {
        if (names.Length < 2) return 0;
        var shared = names[0][^CommonSuffix(names)..];
        var at = begin(shared);
        return at >= 0 && shared.Length - at >= least ? shared.Length - at : 0;
    }

    private static int CommonPrefix(string[] names) => names.Min(name => names[0].AsSpan().CommonPrefixLength(name));

    private static int CommonSuffix(string[] names)
    {
        var length = names[0].Length;
        foreach (var name in names)
        {
            length = Math.Min(length, name.Length);
            while (length > 0 && !name.AsSpan().EndsWith(names[0].AsSpan(names[0].Length - length))) length--;
        }

        return length;
    }
}

/// <summary>What of a text is kept where not all of it has room.</summary>
internal enum KeptPart
{
    /// <summary>Its beginning and its end.</summary>
    Ends,

    /// <summary>Its beginning.</summary>
    Beginning,

    /// <summary>Its end.</summary>
    End,
}
