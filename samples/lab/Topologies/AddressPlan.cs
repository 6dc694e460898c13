using System.Globalization;

namespace NetGraph.Lab.Topologies;

/// <summary>Which address a node has: data 10.77.x.y, management 10.M.x.y with the same x.y.</summary>
internal static class AddressPlan
{
    public const string DataNetwork = "10.77.0.0/16";

    public const int FirstManagementOctet = 78;

    public const int LastManagementOctet = 127;

    public const int MaxHosts = FirstRouterBlock * BlockSize;

    public const int MaxRouters = (256 - FirstRouterBlock) * BlockSize;

    /// <summary>A Linux bridge has 1023 ports; one of them leads to the root namespace.</summary>
    public const int MaxManagedHosts = 1022;

    private const int BlockSize = 250;
    private const int FirstRouterBlock = 200;

    public static string Host(int position) => Address(77, position, 0);

    public static string Router(int position) => Address(77, position, FirstRouterBlock);

    public static string ManagedHost(int managementOctet, int position) => Address(managementOctet, position, 0);

    public static string ManagementNetwork(int managementOctet) => string.Create(CultureInfo.InvariantCulture, $"10.{managementOctet}.0.0/16");

    /// <summary>The address of the root namespace in the management network.</summary>
    public static string ManagementGateway(int managementOctet) => string.Create(CultureInfo.InvariantCulture, $"10.{managementOctet}.255.254");

    public static IReadOnlyDictionary<string, string> Of(Topology topology)
    {
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (position, host) in topology.Hosts.Index())
            addresses[host] = Host(position);
        foreach (var (position, router) in topology.Routers.Index())
            addresses[router] = Router(position);
        return addresses;
    }

    private static string Address(int octet, int position, int firstBlock) =>
        string.Create(CultureInfo.InvariantCulture, $"10.{octet}.{firstBlock + position / BlockSize}.{position % BlockSize + 1}");
}
