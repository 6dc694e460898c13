using System.Globalization;

namespace NetGraph.Measurements;

/// <summary>Numbers with their unit, for people: three significant digits and the fitting SI prefix.</summary>
public static class Quantities
{
    /// <summary>Formats a rate, such as <c>57.4 Mbit/s</c>.</summary>
    /// <param name="bitsPerSecond">Bits per second; NaN is written as <c>unknown</c>.</param>
    public static string Rate(double bitsPerSecond) => Math.Abs(bitsPerSecond) switch
    {
        >= 0.9995e12 => Scaled(bitsPerSecond / 1e12, "Tbit/s"),
        >= 0.9995e9 => Scaled(bitsPerSecond / 1e9, "Gbit/s"),
        >= 0.9995e6 => Scaled(bitsPerSecond / 1e6, "Mbit/s"),
        >= 0.9995e3 => Scaled(bitsPerSecond / 1e3, "kbit/s"),
        _ => Scaled(bitsPerSecond, "bit/s"),
    };

    /// <summary>Formats a time span, such as <c>1.25 ms</c>.</summary>
    /// <param name="seconds">Seconds; NaN is written as <c>unknown</c>.</param>
    public static string Duration(double seconds) => Math.Abs(seconds) switch
    {
        0 => "0 s",
        >= 0.9995 => Scaled(seconds, "s"),
        >= 0.9995e-3 => Scaled(seconds * 1e3, "ms"),
        _ => Scaled(seconds * 1e6, "us"),
    };

    /// <summary>Formats a size, such as <c>562 GB</c>.</summary>
    /// <param name="bytes">Bytes; NaN is written as <c>unknown</c>.</param>
    public static string Size(double bytes) => Math.Abs(bytes) switch
    {
        >= 0.9995e15 => Scaled(bytes / 1e15, "PB"),
        >= 0.9995e12 => Scaled(bytes / 1e12, "TB"),
        >= 0.9995e9 => Scaled(bytes / 1e9, "GB"),
        >= 0.9995e6 => Scaled(bytes / 1e6, "MB"),
        >= 0.9995e3 => Scaled(bytes / 1e3, "kB"),
        _ => Scaled(bytes, "B"),
    };

    /// <summary>Formats a share, such as <c>2.50 %</c>.</summary>
    /// <param name="ratio">0 to 1; NaN is written as <c>unknown</c>.</param>
    public static string Share(double ratio) => Scaled(ratio * 100, "%");

    /// <summary>Formats a count of segments, such as <c>12 segments</c>.</summary>
    /// <param name="segments">Segments; NaN is written as <c>unknown</c>.</param>
    public static string Segments(double segments) =>
        double.IsNaN(segments) ? "unknown" : segments.ToString("0.#", CultureInfo.InvariantCulture) + (segments == 1 ? " segment" : " segments");

    private static string Scaled(double value, string unit)
    {
        if (double.IsNaN(value)) return "unknown";
        var format = Math.Abs(value) switch { >= 99.95 => "0", >= 9.995 => "0.0", 0 => "0", _ => "0.00" };
        return value.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
    }
}
