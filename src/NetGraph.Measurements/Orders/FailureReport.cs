namespace NetGraph.Measurements.Orders;

/// <summary>Order to an agent: publish that a link to or from a peer failed before a test could begin, since the peer's agent is away or its server taken.</summary>
/// <param name="PeerNode">Name of the node at the other end.</param>
/// <param name="Failure">Why.</param>
/// <param name="Text">What was seen, for people.</param>
/// <param name="Protocol">Protocol of the test that could not begin.</param>
/// <param name="Reverse">Whether it is the link on which the peer sends.</param>
/// <param name="Schedule">Name of the TestSchedule that asked for the test; <see langword="null"/> for the collector's own mesh.</param>
public sealed record FailureReport(string PeerNode, ProbeFailure Failure, string Text, TestProtocol Protocol = TestProtocol.Tcp, bool Reverse = false, string? Schedule = null)
{
    /// <summary>Checks ranges.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault() =>
        PeerNode is not { Length: > 0 and <= 253 } ? "peerNode must be a node's name, at most 253 characters."
        : !Enum.IsDefined(Failure) ? "failure must be the name of a failure."
        : !Enum.IsDefined(Protocol) ? "protocol must be Tcp or Udp."
        : Schedule is { Length: 0 or > 253 } ? OrderRules.ScheduleFault
        : null;
}
