using System.Globalization;
using System.Text;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Netperf;

/// <summary>Reads what netperf printed: lines such as <c>THROUGHPUT=941.53</c>, with whatever it warns of between them.</summary>
internal static class NetperfReport
{
    /// <summary>A share of the busiest core from which on the processor, not the network, was the limit.</summary>
    private const double CoreIsFull = 0.9;

    private const double MostBitsPerSecond = 1e14;

    /// <summary>Reads a report.</summary>
    /// <param name="output">What netperf printed to its standard output.</param>
    /// <param name="error">What it printed to its standard error.</param>
    /// <param name="order">The order it ran for.</param>
    public static ThroughputResult Read(ReadOnlySpan<byte> output, string error, ThroughputOrder order)
    {
        var text = Encoding.UTF8.GetString(output);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is var at and > 0) values.TryAdd(line[..at], line[(at + 1)..].Trim());
        }

        if (Number(values, "THROUGHPUT") is not { } throughput) return Failure(text, error);
        var isStream = order.Tool != TestTool.NetperfRequestResponse;
        var isReverse = order.Direction == TestDirection.Reverse;
        var unit = values.GetValueOrDefault("THROUGHPUT_UNITS");
        if (unit != (isStream ? "10^6bits/s" : "Trans/s")) return Invalid($"netperf measured in '{Bounded(unit ?? "")}', which is not what was asked for");
        if (throughput == 0) return ThroughputResult.Failed(ProbeFailure.Timeout, "nothing arrived during the whole test");
        if (isStream && throughput * 1e6 > MostBitsPerSecond) return Invalid("netperf printed a throughput that no network has");

        var result = new ThroughputResult
        {
            ThroughputBitsPerSecond = isStream ? throughput * 1e6 : null,
            TransactionsPerSecond = isStream ? null : throughput,
            RoundTripMeanSeconds = isStream ? null : Number(values, "RT_LATENCY") / 1e6 ?? 1 / throughput,
            TransferredBytes = Number(values, isReverse ? "LOCAL_BYTES_RECVD" : "LOCAL_BYTES_SENT"),
            // Those of whoever sent.
            RetransmittedSegments = Number(values, isReverse ? "REMOTE_TRANSPORT_RETRANS" : "LOCAL_TRANSPORT_RETRANS"),
            LocalCpuRatio = Number(values, "LOCAL_CPU_PEAK_UTIL") / 100,
            RemoteCpuRatio = Number(values, "REMOTE_CPU_PEAK_UTIL") / 100,
        };
        return result with { Quality = Judge(result, order) };
    }

    private static MeasurementQuality Judge(ThroughputResult result, ThroughputOrder order) =>
        result.LocalCpuRatio >= CoreIsFull || result.RemoteCpuRatio >= CoreIsFull ? MeasurementQuality.HostLimited
        : order.Interfered || order.Isolation == Isolation.Aggregate ? MeasurementQuality.Interfered
        : MeasurementQuality.Ok;

    /// <summary>A finite number that is not negative; netperf prints -1 for what it does not know.</summary>
    private static double? Number(Dictionary<string, string> values, string name) =>
        values.TryGetValue(name, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= 0 ? value : null;

    // netperf tells of its failures on either stream.
    private static ThroughputResult Failure(string text, string error)
    {
        var said = Bounded((text.Trim() + " " + error).Trim());
        return said.Length == 0 ? Invalid("netperf printed nothing: it was killed") : ToolErrors.Failure(said);
    }

    private static string Bounded(string text)
    {
        const int Most = 500;
        var line = string.Join(' ', text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length > Most ? line[..Most] + "…" : line;
    }

    private static ThroughputResult Invalid(string what) => ThroughputResult.Failed(ProbeFailure.InvalidOutput, what);
}
