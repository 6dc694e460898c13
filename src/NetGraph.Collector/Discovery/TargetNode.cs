using NetGraph.Measurements;

namespace NetGraph.Collector.Discovery;

/// <summary>
/// A node without an agent, where somebody else keeps a server of iperf3 or netperf running. Agents send to it, and receive from it (iperf3 <c>-R</c>, netperf
/// <c>TCP_MAERTS</c>); it is served one client at a time, answers no echoes, and never meets another target.
/// </summary>
/// <param name="Node">The node and its place.</param>
/// <param name="Host">IP address or host name of the server; a name is resolved for each test.</param>
public sealed record TargetNode(MeshNode Node, string Host) : MeshMember(Node with { IsTarget = true })
{
    /// <summary>Port of the server, 1 to 65535. Default 5201.</summary>
    public int ServerPort { get; init; } = 5201;

    /// <summary>Whether the server is netserver instead of iperf3. Default false.</summary>
    public bool IsNetserver { get; init; }
}
