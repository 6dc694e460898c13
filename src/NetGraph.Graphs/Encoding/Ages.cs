using System.Globalization;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>How old measurements are, in words.</summary>
internal static class Ages
{
    /// <summary>From this age of the newest result on a picture warns: mesh cycles rarely take longer.</summary>
    private const double OldSeconds = 3 * 3600;

    /// <summary>A warning when even the newest result is old, else <see langword="null"/>.</summary>
    public static string? Warn(Mesh mesh)
    {
        var newest = Newest(mesh);
        return newest >= OldSeconds ? $"Newest result is {Words(newest)} old" : null;
    }

    /// <summary>An age in the unit that people would use.</summary>
    public static string Words(double seconds) => seconds switch
    {
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 100 * 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 48 * 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400:0} days"),
    };

    private static double Newest(Mesh mesh) =>
        mesh.Links.Select(link => mesh.AgeSeconds(link)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
}
