using NetGraph.Lab.States;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Topologies;

public sealed class AddressPlanTests
{
    [Theory]
    [InlineData(0, "10.77.0.1")]
    [InlineData(249, "10.77.0.250")]
    [InlineData(250, "10.77.1.1")]
    [InlineData(49_999, "10.77.199.250")]
    public void Numbers_hosts_from_the_start_of_the_data_network(int position, string address) =>
        Assert.Equal(address, AddressPlan.Host(position));

    [Theory]
    [InlineData(0, "10.77.200.1")]
    [InlineData(250, "10.77.201.1")]
    public void Numbers_routers_above_all_hosts(int position, string address) => Assert.Equal(address, AddressPlan.Router(position));

    [Fact]
    public void Lists_hosts_with_their_rack_for_the_collector()
    {
        var nodes = NodeInventory.Of(Samples.Read("racks8"), 80).Nodes;

        Assert.Equal(8, nodes.Count);
        Assert.Equal(new InventoryNode("h5", "10.77.0.5", "10.80.0.5", "lab", "rack-b"), nodes[4]);
    }

    [Fact]
    public void Knows_no_management_address_before_the_lab_is_up() =>
        Assert.All(NodeInventory.Of(Samples.Read("racks8"), null).Nodes, node => Assert.Null(node.ManagementAddress));
}
