namespace NetGraph.Measurements;

/// <summary>What is known of one directed link: data sent by the source to the destination.</summary>
/// <remarks>A value that was not measured is <see cref="double.NaN"/>; no sentinel and no zero stands for a failure.</remarks>
public readonly record struct LinkMeasurement
{
    /// <summary>Creates the record of a link of which nothing is known yet.</summary>
    /// <param name="source">Index of the sending node in <see cref="Mesh.Nodes"/>.</param>
    /// <param name="destination">Index of the receiving node in <see cref="Mesh.Nodes"/>.</param>
    public LinkMeasurement(int source, int destination)
    {
        Source = source;
        Destination = destination;
        ThroughputBitsPerSecond = double.NaN;
        RoundTripTimeSeconds = double.NaN;
        LossRatio = double.NaN;
        JitterSeconds = double.NaN;
        OneWayDelaySeconds = double.NaN;
        RetransmittedSegments = double.NaN;
        LastSuccessUnixSeconds = double.NaN;
    }

    /// <summary>Index of the sending node in <see cref="Mesh.Nodes"/>.</summary>
    public int Source { get; init; }

    /// <summary>Index of the receiving node in <see cref="Mesh.Nodes"/>.</summary>
    public int Destination { get; init; }

    /// <summary>Payload that arrived, in bits per second (iperf3's <c>sum_received</c>); zero or more, or NaN.</summary>
    public double ThroughputBitsPerSecond { get; init; }

    /// <summary>Mean round-trip time of the echo train on an idle link (RFC 2681), in seconds, or NaN.</summary>
    public double RoundTripTimeSeconds { get; init; }

    /// <summary>Share of echoes that did not come back, 0 to 1 (round trip), or NaN. Of a UDP throughput test: share of its datagrams that did not arrive (one way).</summary>
    public double LossRatio { get; init; }

    /// <summary>Smoothed variation of the echoes' round-trip times (RFC 3550, section 6.4.1), in seconds, or NaN. Of a UDP throughput test: that of its datagrams, one way.</summary>
    public double JitterSeconds { get; init; }

    /// <summary>One-way delay (RFC 7679) between clocks whose error is known, in seconds, or NaN.</summary>
    public double OneWayDelaySeconds { get; init; }

    /// <summary>TCP segments sent again during the last throughput test, or NaN.</summary>
    public double RetransmittedSegments { get; init; }

    /// <summary>When the last successful throughput test ended, in seconds since 1970-01-01 UTC, or NaN.</summary>
    public double LastSuccessUnixSeconds { get; init; }

    /// <summary>How far <see cref="ThroughputBitsPerSecond"/> can be trusted.</summary>
    public MeasurementQuality Quality { get; init; }

    /// <summary>Whether the last throughput test succeeded, failed, or none is known.</summary>
    public LinkState State { get; init; }
}

/// <summary>Whether a link carried its last throughput test. Not tested is unknown, never down.</summary>
public enum LinkState
{
    /// <summary>No throughput test of this link is known.</summary>
    Unknown,

    /// <summary>The last throughput test succeeded.</summary>
    Up,

    /// <summary>The last throughput test failed.</summary>
    Down,
}
