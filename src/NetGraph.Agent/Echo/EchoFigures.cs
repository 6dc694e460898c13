namespace NetGraph.Agent.Echo;

/// <summary>What is known of a peer from its echoes. What was not measured is <see langword="null"/>.</summary>
/// <param name="Sent">Echoes whose fate is known.</param>
/// <param name="Received">Echoes answered in time.</param>
/// <param name="RoundTripSum">Sum of the round-trip times of those, without the responder's dwell.</param>
internal readonly record struct EchoFigures(long Sent, long Received, TimeSpan RoundTripSum)
{
    /// <summary>Median of the last 64 round-trip times: unmoved by the few echoes that met somebody else's test.</summary>
    public TimeSpan? RoundTripMedian { get; init; }

    /// <summary>Smallest of the last full interval.</summary>
    public TimeSpan? RoundTripMinimum { get; init; }

    /// <summary>Largest of the last full interval.</summary>
    public TimeSpan? RoundTripMaximum { get; init; }

    /// <summary>Smoothed difference of consecutive round-trip times of a port (RFC 3550, 6.4.1).</summary>
    public TimeSpan? Jitter { get; init; }

    /// <summary>Share of source ports that lose everything while another gets through, 0 to 1.</summary>
    public double? EcmpLostPortsRatio { get; init; }

    /// <summary>Answers overtaken by one to a later echo of the same port (RFC 4737, 3).</summary>
    public long Reordered { get; init; }

    /// <summary>Answers that had come before.</summary>
    public long Duplicates { get; init; }

    /// <summary>Mean round-trip time while the last throughput test with this peer ran.</summary>
    public TimeSpan? LoadedRoundTrip { get; init; }

    /// <summary>By how much that is above the median just before the test.</summary>
    public TimeSpan? LatencyUnderLoad { get; init; }
}
