using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NetGraph.Prometheus.Querying;

/// <summary>Reads the numbers of samples, which stand in strings so that NaN and the infinities can be told.</summary>
internal static class SampleNumber
{
    /// <summary>Up to here, and with no more decimals than there are exact powers of ten, one division gives the nearest double.</summary>
    private const ulong MostExactInteger = 1UL << 53;

    private const int MostDigits = 19;

    private static readonly double[] PowersOfTen = [.. Enumerable.Range(0, 23).Select(i => double.Parse($"1e{i}", CultureInfo.InvariantCulture))];

    /// <summary>Reads a number in any form that a server writes.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static double Parse(ReadOnlySpan<byte> text)
    {
        if (TryParse(text, out var value)) return value;
        var word = Encoding.UTF8.GetString(text);
        return word switch
        {
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out value) ? value : throw new FormatException($"'{word}' is not a number"),
        };
    }

    /// <summary>Reads a number in its usual forms: digits with or without a fraction or an exponent.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        TryParsePlain(text, out value) || (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length);

    // W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990: integer and power of ten are exact, so that one rounding remains.
    private static bool TryParsePlain(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var isNegative = text.Length > 0 && text[0] == '-';
        var digits = isNegative ? text[1..] : text;
        if (digits.Length is 0 or > MostDigits + 1) return false;
        ulong integer = 0;
        var point = -1;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = (uint)digits[i] - '0';
            if (digit <= 9) integer = (integer * 10) + digit;
            else if (digits[i] == '.' && point < 0) point = i;
            else return false;
        }

        var decimals = point < 0 ? 0 : digits.Length - point - 1;
        if (point == 0 || (point > 0 && decimals == 0) || digits.Length - (point < 0 ? 0 : 1) > MostDigits || integer > MostExactInteger) return false;
        value = integer / PowersOfTen[decimals];
        if (isNegative) value = -value;
        return true;
    }
}
