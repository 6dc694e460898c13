using System.Globalization;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Iperf3;

/// <summary>Says how far a result of iperf3 can be trusted.</summary>
internal static class IperfJudgement
{
    /// <summary>A share of one core from which on the processor, not the network, was the limit.</summary>
    private const double CoreIsFull = 0.9;

    /// <summary>A share of the bitrate limit from which on the limit was reached.</summary>
    private const double LimitIsReached = 0.95;

    /// <summary>The first version with a thread for each stream.</summary>
    private const int FirstThreadedMinor = 16;

    /// <param name="result">What was found.</param>
    /// <param name="order">What was ordered.</param>
    /// <param name="version">What the report says of its program, such as <c>iperf 3.12</c>; the other end is taken to have the same.</param>
    public static MeasurementQuality Judge(ThroughputResult result, ThroughputOrder order, string? version)
    {
        var full = CoreIsFull * Threads(order, version);
        return result.LocalCpuRatio >= Math.Min(full, CoreIsFull * Environment.ProcessorCount) || result.RemoteCpuRatio >= full ? MeasurementQuality.HostLimited
            : order.Interfered || order.Direction == TestDirection.Bidirectional || order.Isolation == Isolation.Aggregate ? MeasurementQuality.Interfered
            : order.BitrateBitsPerSecond is { } limit && result.ThroughputBitsPerSecond >= limit * LimitIsReached ? MeasurementQuality.Capped
            : MeasurementQuality.Ok;
    }

    private static int Threads(ThroughputOrder order, string? version) =>
        Minor(version) >= FirstThreadedMinor ? order.ParallelStreams * (order.Direction == TestDirection.Bidirectional ? 2 : 1) : 1;

    private static int Minor(string? version) =>
        version?.Split(' ') is ["iperf", var number, ..] && number.TrimEnd('+').Split('.') is ["3", var minor, ..]
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
