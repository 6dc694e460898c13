using System.Globalization;
using System.Text;

namespace NetGraph.Cli;

/// <summary>A table for people: columns as wide as what stands in them; those without a single entry are left out.</summary>
/// <param name="headings">
/// The columns' headings. One that begins with <c>&gt;</c> is of numbers, which stand to the right; with <c>@</c> of names, which are shortened in the middle where there is no room,
/// all such columns alike; with <c>~</c> of words, which are cut at their end.
/// </param>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;
    private readonly List<string[]> _rows = [];

    /// <summary>Names of which a shortened one must differ too, though they are not in the table.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Plain)]);

    /// <summary>Writes the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="width">Characters of a line; <see langword="null"/> for as many as it takes. Numbers are never cut, and names not so far that two become one.</param>
    public void WriteTo(TextWriter output, int? width = null)
    {
        const string Indent = "  ";
        var columns = Enumerable.Range(0, headings.Length).Where(i => _rows.Any(row => row[i].Length > 0)).ToArray();
        string[] titles = [.. headings.Select(heading => heading.TrimStart('>', '@', '~'))];
        var rows = width is { } most ? Fit(columns, titles, most - Indent.Length) : _rows;
        foreach (var row in rows.Prepend(titles))
        {
            var cells = columns.Select(i => headings[i].StartsWith('>') ? row[i].PadLeft(WidthOf(i, rows, titles)) : row[i].PadRight(WidthOf(i, rows, titles)));
            output.Write((Indent + string.Join("  ", cells)).TrimEnd() + "\n");
        }
    }

    /// <summary>A name as a terminal may show it: what would steer the terminal, or turn the direction of writing, is replaced.</summary>
    public static string Plain(string name)
    {
        static bool Steers(Rune rune) => Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
        if (!name.EnumerateRunes().Any(rune => Steers(rune) || rune == Rune.ReplacementChar)) return name;
        return string.Concat(name.EnumerateRunes().Select(rune => Steers(rune) ? "\ufffd" : rune.ToString()));
    }

    private static int WidthOf(int column, IReadOnlyList<string[]> rows, string[] titles) => rows.Append(titles).Max(row => row[column].Length);

    private List<string[]> Fit(int[] columns, string[] titles, int width)
    {
        var rows = _rows;
        int Missing() => columns.Sum(i => WidthOf(i, rows, titles)) + (Gap * (columns.Length - 1)) - width;
        int[] words = [.. columns.Where(i => headings[i].StartsWith('~'))], names = [.. columns.Where(i => headings[i].StartsWith('@'))];
        foreach (var i in words)
        {
            if (Missing() is not (> 0 and var missing)) break;
            var room = Math.Max(titles[i].Length, WidthOf(i, rows, titles) - missing);
            rows = [.. rows.Select(row => Replace(row, i, row[i].Length <= room ? row[i] : row[i][..(room - 1)] + "…"))];
        }

        // One name must look the same in all columns: a node is a source here and a destination there.
        var longest = names.Select(i => rows.Select(row => row[i].Length).DefaultIfEmpty().Max()).DefaultIfEmpty().Max();
        for (var room = longest - 1; room > 0 && Missing() > 0; room--)
        {
            var shown = ShortNames.Of(names.SelectMany(i => _rows.Select(row => row[i])).Concat(Names.Select(Plain)), room);
            rows = [.. rows.Select((row, at) => names.Aggregate(row, (cells, i) => Replace(cells, i, shown[_rows[at][i]])))];
            if (names.Max(i => WidthOf(i, rows, titles)) > room) break;
        }

        return rows;
    }

    private static string[] Replace(string[] row, int column, string cell) => [.. row.Select((old, i) => i == column ? cell : old)];
}
