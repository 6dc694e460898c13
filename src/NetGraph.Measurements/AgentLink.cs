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
}
