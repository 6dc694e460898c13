using System.Net;

namespace NetGraph.Measurements.Orders;

/// <summary>Order to an agent: the peers to send echoes to and what else to probe from now on, until another list comes.</summary>
/// <param name="Version">Fingerprint of the list, so that it is sent only to agents that have another.</param>
/// <param name="Peers">All peers but the agent itself.</param>
/// <param name="Probes">Further probes towards each peer; <see langword="null"/> for none.</param>
/// <param name="Targets">Targets outside the mesh, with different names; <see langword="null"/> for none.</param>
/// <param name="WithoutAgent">Names of the mesh's nodes without an agent: they answer no echoes, but links to and from them are published; <see langword="null"/> for none.</param>
/// <param name="Schedules">Names of all TestSchedules: results that another one asked for are published no longer; <see langword="null"/> when nothing is known of schedules.</param>
public sealed record PeerList(
    string Version, IReadOnlyList<Peer> Peers, PeerProbes? Probes = null, IReadOnlyList<ProbeTarget>? Targets = null, IReadOnlyList<string>? WithoutAgent = null, IReadOnlyList<string>? Schedules = null)
{
    /// <summary>Most targets that a list may have.</summary>
    public const int MaxTargets = 200;

    /// <summary>Checks names, addresses and ranges.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        if (Version is not { Length: > 0 and <= 128 }) return "version must be 1 to 128 characters.";
        if (Peers is null) return "peers must be a list.";
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var peer in Peers)
        {
            if (peer?.Node is not { Length: > 0 and <= 253 } || !names.Add(peer.Node)) return "Every peer needs a name of its own, at most 253 characters.";
            if (!IPAddress.TryParse(peer.Address, out _)) return $"The address of peer '{peer.Node}' must be an IP address.";
            if (peer.EchoPort is < 1 or > 65535) return $"The echoPort of peer '{peer.Node}' must be 1 to 65535.";
            if (peer.OrdersPort is < 1 or > 65535) return $"The ordersPort of peer '{peer.Node}' must be 1 to 65535.";
            if (peer.MetricsPort is < 1 or > 65535) return $"The metricsPort of peer '{peer.Node}' must be 1 to 65535.";
        }

        foreach (var node in WithoutAgent ?? [])
        {
            if (node is not { Length: > 0 and <= 253 } || !names.Add(node)) return "Every node without an agent needs a name of its own, at most 253 characters.";
        }

        if ((Schedules ?? []).Any(name => name is not { Length: > 0 and <= 253 })) return OrderRules.ScheduleFault;
        if (Probes?.FindFault() is { } probes) return $"{probes}.";
        return ProbeTarget.FindFaults(Targets ?? []).FirstOrDefault() is { } fault ? $"{fault}." : null;
    }
}

/// <summary>A node that answers echoes.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Address">IP address of the node.</param>
/// <param name="EchoPort">UDP port of its echo responder.</param>
/// <param name="OrdersPort">TCP port of its orders, which the probe <c>tcp</c> connects to.</param>
/// <param name="MetricsPort">TCP port of its metrics, where the probe <c>http</c> asks for <c>/healthz</c>.</param>
public sealed record Peer(string Node, string Address, int EchoPort, int OrdersPort = 9877, int MetricsPort = 9876);

/// <summary>The agent's answer to the question which peer list it has.</summary>
/// <param name="Version">Fingerprint of its list; empty when it has none.</param>
/// <param name="Node">The node that the agent says it runs on.</param>
public sealed record PeerListVersion(string Version, string? Node = null);
