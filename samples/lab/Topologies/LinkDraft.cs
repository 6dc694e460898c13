namespace NetGraph.Lab.Topologies;

/// <summary>A link as written, defaults filled in.</summary>
/// <param name="Place">Where it stands in the file, such as links[2].</param>
/// <param name="A">One end.</param>
/// <param name="B">The other end.</param>
/// <param name="Numbers">The number fields in the units of the file.</param>
internal sealed record LinkDraft(string Place, string? A, string? B, IReadOnlyDictionary<string, double> Numbers)
{
    public static readonly string[] NumberKeys =
        ["rate_mbit", "rate_ab_mbit", "rate_ba_mbit", "queue_ms", "delay_ms", "loss_pct", "loss_ab_pct", "loss_ba_pct"];

    private const double DefaultQueueMilliseconds = 50;

    public double? RateAToBBitsPerSecond => Number("rate_ab_mbit", "rate_mbit") * 1e6;

    public double? RateBToABitsPerSecond => Number("rate_ba_mbit", "rate_mbit") * 1e6;

    public double QueueSeconds => (Number("queue_ms") ?? DefaultQueueMilliseconds) / 1e3;

    public double DelaySeconds => (Number("delay_ms") ?? 0) / 1e3;

    public override string ToString() => A is null || B is null ? Place : $"{Place} ({A}-{B})";

    public Link ToLink() => new(
        new(A!, B!, RateAToBBitsPerSecond!.Value, QueueSeconds, DelaySeconds, (Number("loss_ab_pct", "loss_pct") ?? 0) / 100),
        new(B!, A!, RateBToABitsPerSecond!.Value, QueueSeconds, DelaySeconds, (Number("loss_ba_pct", "loss_pct") ?? 0) / 100));

    private double? Number(params ReadOnlySpan<string> keysByPrecedence)
    {
        foreach (var key in keysByPrecedence)
        {
            if (Numbers.TryGetValue(key, out var value))
                return value;
        }

        return null;
    }
}
