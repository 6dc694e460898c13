using System.Globalization;
using System.Text;

namespace NetGraph.Cli;

/// <summary>A table for people: columns as wide as what stands in them; those without a single entry are left out.</summary>
/// <param name="headings">The columns' headings; one that begins with <c>&gt;</c> is of numbers, which stand to the right.</param>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Plain)]);

    public void WriteTo(TextWriter output, string indent = "  ")
    {
        var columns = Enumerable.Range(0, headings.Length).Where(i => _rows.Any(row => row[i].Length > 0)).ToArray();
        string[] titles = [.. headings.Select(heading => heading.TrimStart('>'))];
        foreach (var row in _rows.Prepend(titles))
        {
            var cells = columns.Select(i =>
            {
                var width = _rows.Append(titles).Max(other => other[i].Length);
                return headings[i].StartsWith('>') ? row[i].PadLeft(width) : row[i].PadRight(width);
            });
            output.Write((indent + string.Join("  ", cells)).TrimEnd() + "\n");
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
}
