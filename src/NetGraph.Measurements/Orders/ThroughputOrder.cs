namespace NetGraph.Measurements.Orders;

/// <summary>Order to an agent: run one throughput test as the client.</summary>
/// <remarks>Members with a default have setters, since the JSON reader overwrites the default of an init-only member that is absent.</remarks>
public sealed record ThroughputOrder
{
    /// <summary>Name of the test; the same in the order for its server. Letters, digits and dashes, at most 64.</summary>
    public required string TestId { get; init; }

    /// <summary>Name of the node at the other end.</summary>
    public required string PeerNode { get; init; }

    /// <summary>IP address of the node at the other end; of one without an agent also its host name.</summary>
    public required string PeerAddress { get; init; }

    /// <summary>Port of the server there, 1 to 65535.</summary>
    public required int PeerPort { get; init; }

    /// <summary>Length of what is measured in whole seconds, 1 to 3600 (iperf3 cuts a fraction off).</summary>
    public required int DurationSeconds { get; init; }

    /// <summary>Whole seconds of traffic before it that do not count, 0 to 60 (iperf3 <c>-O</c>). Default 0.</summary>
    public int OmitSeconds { get; init; }

    /// <summary>What runs the test. Default iperf3.</summary>
    public TestTool Tool { get; init; }

    /// <summary>TCP or UDP. Default TCP.</summary>
    public TestProtocol Protocol { get; init; }

    /// <summary>Which way the data goes. Default forward: this agent sends.</summary>
    public TestDirection Direction { get; init; }

    /// <summary>Parallel streams, 1 to 128. Default 1.</summary>
    public int ParallelStreams { get; set; } = 1;

    /// <summary>Limit of the whole test in bits per second, at least 1000, or <see langword="null"/> for none. UDP needs one: iperf3 would send 1 Mbit/s.</summary>
    public long? BitrateBitsPerSecond { get; init; }

    /// <summary>Name of the TCP congestion control, such as <c>cubic</c>; <see langword="null"/> for the host's own.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>Largest TCP segment in bytes, 88 to 9216; <see langword="null"/> for what the path allows.</summary>
    public int? MaximumSegmentBytes { get; init; }

    /// <summary>Differentiated services code point of all packets, 0 to 63 (RFC 2474); <see langword="null"/> for none.</summary>
    public int? Dscp { get; init; }

    /// <summary>Which of this node's directions the test takes for itself.</summary>
    public Isolation Isolation { get; set; } = Isolation.Pair;

    /// <summary>Whether other tests of the slot share a capped boundary or an endpoint with this one.</summary>
    public bool Interfered { get; init; }

    /// <summary>Name of the TestSchedule that asks for the test; <see langword="null"/> for the collector's own mesh. When the schedule is gone, so is what it found.</summary>
    public string? Schedule { get; init; }

    /// <summary>Checks ranges, and that what is asked for goes together.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        if (!OrderRules.IsTestId(TestId)) return OrderRules.TestIdFault;
        if (!OrderRules.IsHost(PeerAddress)) return "peerAddress must be an IP address or a host name.";
        if (PeerNode is not { Length: > 0 and <= 253 }) return "peerNode must be a node's name, at most 253 characters.";
        if (PeerPort is < 1 or > 65535) return "peerPort must be 1 to 65535.";
        if (DurationSeconds is < 1 or > OrderRules.MaxDurationSeconds) return $"durationSeconds must be 1 to {OrderRules.MaxDurationSeconds}.";
        if (OmitSeconds is < 0 or > OrderRules.MaxOmitSeconds) return $"omitSeconds must be 0 to {OrderRules.MaxOmitSeconds}.";
        if (ParallelStreams is < 1 or > 128) return "parallelStreams must be 1 to 128.";
        if (BitrateBitsPerSecond is < 1000) return "bitrateBitsPerSecond must be at least 1000, or absent for no limit.";
        if (CongestionControl is not null && !IsCongestionControl(CongestionControl)) return "congestionControl must be 1 to 15 small letters, digits, dashes or underscores, such as cubic.";
        if (MaximumSegmentBytes is < 88 or > 9216) return "maximumSegmentBytes must be 88 to 9216, or absent for what the path allows.";
        if (Dscp is < 0 or > 63) return "dscp must be 0 to 63, or absent for none.";
        if (Schedule is { Length: 0 or > 253 }) return OrderRules.ScheduleFault;
        if (!Enum.IsDefined(Isolation)) return OrderRules.IsolationFault;
        if (!Enum.IsDefined(Tool)) return OrderRules.ToolFault;
        if (!Enum.IsDefined(Protocol)) return "protocol must be Tcp or Udp.";
        if (!Enum.IsDefined(Direction)) return "direction must be Forward, Reverse or Bidirectional.";
        return FindContradiction();
    }

    private string? FindContradiction()
    {
        if (Protocol == TestProtocol.Udp && BitrateBitsPerSecond is null) return "bitrateBitsPerSecond is needed for UDP: without one iperf3 sends 1 Mbit/s whatever the network carries.";
        if (Protocol == TestProtocol.Udp && (CongestionControl is not null || MaximumSegmentBytes is not null)) return "congestionControl and maximumSegmentBytes are TCP's: leave them out for UDP.";
        if (Direction == TestDirection.Bidirectional && Isolation != Isolation.Pair) return "direction Bidirectional takes both directions of both nodes: it needs the isolation Pair.";
        if (Direction != TestDirection.Forward && Isolation == Isolation.Aggregate) return "isolation Aggregate is for tests into one destination: it needs the direction Forward.";
        var isPlain = (Protocol, ParallelStreams, OmitSeconds) == (TestProtocol.Tcp, 1, 0) && Direction != TestDirection.Bidirectional
            && BitrateBitsPerSecond is null && CongestionControl is null && MaximumSegmentBytes is null && Dscp is null;
        return Tool == TestTool.Iperf3 || isPlain ? null : "netperf runs one TCP stream one way, with no limit and no option: use the tool Iperf3 for anything else.";
    }

    // What Linux allows for a name, TCP_CA_NAME_MAX, and what its algorithms are called.
    private static bool IsCongestionControl(string name) =>
        name is { Length: > 0 and < 16 } && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
