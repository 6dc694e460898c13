namespace NetGraph.Measurements.Orders;

/// <summary>Which probes every agent runs towards every peer beside its UDP echoes, and how often.</summary>
/// <remarks>
/// Each is the time from one run to the next in whole seconds, 1 to 86400; 0 for never. Only the path MTU is on by default: on a healthy path it costs one
/// datagram of full size a run. Members have setters, since the JSON reader overwrites the default of an init-only member that is absent.
/// </remarks>
public sealed record PeerProbes
{
    /// <summary>Trains of ICMP echoes. Default 0: the UDP echoes tell the same unless a firewall treats ICMP in its own way.</summary>
    public int IcmpSeconds { get; set; }

    /// <summary>Connecting to the peer's orders port. Default 0.</summary>
    public int TcpSeconds { get; set; }

    /// <summary>Asking the peer for <c>/healthz</c>. Default 0.</summary>
    public int HttpSeconds { get; set; }

    /// <summary>One-way delay by irtt, which sends for two seconds. Default 0: it needs irtt on every node, and clocks of known error.</summary>
    public int OneWayDelaySeconds { get; set; }

    /// <summary>Search for the largest packet that reaches the peer. Default 300.</summary>
    public int PathMtuSeconds { get; set; } = 300;

    /// <summary>Checks ranges.</summary>
    /// <returns>What is wrong, as a clause without a full stop, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        foreach (var (name, seconds) in (ReadOnlySpan<(string, int)>)
            [("icmpSeconds", IcmpSeconds), ("tcpSeconds", TcpSeconds), ("httpSeconds", HttpSeconds), ("oneWayDelaySeconds", OneWayDelaySeconds), ("pathMtuSeconds", PathMtuSeconds)])
        {
            if (seconds is < 0 or > ProbeTarget.MaxIntervalSeconds) return $"{name} of the probes must be 1 to {ProbeTarget.MaxIntervalSeconds}, or 0 for never";
        }

        return null;
    }
}
