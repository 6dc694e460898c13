using NetGraph.Measurements;

namespace NetGraph.Collector.Links;

/// <summary>Echoes of a link since its agent's start, or the difference of two such.</summary>
internal readonly record struct EchoTotals(long Sent, long Received, long RoundTripTicks)
{
    /// <summary>Mean round-trip time in seconds; NaN when nothing was answered.</summary>
    public double RoundTripTimeSeconds => Received > 0 ? TimeSpan.FromTicks(RoundTripTicks).TotalSeconds / Received : double.NaN;

    /// <summary>Share that did not come back, 0 to 1; NaN when nothing was sent.</summary>
    public double LossRatio => Sent > 0 ? Math.Clamp(1 - ((double)Received / Sent), 0, 1) : double.NaN;

    public static EchoTotals Of(AgentLink link) => new(link.ProbesSent, link.ProbesReceived, link.RoundTripSum.Ticks);

    public EchoTotals Since(EchoTotals earlier) => new(Sent - earlier.Sent, Received - earlier.Received, RoundTripTicks - earlier.RoundTripTicks);

    /// <summary>Whether these can come after others: totals that went down are those of an agent that began anew.</summary>
    public bool CanFollow(EchoTotals earlier) => Sent >= earlier.Sent && Received >= earlier.Received && RoundTripTicks >= earlier.RoundTripTicks;

    public bool IsPossible => Received >= 0 && Sent >= Received && RoundTripTicks >= 0;
}
