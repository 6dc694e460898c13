namespace NetGraph.Cli;

/// <summary>Shortens names in the middle so that those that differ still do.</summary>
internal static class ShortNames
{
    private const char Gap = '…';

    /// <summary>The least that is left of a name: a letter or two on either side of the gap.</summary>
    private const int LeastWidth = 5;

    /// <summary>Shortens names.</summary>
    /// <param name="names">The names; equal ones stay equal.</param>
    /// <param name="width">Characters that there are for each. Names get more where they could not be told apart otherwise.</param>
    /// <returns>What to show, by name.</returns>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<string> names, int width)
    {
        string[] all = [.. names.Distinct(StringComparer.Ordinal)];
        var longest = all.Select(name => name.Length).DefaultIfEmpty().Max();
        for (var most = Math.Max(width, LeastWidth); most < longest; most++)
        {
            // The end of a host's name tells more than its beginning, until domains come into it: all ways of sharing the room are tried, half and half first.
            var half = (most - 1) / 2;
            foreach (var head in Enumerable.Range(1, most - 2).OrderBy(head => Math.Abs(head - half)))
            {
                var shortened = all.ToDictionary(name => name, name => Shorten(name, most, head), StringComparer.Ordinal);
                if (shortened.Values.Distinct(StringComparer.Ordinal).Count() == all.Length) return shortened;
            }
        }

        return all.ToDictionary(name => name, name => name, StringComparer.Ordinal);
    }

    private static string Shorten(string name, int width, int head)
    {
        if (name.Length <= width) return name;
        var tail = width - 1 - head;
        // Both halves of a character that takes two must stay together.
        if (char.IsHighSurrogate(name[head - 1])) head--;
        if (tail > 0 && char.IsLowSurrogate(name[^tail])) tail--;
        return $"{name[..head]}{Gap}{name[^tail..]}";
    }
}
