namespace NetGraph.Measurements;

/// <summary>What the probes beside the UDP echoes found of the link to a peer; what was not measured, or failed when it was last, is <see langword="null"/>.</summary>
public sealed record PeerFindings
{
    /// <summary>ICMP echoes sent whose fate is known.</summary>
    public long IcmpSent { get; init; }

    /// <summary>ICMP echoes not answered in time.</summary>
    public long IcmpLost { get; init; }

    /// <summary>Sum of the answered ICMP echoes' round-trip times.</summary>
    public TimeSpan IcmpRoundTripSum { get; init; }

    /// <summary>Time to make a TCP connection to the peer's orders port.</summary>
    public TimeSpan? TcpConnect { get; init; }

    /// <summary>Why the last TCP connection failed.</summary>
    public ProbeFailure? TcpFailure { get; init; }

    /// <summary>Time to make the connection of the last HTTP request.</summary>
    public TimeSpan? HttpConnect { get; init; }

    /// <summary>Time from connecting to the head of the answer.</summary>
    public TimeSpan? HttpFirstByte { get; init; }

    /// <summary>Why the last HTTP request failed.</summary>
    public ProbeFailure? HttpFailure { get; init; }

    /// <summary>Median one-way delay of the last run.</summary>
    public TimeSpan? OneWayDelay { get; init; }

    /// <summary>Most that <see cref="OneWayDelay"/> is off: the sum of both clocks' error bounds.</summary>
    public TimeSpan? OneWayDelayErrorBound { get; init; }

    /// <summary><see cref="MeasurementQuality.ClockUnsynced"/> when there is no delay since a clock's error is not known.</summary>
    public MeasurementQuality? OneWayDelayQuality { get; init; }

    /// <summary>Why the last run for the one-way delay failed.</summary>
    public ProbeFailure? OneWayDelayFailure { get; init; }

    /// <summary>Largest IP packet that reached the peer, in bytes.</summary>
    public int? PathMtuBytes { get; init; }

    /// <summary>Whether packets of the interface's full size vanish on the way, and no router says so.</summary>
    public bool IsPathMtuBlackHole { get; init; }
}
