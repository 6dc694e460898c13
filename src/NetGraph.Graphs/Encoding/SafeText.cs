using System.Buffers;
using System.Globalization;
using System.Text;

namespace NetGraph.Graphs.Encoding;

/// <summary>Makes any string one that XML 1.0 and DOT can hold.</summary>
internal static class SafeText
{
    private static readonly SearchValues<char> XmlSpecial = SearchValues.Create("&<>\"'");

    /// <summary>Replaces what no XML document may hold (control characters, lone surrogates) by U+FFFD and its number, so that two names stay two; U+FFFD itself likewise.</summary>
    public static string Printable(string text)
    {
        if (text.All(c => c >= ' ' && c != '\x7f' && !char.IsSurrogate(c) && c < '\xfffd')) return text;
        var safe = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            if (DigitsFor(text, i) == 0) safe.Append(text[i]);
            else safe.Append('\xfffd').Append(((int)text[i]).ToString("x2", CultureInfo.InvariantCulture));
        }

        return safe.ToString();
    }

    /// <summary>With how many digits <see cref="Printable"/> writes a character; zero if it leaves it as it is.</summary>
    public static int DigitsFor(ReadOnlySpan<char> text, int index)
    {
        var c = text[index];
        if (c is < ' ' or '\x7f') return 2;
        if (c >= '\xfffd') return 4;
        var isLone = char.IsHighSurrogate(c) ? index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1])
            : char.IsLowSurrogate(c) && (index == 0 || !char.IsHighSurrogate(text[index - 1]));
        return isLone ? 4 : 0;
    }

    /// <summary>Undoes <see cref="Printable"/>; other text stays as it is.</summary>
    public static string Original(string printable)
    {
        if (!printable.Contains('\xfffd', StringComparison.Ordinal)) return printable;
        var text = new StringBuilder(printable.Length);
        for (var i = 0; i < printable.Length; i++)
        {
            var digits = printable[i] == '\xfffd' ? HexLength(printable.AsSpan(i + 1)) : 0;
            text.Append(digits == 0 ? printable[i] : (char)ushort.Parse(printable.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += digits;
        }

        return text.ToString();
    }

    // Control characters have two digits, the others four; no two-digit number begins one of four.
    private static int HexLength(ReadOnlySpan<char> text)
    {
        static bool Is(ReadOnlySpan<char> text, int length, out ushort value)
        {
            value = 0;
            return text.Length >= length && ushort.TryParse(text[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }

        if (Is(text, 2, out var control) && control is < ' ' or '\x7f') return 2;
        return Is(text, 4, out var other) && (char.IsSurrogate((char)other) || other >= '\xfffd') ? 4 : 0;
    }

    /// <summary>Escapes text for XML content and attributes.</summary>
    public static string Xml(string text)
    {
        text = Printable(text);
        if (!text.AsSpan().ContainsAny(XmlSpecial)) return text;
        return new StringBuilder(text)
            .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&apos;")
            .ToString();
    }

    /// <summary>Writes a double-quoted DOT string.</summary>
    public static string Dot(string text) =>
        "\"" + Printable(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    /// <summary>Writes a CSV field (RFC 4180). Blanks at its ends are quoted too: readers may drop them otherwise.</summary>
    public static string Csv(string text) =>
        text.AsSpan().ContainsAny("\",\r\n") || text is [' ' or '\t', ..] or [.., ' ' or '\t'] ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;

    /// <summary>The shortest decimal form that reads back as the same number.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A time for people, in UTC.</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
