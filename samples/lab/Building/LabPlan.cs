using System.Globalization;
using NetGraph.Lab.States;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Building;

/// <summary>The commands that make a topology, in batches for ip, tc and nft.</summary>
internal sealed class LabPlan(Topology topology, Paths paths)
{
    private const string BridgeName = "br0";
    private const string RootPort = "root";

    /// <summary>The remainders that nft draws from.</summary>
    private const long LossSteps = 1_000_000_000;

    private readonly IReadOnlyDictionary<string, string> _addresses = AddressPlan.Of(topology);
    private readonly HashSet<string> _hosts = topology.Hosts.ToHashSet(StringComparer.Ordinal);
    private readonly ILookup<string, LinkDirection> _leaving = topology.Directions.ToLookup(direction => direction.Source, StringComparer.Ordinal);
    private readonly ILookup<string, LinkDirection> _arriving = topology.Directions.ToLookup(direction => direction.Destination, StringComparer.Ordinal);

    public string ManagementInterface { get; } = $"{topology.Name}-mgmt";

    public static string InterfaceTo(string neighbour) => $"to-{neighbour}";

    public string Namespace(string node) => $"{topology.Name}-{node}";

    public bool Forwards(string node) => !_hosts.Contains(node);

    public IEnumerable<string> InterfacesOf(string node) => _leaving[node].Select(direction => InterfaceTo(direction.Destination));

    public IReadOnlyList<LabNamespace> Namespaces(int? managementOctet)
    {
        var hosts = topology.Hosts.Select((host, position) => new LabNamespace(
            Namespace(host), host, "host", _addresses[host], managementOctet is { } octet ? AddressPlan.ManagedHost(octet, position) : null));
        var routers = topology.Routers.Select(router => new LabNamespace(Namespace(router), router, "router", _addresses[router], null));
        var management = topology.HasManagementNetwork
            ? [new LabNamespace(ManagementInterface, "mgmt", "management", null, null)]
            : Array.Empty<LabNamespace>();
        return [.. hosts, .. routers, .. management];
    }

    /// <summary>The end of the management network that reserves its addresses: first of all, and under the lock.</summary>
    public IReadOnlyList<string> ManagementClaim(int octet) =>
    [
        $"netns add {ManagementInterface}",
        $"link add {ManagementInterface} type veth peer name {RootPort} netns {ManagementInterface}",
        $"address add {AddressPlan.ManagementGateway(octet)}/16 dev {ManagementInterface}",
        $"link set {ManagementInterface} up",
    ];

    public IReadOnlyList<string> NamespaceCommands() => [.. topology.Nodes.Select(node => $"netns add {Namespace(node)}")];

    /// <summary>Delayed links are missing here: their interfaces are made by the relay.</summary>
    public IReadOnlyList<string> WireCommands()
    {
        var wires = topology.Links.Where(link => !link.HasDelay).Select(link => link.AToB).Select(wire =>
            $"link add {InterfaceTo(wire.Destination)} netns {Namespace(wire.Source)} type veth " +
            $"peer name {InterfaceTo(wire.Source)} netns {Namespace(wire.Destination)}");
        var ports = topology.HasManagementNetwork
            ? topology.Hosts.Select(host =>
                $"link add mgmt0 netns {Namespace(host)} type veth peer name {ManagementPort(host)} netns {ManagementInterface}")
            : [];
        return [.. wires, .. ports];
    }

    /// <summary>For ip inside the namespace of the management network. Isolated ports reach the root port only.</summary>
    public IReadOnlyList<string> ManagementCommands() =>
    [
        $"link add {BridgeName} type bridge",
        $"link set {BridgeName} up",
        $"link set {RootPort} master {BridgeName} up",
        .. topology.Hosts.SelectMany(host => new[]
        {
            $"link set {ManagementPort(host)} master {BridgeName} up",
            $"link set {ManagementPort(host)} type bridge_slave isolated on",
        }),
    ];

    /// <summary>For ip inside the namespace of a node: addresses and routes.</summary>
    public IReadOnlyList<string> NodeCommands(LabNamespace node)
    {
        var commands = new List<string> { "link set lo up" };
        foreach (var direction in _leaving[node.Node])
        {
            commands.Add($"address add {node.Address}/32 dev {InterfaceTo(direction.Destination)}");
            commands.Add($"link set {InterfaceTo(direction.Destination)} up");
        }

        if (node.ManagementAddress is not null)
        {
            commands.Add($"address add {node.ManagementAddress}/16 dev mgmt0");
            commands.Add("link set mgmt0 up");
        }

        commands.AddRange(Routes(node.Node));
        return commands;
    }

    /// <summary>For tc inside the namespace of a node.</summary>
    public IReadOnlyList<string> ShaperCommands(string node) =>
    [
        .. from direction in _leaving[node]
           let shaper = Shaper.Of(direction, leavesHost: _hosts.Contains(node))
           select string.Create(
               CultureInfo.InvariantCulture,
               $"qdisc replace dev {InterfaceTo(direction.Destination)} root tbf rate {shaper.RateBitsPerSecond}bit burst {shaper.BurstBytes} limit {shaper.LimitBytes}"),
    ];

    /// <summary>For nft inside the namespace of a node: drops frames as they arrive, before anything else sees them.</summary>
    /// <returns>A rule set, or <see langword="null"/> when nothing is lost on the way to this node.</returns>
    public string? LossRules(string node)
    {
        var chains = _arriving[node].Where(direction => direction.LossRatio > 0).Select(direction =>
        {
            var losses = Math.Max(1, (long)Math.Round(direction.LossRatio * LossSteps)).ToString(CultureInfo.InvariantCulture);
            return $$"""
                  chain from_{{direction.Source}} {
                    type filter hook ingress device "{{InterfaceTo(direction.Source)}}" priority 0;
                    numgen random mod {{LossSteps}} < {{losses}} counter drop
                  }
                """;
        }).ToList();
        return chains.Count == 0 ? null : $"table netdev netlab {{\n{string.Join('\n', chains)}\n}}\n";
    }

    private static string ManagementPort(string host) => $"p-{host}";

    private IEnumerable<string> Routes(string node)
    {
        var neighbours = paths.Neighbours(node).ToList();
        return neighbours.Count == 1
            ? [Route(node, AddressPlan.DataNetwork, neighbours[0])]
            : topology.Nodes.Where(other => other != node).Select(other => Route(node, $"{_addresses[other]}/32", paths.NextHop(node, other)));
    }

    private string Route(string node, string destination, string neighbour) =>
        $"route add {destination} via {_addresses[neighbour]} dev {InterfaceTo(neighbour)} onlink src {_addresses[node]}";
}
