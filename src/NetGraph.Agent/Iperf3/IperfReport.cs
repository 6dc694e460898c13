using System.Text.Json;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Iperf3;

/// <summary>Reads what <c>iperf3 -J</c> printed, of versions 3.9 to 3.21.</summary>
/// <remarks>
/// With <c>-J</c> iperf3 exits with 0 whatever happened: the member <c>error</c> tells (seen with 3.12). Throughput is <c>sum_received</c>, what
/// arrived; <c>sum_sent</c> is wrong on short tests. 3.16 and 3.17 may print the report twice (esnet/iperf issues 1688, 1716): the first counts.
/// Of members that come twice the first counts too: before 3.11 a bidirectional test had the sums of its two directions under the same names (issue 952).
/// </remarks>
internal static class IperfReport
{
    // More than any network carries: beyond it a counter overflowed (esnet/iperf issue 1534).
    private const double MostBitsPerSecond = 1e14;

    /// <summary>Reads a report.</summary>
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
            return Invalid(output.IsEmpty ? "iperf3 printed nothing: it was killed" : "iperf3 printed what is no complete JSON");
        }
        catch (InvalidOperationException exception)
        {
            // What the reader throws for text that is no valid UTF-8 or UTF-16.
            return Invalid(exception.Message);
        }
    }

    private static ThroughputResult Read(JsonElement report, ThroughputOrder order)
    {
        if (report.ValueKind != JsonValueKind.Object) return Invalid("iperf3 printed JSON that is no report");
        if (report.Member("error") is { ValueKind: JsonValueKind.String } error) return ToolErrors.Failure(error.GetString()!);
        var result = ReadDirection(report, order, isOpposite: false);
        if (order.Direction != TestDirection.Bidirectional || result.Failure is not null) return result;
        var opposite = ReadDirection(report, order, isOpposite: true);
        // One half alone would be published as a whole test.
        return opposite.Failure is null ? result with { Opposite = opposite } : opposite;
    }

    /// <param name="report">The whole report.</param>
    /// <param name="order">The order.</param>
    /// <param name="isOpposite">Whether the second direction of a bidirectional test is meant, in which the server sends.</param>
    private static ThroughputResult ReadDirection(JsonElement report, ThroughputOrder order, bool isOpposite)
    {
        var end = report.Member("end");
        var suffix = isOpposite ? "_bidir_reverse" : "";
        var sent = end.Member("sum_sent" + suffix);
        var received = end.Member("sum_received" + suffix);
        var legacy = end.Member("sum" + suffix);
        var datagrams = order.Protocol == TestProtocol.Udp ? DatagramFigures.Read(sent, received, legacy) : null;
        var streams = StreamFigures.Read(end, order, isOpposite);
        var arrived = received.Number("bits_per_second") ?? (order.Protocol == TestProtocol.Udp ? datagrams?.ArrivedBitsPerSecond : null) ?? streams.ReceivedBitsPerSecond;
        if (arrived is not (>= 0 and <= MostBitsPerSecond)) return Invalid($"the report of iperf3 has no usable end.sum_received{suffix}.bits_per_second");
        if (arrived == 0) return ThroughputResult.Failed(ProbeFailure.Timeout, "no payload arrived during the whole test");

        var cpu = end.Member("cpu_utilization_percent");
        var result = new ThroughputResult
        {
            ThroughputBitsPerSecond = arrived,
            TransferredBytes = sent.Positive("bytes") ?? legacy.Positive("bytes") ?? received.Positive("bytes"),
            RetransmittedSegments = order.Protocol == TestProtocol.Tcp ? sent.Positive("retransmits") : null,
            RoundTripMeanSeconds = streams.RoundTripMeanSeconds,
            RoundTripMinSeconds = streams.RoundTripMinSeconds,
            RoundTripMaxSeconds = streams.RoundTripMaxSeconds,
            JitterSeconds = datagrams?.JitterSeconds,
            SentDatagrams = datagrams?.Sent,
            LostDatagrams = datagrams?.Lost,
            LossRatio = datagrams?.LossRatio,
            IsLossMended = datagrams?.IsMended ?? false,
            CongestionControl = isOpposite ? null : CongestionControl(end),
            LocalCpuRatio = cpu.Positive("host_total") / 100,
            RemoteCpuRatio = cpu.Positive("remote_total") / 100,
        };
        return result with { Quality = IperfJudgement.Judge(result, order, report.Member("start").Text("version")) };
    }

    private static string? CongestionControl(JsonElement? end) =>
        end.Text("sender_tcp_congestion") is { Length: > 0 and < 16 } name && name.All(char.IsAscii) ? name : null;

    private static ThroughputResult Invalid(string what) => ThroughputResult.Failed(ProbeFailure.InvalidOutput, what);
}
