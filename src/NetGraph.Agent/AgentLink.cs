using NetGraph.Measurements;

namespace NetGraph.Agent;

/// <summary>What an agent knows of a directed link, for a reader in the same process.</summary>
/// <param name="Source">Node that sends.</param>
/// <param name="Destination">Node that receives.</param>
public sealed record AgentLink(string Source, string Destination)
{
    /// <summary>Payload received per second in the last test, in bits per second; <see langword="null"/> when it failed or there was none.</summary>
    public double? ThroughputBitsPerSecond { get; init; }

    /// <summary>TCP segments sent again in the last test.</summary>
    public double? RetransmittedSegments { get; init; }

    /// <summary>Trust in the last result.</summary>
    public MeasurementQuality Quality { get; init; }

    /// <summary>Whether the last test succeeded; <see langword="null"/> when there was none.</summary>
    public bool? IsSuccess { get; init; }

    /// <summary>When the last successful test ended.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Echoes sent whose fate is known.</summary>
    public long ProbesSent { get; init; }

    /// <summary>Echoes answered in time.</summary>
    public long ProbesReceived { get; init; }

    /// <summary>Sum of the answered echoes' round-trip times.</summary>
    public TimeSpan RoundTripSum { get; init; }

    /// <summary>What the further probes found; <see langword="null"/> when the destination is no peer of this agent.</summary>
    public PeerFindings? Findings { get; init; }
}
