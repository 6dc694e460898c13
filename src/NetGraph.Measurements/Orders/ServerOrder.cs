namespace NetGraph.Measurements.Orders;

/// <summary>Order to an agent: start a one-off iperf3 server for one test.</summary>
public sealed record ServerOrder
{
    /// <summary>Name of the test; the same in the order for its client. Letters, digits and dashes, at most 64.</summary>
    public required string TestId { get; init; }

    /// <summary>Length of the test in whole seconds, 1 to 3600. The server is ended soon after, whatever happens.</summary>
    public required int DurationSeconds { get; init; }

    /// <summary>Which of this node's directions the test takes for itself.</summary>
    public Isolation Isolation { get; set; } = Isolation.Pair;

    /// <summary>Checks ranges.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        if (!OrderRules.IsTestId(TestId)) return OrderRules.TestIdFault;
        if (DurationSeconds is < 1 or > OrderRules.MaxDurationSeconds) return $"durationSeconds must be 1 to {OrderRules.MaxDurationSeconds}.";
        if (!Enum.IsDefined(Isolation)) return OrderRules.IsolationFault;
        return null;
    }
}

/// <summary>The agent's answer to a <see cref="ServerOrder"/>: the server listens.</summary>
/// <param name="Port">Port on which the server waits for its one client.</param>
public sealed record ServerGrant(int Port);
