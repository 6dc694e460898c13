using System.Text.Json.Serialization;

namespace NetGraph.Measurements;

/// <summary>What an agent knows of a directed link: for a reader in the same process, and as JSON for the collector.</summary>
/// <remarks>Members that are not known are skipped: agents may be newer than their collector.</remarks>
/// <param name="Source">Node that sends.</param>
/// <param name="Destination">Node that receives.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
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

    /// <summary>When the last test ended, whatever came of it; <see langword="null"/> when there was none.</summary>
    public DateTimeOffset? TestedAt { get; init; }

    /// <summary>Echoes sent whose fate is known, since the agent's start.</summary>
    public long ProbesSent { get; init; }

    /// <summary>Echoes answered in time, since the agent's start.</summary>
    public long ProbesReceived { get; init; }

    /// <summary>Sum of the answered echoes' round-trip times.</summary>
    public TimeSpan RoundTripSum { get; init; }

    /// <summary>Median of the last 64 round-trip times; <see langword="null"/> before the first.</summary>
    public TimeSpan? RoundTripMedian { get; init; }

    /// <summary>Smallest round-trip time of the last full echo interval; <see langword="null"/> when it had none.</summary>
    public TimeSpan? RoundTripMinimum { get; init; }

    /// <summary>Largest round-trip time of the last full echo interval; <see langword="null"/> when it had none.</summary>
    public TimeSpan? RoundTripMaximum { get; init; }

    /// <summary>Smoothed difference of consecutive round-trip times of a source port (RFC 3550, 6.4.1); <see langword="null"/> before the second answer of a port.</summary>
    public TimeSpan? RoundTripJitter { get; init; }

    /// <summary>Share of the source ports that lose everything while another gets through, 0 to 1; <see langword="null"/> until enough is known of each.</summary>
    public double? EcmpLostPortsRatio { get; init; }

    /// <summary>Echo answers that came after one to a later echo of the same port.</summary>
    public long ReorderedProbes { get; init; }

    /// <summary>Echo answers that had come before.</summary>
    public long DuplicateProbes { get; init; }

    /// <summary>Mean round-trip time while the last throughput test ran; <see langword="null"/> when there was none or no echo came back.</summary>
    public TimeSpan? LoadedRoundTrip { get; init; }

    /// <summary>By how much that was above the median before the test; below zero when it was faster.</summary>
    public TimeSpan? LatencyUnderLoad { get; init; }

    /// <summary>What the further probes found; <see langword="null"/> when the destination is no peer of the agent.</summary>
    public PeerFindings? Findings { get; init; }
}
