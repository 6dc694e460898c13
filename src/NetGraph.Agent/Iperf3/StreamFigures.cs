using System.Text.Json;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Iperf3;

/// <summary>What only the single streams of a report tell.</summary>
internal sealed record StreamFigures
{
    /// <summary>Sum of what arrived of the direction's streams, where their flags tell which these are.</summary>
    public double? ReceivedBitsPerSecond { get; private init; }

    public double? RoundTripMeanSeconds { get; private init; }

    public double? RoundTripMinSeconds { get; private init; }

    public double? RoundTripMaxSeconds { get; private init; }

    /// <summary>Reads the streams of one direction, which are told by the flag <c>sender</c>: whether the client sends.</summary>
    public static StreamFigures Read(JsonElement? end, ThroughputOrder order, bool isOpposite)
    {
        if (order.Protocol != TestProtocol.Tcp) return new StreamFigures();
        var clientSends = !isOpposite && order.Direction != TestDirection.Reverse;
        var streams = end.Elements("streams").Where(stream => stream.Member("sender").Flag("sender") == clientSends).ToList();
        var received = streams.Select(stream => stream.Member("receiver").Positive("bits_per_second")).OfType<double>().ToList();
        var figures = new StreamFigures
        {
            // The sums are there in every other kind of report, and are what other readers take.
            ReceivedBitsPerSecond = order.Direction == TestDirection.Bidirectional && received.Count > 0 ? received.Sum() : null,
        };
        // A receiver's kernel knows no round-trip time: what iperf3 prints for one is of its own few packets.
        if (!clientSends) return figures;
        return figures with
        {
            RoundTripMeanSeconds = Known(streams, "mean_rtt") is { Count: > 0 } means ? means.Average() : null,
            RoundTripMinSeconds = Known(streams, "min_rtt") is { Count: > 0 } least ? least.Min() : null,
            RoundTripMaxSeconds = Known(streams, "max_rtt") is { Count: > 0 } most ? most.Max() : null,
        };
    }

    // In microseconds; 0 where the kernel does not tell.
    private static List<double> Known(List<JsonElement?> streams, string name) =>
        [.. streams.Select(stream => stream.Member("sender").Number(name)).Where(value => value > 0).Select(value => value!.Value / 1e6)];
}
