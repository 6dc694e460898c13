using NetGraph.Measurements;

namespace NetGraph.Agent.Irtt;

/// <summary>What a run of irtt and the error bounds of both clocks say of the delay from this node to a peer (RFC 7679).</summary>
/// <param name="Delay">The delay; <see langword="null"/> when the clocks are not known to agree.</param>
/// <param name="ErrorBound">Most that it is off: the sum of both clocks' bounds.</param>
/// <param name="Quality"><see cref="MeasurementQuality.Ok"/>, or <see cref="MeasurementQuality.ClockUnsynced"/> when a bound is unknown or cannot be true.</param>
internal readonly record struct OneWayDelay(TimeSpan? Delay, TimeSpan? ErrorBound, MeasurementQuality Quality)
{
    /// <summary>Judges a run that succeeded.</summary>
    /// <param name="delay">Delay by the two clocks.</param>
    /// <param name="roundTrip">Round-trip time of the same datagrams, by one clock.</param>
    /// <param name="own">Error bound of this node's clock, if known.</param>
    /// <param name="peers">Error bound of the peer's clock, if known.</param>
    public static OneWayDelay Judge(TimeSpan delay, TimeSpan roundTrip, TimeSpan? own, TimeSpan? peers)
    {
        if (own + peers is not { } bound) return new OneWayDelay(null, null, MeasurementQuality.ClockUnsynced);
        // Nothing arrives before it was sent, or takes longer one way than both: then a clock is off by more than it says.
        return delay + bound < TimeSpan.Zero || delay - bound > roundTrip
            ? new OneWayDelay(null, null, MeasurementQuality.ClockUnsynced)
            : new OneWayDelay(delay, bound, MeasurementQuality.Ok);
    }
}
