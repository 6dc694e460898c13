namespace NetGraph.Measurements.Orders;

/// <summary>Order to an agent: the peers to send echoes to from now on, until another list comes.</summary>
/// <param name="Version">Fingerprint of the list, so that it is sent only to agents that have another.</param>
/// <param name="Peers">All peers but the agent itself.</param>
/// <param name="Targets">Names of the nodes without an agent: they answer no echoes, but links to and from them are published.</param>
public sealed record PeerList(string Version, IReadOnlyList<Peer> Peers, IReadOnlyList<string>? Targets = null);

/// <summary>A node that answers echoes.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Address">IP address of the node.</param>
/// <param name="EchoPort">UDP port of its echo responder.</param>
public sealed record Peer(string Node, string Address, int EchoPort);

/// <summary>The agent's answer to the question which peer list it has.</summary>
/// <param name="Version">Fingerprint of its list; empty when it has none.</param>
/// <param name="Node">The node that the agent says it runs on.</param>
public sealed record PeerListVersion(string Version, string? Node = null);
