using System.Globalization;

namespace NetGraph.Measurements;

/// <summary>Reads quantities as people write them, with their unit.</summary>
public static class QuantityText
{
    /// <summary>How a rate must look, for messages.</summary>
    public const string RateRule = "a rate from 1K to 10000G, such as 500M or 10G";

    /// <summary>How a short time must look, for messages.</summary>
    public const string ShortTimeRule = "a time with its unit, us, ms or s, of at most an hour, such as 500us or 5ms";

    /// <summary>How a share must look, for messages.</summary>
    public const string ShareRule = "a share from 0% to 100%, such as 1% or 0.01";

    /// <summary>Reads a rate, such as <c>500M</c> or <c>10G</c>: decimal prefixes, 1 kbit/s to 10 Tbit/s.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Bits per second; <see langword="null"/> when the text is none.</returns>
    public static long? ReadRate(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var factor = text.Length == 0 ? 1 : char.ToUpperInvariant(text[^1]) switch { 'K' => 1e3, 'M' => 1e6, 'G' => 1e9, _ => 1 };
        return Number(factor > 1 ? text[..^1] : text) * factor is { } value and >= 1000 and <= 1e13 ? (long)value : null;
    }

    /// <summary>Reads a time, such as <c>500us</c>, <c>5ms</c> or <c>0.2s</c>: more than nothing, at most an hour.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Seconds; <see langword="null"/> when the text is none.</returns>
    public static double? ReadShortTime(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (number, factor) = text.EndsWith("us", StringComparison.Ordinal) ? (text[..^2], 1e-6)
            : text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1e-3)
            : text.EndsWith('s') ? (text[..^1], 1.0) : ("", 0);
        return Number(number) * factor is { } value and > 0 and <= 3600 ? value : null;
    }

    /// <summary>Reads a share, such as <c>1%</c> or <c>0.01</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>0 to 1; <see langword="null"/> when the text is none.</returns>
    public static double? ReadShare(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (number, factor) = text.EndsWith('%') ? (text[..^1], 0.01) : (text, 1.0);
        return Number(number) * factor is { } value and >= 0 and <= 1 ? value : null;
    }

    /// <summary>Reads a duration of whole seconds, such as <c>90s</c>, <c>30m</c> or <c>1h30m</c>: hours, minutes and seconds in this order; a bare number is of seconds.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The duration; <see langword="null"/> when the text is none, or beyond a hundred years.</returns>
    public static TimeSpan? ReadDuration(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Whole(text) is { } bare) return TimeSpan.FromSeconds(bare);
        var rest = text.AsSpan();
        long seconds = 0;
        foreach (var (unit, factor) in (ReadOnlySpan<(char, long)>)[('h', 3600), ('m', 60), ('s', 1)])
        {
            var end = rest.IndexOf(unit);
            if (end < 0) continue;
            if (Whole(rest[..end]) is not { } value) return null;
            seconds += value * factor;
            rest = rest[(end + 1)..];
        }

        return rest.Length == 0 && text.Length > 0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static double? Number(ReadOnlySpan<char> text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? Whole(ReadOnlySpan<char> text) => text.Length <= 9 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
