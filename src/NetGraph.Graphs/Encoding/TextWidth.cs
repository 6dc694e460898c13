namespace NetGraph.Graphs.Encoding;

/// <summary>How wide text is drawn, on the safe side, for nobody measures it here: the widths of DejaVu Sans, the widest of the fonts that are asked for.</summary>
internal static class TextWidth
{
    /// <summary>Height of a line of text, in font sizes.</summary>
    public const double LineHeight = 1.17;

    /// <summary>How far a line reaches above its baseline, in font sizes.</summary>
    public const double Ascent = 0.93;

    // What bold adds to a letter, in hundredths of the font size.
    private const double Bold = 9;
    private const double NotAscii = 125;
    private const double Digit = 64;
    private const double Narrowest = 28;

    // Hundredths of the font size, from the space on.
    private static ReadOnlySpan<byte> Ascii =>
    [
        32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54,
        100, 69, 69, 70, 78, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64, 62, 74, 69, 99, 69, 62, 69, 40, 34, 40, 84, 50,
        50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
    ];

    /// <summary>Width of a line in pixels, as <see cref="SafeText.Printable"/> writes it.</summary>
    public static double Of(ReadOnlySpan<char> text, double fontSize, bool isBold = false)
    {
        var bold = isBold ? Bold : 0;
        var hundredths = text.Length * bold;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            hundredths += c is >= ' ' and < '\x7f' ? Ascii[c - ' '] : NotAscii + (SafeText.DigitsFor(text, i) * (Digit + bold));
        }

        return hundredths * fontSize / 100;
    }

    /// <summary>Cuts a line until it is no wider than this.</summary>
    public static string Cut(string text, double fontSize, double width, bool isBold = false, KeptPart keeps = KeptPart.Ends)
    {
        if (Of(text, fontSize, isBold) <= width) return text;
        for (var length = (int)Math.Min(text.Length - 1, Math.Max(0, width) * 100 / (Narrowest * fontSize)); length > 0; length--)
        {
            var cut = NodeLabels.Cut(text, length, keeps);
            if (Of(cut, fontSize, isBold) <= width) return cut;
        }

        return "";
    }

    /// <summary>Breaks text at its spaces into lines no wider than this; what does not fit into the last one is cut off.</summary>
    public static List<string> Wrap(string text, double fontSize, double width, int mostLines, bool isBold = false)
    {
        var lines = new List<string>();
        var words = text.Split(' ');
        for (var next = 0; next < words.Length;)
        {
            var line = words[next++];
            if (lines.Count == mostLines - 1)
            {
                // Of the last line the beginning tells most.
                line = string.Join(' ', words[(next - 1)..]);
                while (line.Length > 1 && Of(line, fontSize, isBold) > width) line = NodeLabels.Head(line, line.Length - 2) + "…";
                lines.Add(line);
                break;
            }

            while (next < words.Length && Of(line, fontSize, isBold) + Of(words[next], fontSize, isBold) + fontSize * 0.41 <= width) line += " " + words[next++];
            lines.Add(Cut(line, fontSize, width, isBold));
        }

        return lines;
    }
}
