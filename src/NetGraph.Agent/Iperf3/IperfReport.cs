using System.Text.Json;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Iperf3;

/// <summary>Reads what <c>iperf3 -J</c> printed, of versions 3.9 to 3.21.</summary>
/// <remarks>
/// With <c>-J</c> iperf3 exits with 0 whatever happened: the member <c>error</c> tells (seen with 3.12). Throughput is <c>sum_received</c>, what
/// arrived; <c>sum_sent</c> is wrong on short tests. 3.16 and 3.17 may print the report twice (esnet/iperf issues 1688, 1716): the first counts.
/// </remarks>
internal static class IperfReport
{
    /// <summary>A share of one core from which on the processor, not the network, was the limit.</summary>
    private const double CoreIsFull = 0.9;

    /// <summary>A share of the bitrate limit from which on the limit was reached.</summary>
    private const double LimitIsReached = 0.95;

    private static readonly (string Text, ProbeFailure Failure)[] Errors =
    [
        ("server is busy", ProbeFailure.Busy),
        ("Connection refused", ProbeFailure.ConnectionRefused),
        ("timed out", ProbeFailure.Timeout),
        ("No route to host", ProbeFailure.Unreachable),
        ("unreachable", ProbeFailure.Unreachable),
        ("Resource temporarily unavailable", ProbeFailure.NameNotResolved),
        ("Name or service not known", ProbeFailure.NameNotResolved),
        ("server has terminated", ProbeFailure.PeerTerminated),
        ("Connection reset", ProbeFailure.PeerTerminated),
        ("Broken pipe", ProbeFailure.PeerTerminated),
        ("control socket has closed", ProbeFailure.PeerTerminated),
    ];

    /// <summary>Reads a report of a TCP test.</summary>
    /// <param name="output">What iperf3 printed to its standard output.</param>
    /// <param name="order">The order it ran for.</param>
    public static ThroughputResult Read(ReadOnlySpan<byte> output, ThroughputOrder order)
    {
        try
        {
            var reader = new Utf8JsonReader(output, isFinalBlock: true, default);
            using var document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement, order);
        }
        catch (JsonException)
        {
            var what = output.IsEmpty ? "iperf3 printed nothing: it was killed" : "iperf3 printed what is no complete JSON";
            return ThroughputResult.Failed(ProbeFailure.InvalidOutput, what);
        }
        catch (InvalidOperationException exception)
        {
            // What the reader throws for text that is no valid UTF-8 or UTF-16.
            return ThroughputResult.Failed(ProbeFailure.InvalidOutput, exception.Message);
        }
    }

    private static ThroughputResult Read(JsonElement report, ThroughputOrder order)
    {
        if (report.ValueKind != JsonValueKind.Object) return ThroughputResult.Failed(ProbeFailure.InvalidOutput, "iperf3 printed JSON that is no report");
        if (Member(report, "error") is { ValueKind: JsonValueKind.String } error) return Failure(error.GetString()!);

        var end = Member(report, "end");
        if (Number(Member(end, "sum_received"), "bits_per_second") is not { } received || !double.IsFinite(received) || received < 0)
            return ThroughputResult.Failed(ProbeFailure.InvalidOutput, "the report of iperf3 has no usable end.sum_received.bits_per_second");
        if (received == 0) return ThroughputResult.Failed(ProbeFailure.Timeout, "no payload arrived during the whole test");

        var cpu = Member(end, "cpu_utilization_percent");
        var result = new ThroughputResult
        {
            ThroughputBitsPerSecond = received,
            RetransmittedSegments = Number(Member(end, "sum_sent"), "retransmits"),
            LocalCpuRatio = Number(cpu, "host_total") / 100,
            RemoteCpuRatio = Number(cpu, "remote_total") / 100,
        };
        return result with { Quality = Judge(result, order) };
    }

    private static MeasurementQuality Judge(ThroughputResult result, ThroughputOrder order) =>
        result.LocalCpuRatio >= CoreIsFull || result.RemoteCpuRatio >= CoreIsFull ? MeasurementQuality.HostLimited
        : order.Interfered ? MeasurementQuality.Interfered
        : order.BitrateBitsPerSecond is { } limit && result.ThroughputBitsPerSecond >= limit * LimitIsReached ? MeasurementQuality.Capped
        : MeasurementQuality.Ok;

    private static ThroughputResult Failure(string error)
    {
        foreach (var (text, failure) in Errors)
        {
            if (error.Contains(text, StringComparison.OrdinalIgnoreCase)) return ThroughputResult.Failed(failure, error);
        }

        return ThroughputResult.Failed(ProbeFailure.ToolError, error);
    }

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var member) ? member : null;

    private static double? Number(JsonElement? of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) ? value : null;
}
