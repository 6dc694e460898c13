using NetGraph.Measurements;

namespace NetGraph.Collector.Discovery;

/// <summary>
/// A node without an agent, where somebody else keeps an iperf3 server running. Agents send to it, and receive from it (iperf3 <c>-R</c>); it is served
/// one client at a time, answers no echoes, and never meets another target.
/// </summary>
/// <param name="Node">The node and its place.</param>
/// <param name="Host">IP address or host name of the server; a name is resolved by iperf3 for each test.</param>
public sealed record TargetNode(MeshNode Node, string Host) : MeshMember(Node with { IsTarget = true })
{
    /// <summary>Port of the server, 1 to 65535. Default 5201.</summary>
    public int ServerPort { get; init; } = 5201;
}
