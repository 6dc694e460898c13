using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.States;

/// <summary>The hosts of a lab as a collector wants them.</summary>
/// <param name="Nodes">One entry for each host.</param>
public sealed record NodeInventory(IReadOnlyList<InventoryNode> Nodes)
{
    internal static NodeInventory Of(Topology topology, int? managementOctet)
    {
        var racks = topology.Groups
            .SelectMany(group => group.Hosts, (group, host) => (group.Name, Host: host))
            .ToDictionary(entry => entry.Host, entry => entry.Name, StringComparer.Ordinal);
        return new([
            .. topology.Hosts.Select((host, position) => new InventoryNode(
                host,
                AddressPlan.Host(position),
                managementOctet is { } octet ? AddressPlan.ManagedHost(octet, position) : null,
                "lab",
                racks[host])),
        ]);
    }
}
