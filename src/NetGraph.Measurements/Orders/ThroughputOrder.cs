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

    /// <summary>Port of the iperf3 server there, 1 to 65535.</summary>
    public required int PeerPort { get; init; }

    /// <summary>Length of the test in whole seconds, 1 to 3600 (iperf3 cuts a fraction off).</summary>
    public required int DurationSeconds { get; init; }

    /// <summary>Parallel TCP streams, 1 to 128.</summary>
    public int ParallelStreams { get; set; } = 1;

    /// <summary>Limit in bits per second, or <see langword="null"/> for none.</summary>
    public long? BitrateBitsPerSecond { get; init; }

    /// <summary>Whether the peer sends and this agent receives (iperf3 <c>-R</c>). Only for peers without an agent.</summary>
    public bool Reverse { get; init; }

    /// <summary>Which of this node's directions the test takes for itself.</summary>
    public Isolation Isolation { get; set; } = Isolation.Pair;

    /// <summary>Whether other tests of the slot share a capped boundary or an endpoint with this one.</summary>
    public bool Interfered { get; init; }

    /// <summary>Checks ranges.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        if (!OrderRules.IsTestId(TestId)) return OrderRules.TestIdFault;
        if (!OrderRules.IsHost(PeerAddress)) return "peerAddress must be an IP address or a host name.";
        if (PeerNode is not { Length: > 0 and <= 253 }) return "peerNode must be a node's name, at most 253 characters.";
        if (PeerPort is < 1 or > 65535) return "peerPort must be 1 to 65535.";
        if (DurationSeconds is < 1 or > OrderRules.MaxDurationSeconds) return $"durationSeconds must be 1 to {OrderRules.MaxDurationSeconds}.";
        if (ParallelStreams is < 1 or > 128) return "parallelStreams must be 1 to 128.";
        if (BitrateBitsPerSecond is < 1000) return "bitrateBitsPerSecond must be at least 1000, or absent for no limit.";
        if (!Enum.IsDefined(Isolation)) return OrderRules.IsolationFault;
        return null;
    }
}

/// <summary>How much of a node a test takes for itself.</summary>
public enum Isolation
{
    /// <summary>A node takes part in one test at a time.</summary>
    Pair,

    /// <summary>A node takes part in one test a direction: both directions disturb each other.</summary>
    Direction,
}
