using System.Text.Json;

namespace NetGraph.Agent.Iperf3;

/// <summary>Loss and jitter of a UDP test, as far as they can be true.</summary>
/// <remarks>
/// Loss and jitter come from <c>sum_received</c>, or before 3.11 from <c>sum</c>; in <c>sum_sent</c> they are always 0. Several versions print impossible loss
/// (esnet/iperf issues 412, 914, 1489, 1866) or none where much is lost (1984, mended in 3.21): such a figure is bounded, or worked out from what was sent and what arrived.
/// </remarks>
internal sealed record DatagramFigures
{
    // Less may be missing at the end without being lost: it is still in a queue.
    private const double MissingShare = 0.1;

    public double? JitterSeconds { get; private init; }

    public double? Sent { get; private init; }

    public double? Lost { get; private init; }

    public double? LossRatio { get; private init; }

    public bool IsMended { get; private init; }

    /// <summary>What arrived, worked out from <c>sum</c>, whose bytes are the sender's and whose time and loss are the receiver's: all there is before 3.11.</summary>
    public double? ArrivedBitsPerSecond { get; private init; }

    public static DatagramFigures Read(JsonElement? sent, JsonElement? received, JsonElement? legacy)
    {
        var receiver = received.Number("lost_packets") is not null || received.Number("lost_percent") is not null ? received : legacy;
        var total = sent.Positive("packets") ?? legacy.Positive("packets") ?? received.Positive("packets");
        var (lost, ratio, isMended) = Loss(receiver, total, MissingDatagrams(sent, received, total));
        return new DatagramFigures
        {
            JitterSeconds = receiver.Positive("jitter_ms") / 1000,
            Sent = total,
            Lost = lost,
            LossRatio = ratio,
            IsMended = isMended,
            ArrivedBitsPerSecond = legacy.Number("seconds") is { } seconds and > 0 ? legacy.Positive("bytes") * 8 * (1 - ratio) / seconds : null,
        };
    }

    private static (double? Lost, double? Ratio, bool IsMended) Loss(JsonElement? receiver, double? sent, double? missing)
    {
        if (sent is not > 0)
        {
            var share = receiver.Number("lost_percent") / 100;
            return (null, share is { } known ? Math.Clamp(known, 0, 1) : null, share is < 0 or > 1);
        }

        var told = receiver.Number("lost_packets") ?? receiver.Number("lost_percent") / 100 * sent;
        if (told is not { } number) return (null, null, false);
        var possible = Math.Clamp(number, 0, sent.Value);
        var isFalse = missing > MissingShare * sent && possible < missing / 2;
        var lost = isFalse ? Math.Round(missing!.Value) : possible;
        return (lost, lost / sent, isFalse || possible != number);
    }

    /// <summary>Datagrams that were sent and whose bytes did not arrive.</summary>
    private static double? MissingDatagrams(JsonElement? sent, JsonElement? received, double? count) =>
        sent.Positive("bytes") is { } out_ and > 0 && received.Positive("bytes") is { } in_ && in_ <= out_ ? count * (1 - (in_ / out_)) : null;
}
