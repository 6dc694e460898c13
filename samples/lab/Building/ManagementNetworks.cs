using System.Net;
using System.Text.Json;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Building;

/// <summary>Finds addresses for a management network that the root namespace does not use yet.</summary>
internal static class ManagementNetworks
{
    /// <summary>The second octet of a free 10.M/16.</summary>
    public static int FindFree()
    {
        var taken = Networks(Tool.Output("ip", ["-4", "-j", "route", "show", "table", "all"]), Tool.Output("ip", ["-4", "-j", "address"]));
        return FirstFree(taken) ?? throw new LabException(
            $"all networks from 10.{AddressPlan.FirstManagementOctet}.0.0/16 to 10.{AddressPlan.LastManagementOctet}.0.0/16 are in use (see ip route): take down a lab, or set mgmt to false");
    }

    public static int? FirstFree(IReadOnlyList<IPNetwork> taken) =>
        Enumerable.Range(AddressPlan.FirstManagementOctet, AddressPlan.LastManagementOctet - AddressPlan.FirstManagementOctet + 1)
            .Where(octet => !taken.Any(network => Overlap(network, new IPNetwork(new IPAddress([10, (byte)octet, 0, 0]), 16))))
            .Select(octet => (int?)octet)
            .FirstOrDefault();

    /// <summary>Reads what ip says in JSON; a default route is in nobody's way.</summary>
    public static IReadOnlyList<IPNetwork> Networks(string routes, string addresses)
    {
        using var routeList = JsonDocument.Parse(routes);
        using var addressList = JsonDocument.Parse(addresses);
        var destinations = routeList.RootElement.EnumerateArray()
            .Select(route => route.TryGetProperty("dst", out var destination) ? destination.GetString() : null);
        var local = addressList.RootElement.EnumerateArray()
            .Where(device => device.TryGetProperty("addr_info", out _))
            .SelectMany(device => device.GetProperty("addr_info").EnumerateArray())
            .Select(address => $"{address.GetProperty("local").GetString()}/{address.GetProperty("prefixlen").GetInt32()}");
        return [.. destinations.Concat(local).Select(ToNetwork).OfType<IPNetwork>().Where(network => network.PrefixLength > 0)];
    }

    private static IPNetwork? ToNetwork(string? text)
    {
        var parts = (text ?? "").Split('/');
        if (!IPAddress.TryParse(parts[0], out var address) || address.GetAddressBytes() is not { Length: 4 } bytes)
            return null;
        var length = parts.Length == 2 && int.TryParse(parts[1], out var prefix) ? prefix : 32;
        var mask = length == 0 ? 0 : uint.MaxValue << 32 - length;
        for (var position = 0; position < 4; position++)
            bytes[position] &= (byte)(mask >> 24 - 8 * position);
        return new IPNetwork(new IPAddress(bytes), length);
    }

    private static bool Overlap(IPNetwork one, IPNetwork other) =>
        one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);
}
