namespace NetGraph.Measurements;

/// <summary>How far a throughput result can be trusted. The number is the value of <c>netgraph_throughput_quality</c>.</summary>
public enum MeasurementQuality
{
    /// <summary>Nothing speaks against the result.</summary>
    Ok = 0,

    /// <summary>A core of one of the hosts was the limit, not the network.</summary>
    HostLimited = 1,

    /// <summary>A bitrate limit was reached: the network carries at least this much.</summary>
    Capped = 2,

    /// <summary>Tests that ran beside it shared a capped boundary or an endpoint's other direction.</summary>
    Interfered = 3,

    /// <summary>One-way delay between clocks that are not known to agree.</summary>
    ClockUnsynced = 4,
}

/// <summary>Names of <see cref="MeasurementQuality"/> as files and answers spell them.</summary>
public static class MeasurementQualityNames
{
    private static readonly string[] Names = ["ok", "host_limited", "capped", "interfered", "clock_unsynced"];

    /// <summary>All names, in order of their numbers.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name in files and answers, such as <c>host_limited</c>.</summary>
    /// <param name="quality">A defined quality.</param>
    public static string ToName(this MeasurementQuality quality) => Names[(int)quality];

    /// <summary>The quality of that name.</summary>
    /// <param name="name">A name such as <c>host_limited</c>, in any case.</param>
    /// <returns>The quality, or <see langword="null"/> when none has that name.</returns>
    public static MeasurementQuality? Find(string name) =>
        Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is var index and >= 0 ? (MeasurementQuality)index : null;

    /// <summary>The quality of a metric's value.</summary>
    /// <param name="value">A sample of <c>netgraph_throughput_quality</c>.</param>
    /// <returns>The quality; <see cref="MeasurementQuality.Ok"/> for a value that this version does not know.</returns>
    public static MeasurementQuality FromMetric(double value) =>
        value >= 0 && value < Names.Length ? (MeasurementQuality)(int)value : MeasurementQuality.Ok;
}
