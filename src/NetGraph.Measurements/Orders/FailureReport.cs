namespace NetGraph.Measurements.Orders;

/// <summary>Order to the data source's agent: publish that the link to a peer failed before a test could begin, since the peer's agent is away.</summary>
/// <param name="PeerNode">Name of the node at the other end.</param>
/// <param name="Failure">Why.</param>
/// <param name="Text">What was seen, for people.</param>
/// <param name="Protocol">Protocol of the test that could not begin.</param>
public sealed record FailureReport(string PeerNode, ProbeFailure Failure, string Text, TestProtocol Protocol = TestProtocol.Tcp)
{
    /// <summary>Checks ranges.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault() =>
        PeerNode is not { Length: > 0 and <= 253 } ? "peerNode must be a node's name, at most 253 characters."
        : !Enum.IsDefined(Failure) ? "failure must be the name of a failure."
        : !Enum.IsDefined(Protocol) ? "protocol must be Tcp or Udp."
        : null;
}
