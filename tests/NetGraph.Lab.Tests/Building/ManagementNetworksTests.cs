using System.Net;
using NetGraph.Lab.Building;

namespace NetGraph.Lab.Tests.Building;

public sealed class ManagementNetworksTests
{
    [Theory]
    [InlineData("192.0.2.0/24", 78)]
    [InlineData("10.78.0.0/16", 79)]
    [InlineData("10.78.3.4/32", 79)]
    [InlineData("10.78.0.0/16 10.80.1.0/24 10.79.0.0/16", 81)]
    [InlineData("10.64.0.0/12", 80)]
    [InlineData("10.0.0.0/8", null)]
    public void Takes_the_first_network_that_nothing_overlaps(string taken, int? octet) =>
        Assert.Equal(octet, ManagementNetworks.FirstFree([.. taken.Split(' ').Select(network => IPNetwork.Parse(network))]));

    [Fact]
    public void Reads_routes_and_addresses_as_ip_writes_them()
    {
        const string routes =
            """[{"dst":"default","gateway":"192.0.2.1","flags":[]},{"dst":"10.79.0.0/16","dev":"x"},{"type":"local","dst":"10.81.255.254","dev":"y"}]""";
        const string addresses =
            """[{},{"ifname":"x","addr_info":[{"family":"inet","local":"10.80.255.254","prefixlen":16}]}]""";

        Assert.Equal(
            ["10.79.0.0/16", "10.81.255.254/32", "10.80.0.0/16"],
            ManagementNetworks.Networks(routes, addresses).Select(network => network.ToString()));
    }
}
