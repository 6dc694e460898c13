namespace NetGraph.Cli;

/// <summary>Text in lines.</summary>
internal static class Words
{
    /// <summary>Breaks a text into lines between its words; a word that is longer than a line behind its commas, else it has a line of its own.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Characters of a line.</param>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var (part, isNew) in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Parts(word, width)))
        {
            var gap = isNew && line.Length > 0 ? " " : "";
            if (line.Length > 0 && line.Length + gap.Length + part.Length > width)
            {
                yield return line;
                (line, gap) = ("", "");
            }

            line += gap + part;
        }

        if (line.Length > 0) yield return line;
    }

    private static IEnumerable<(string Part, bool IsNew)> Parts(string word, int width)
    {
        if (word.Length <= width) return [(word, true)];
        string[] parts = word.Split(',');
        return parts.Select((part, i) => (i < parts.Length - 1 ? part + "," : part, i == 0));
    }
}
