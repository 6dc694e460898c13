using System.Net;
using NetGraph.Measurements;

namespace NetGraph.Collector.Discovery;

/// <summary>A node on which an agent runs.</summary>
/// <param name="Node">The node and its place.</param>
/// <param name="Address">Address that tests and echoes go to.</param>
public sealed record AgentNode(MeshNode Node, IPAddress Address) : MeshMember(Node)
{
    /// <summary>Address that orders go to; the same as <see cref="Address"/> unless there is a network for management.</summary>
    public required IPAddress ManagementAddress { get; init; }

    /// <summary>Port of the agent's orders.</summary>
    public int OrdersPort { get; init; } = 9877;

    /// <summary>UDP port of the agent's echo responder.</summary>
    public int EchoPort { get; init; } = 9878;

    /// <summary>Port of the agent's metrics.</summary>
    public int MetricsPort { get; init; } = 9876;
}
