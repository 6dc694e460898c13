using NetGraph.Collector.Planning;

namespace NetGraph.Collector.Tests.Planning;

public sealed class PlanCostTests
{
    [Fact]
    public void Ten_nodes_at_ten_gigabits_cost_what_the_defaults_were_made_for()
    {
        var cost = Of([.. Enumerable.Range(0, 10).Select(i => new PlanNode($"n{i}"))], 0);

        Assert.Equal((90 * 6.25e9, 18 * 5.5, 18 * 5.0, 0, 0), (cost.Bytes, cost.WallSeconds, cost.BusiestNodeSeconds, cost.BytesBetweenZones, cost.Money));
    }

    [Fact]
    public void A_node_that_sends_and_receives_at_once_is_busy_once()
    {
        PlanNode[] nodes = [.. Enumerable.Range(0, 10).Select(i => new PlanNode($"n{i}"))];
        var plan = MeshPlanner.Plan(nodes, new PlanOptions { Isolation = Measurements.Orders.Isolation.Direction }, 0);

        Assert.Equal(9 * 5.0, PlanCost.Of(plan, nodes, TimeSpan.FromSeconds(5), TimeSpan.Zero, 10e9, 0).BusiestNodeSeconds);
    }

    [Fact]
    public void Only_bytes_from_zone_to_zone_have_a_price()
    {
        // a with two nodes, b with one, c with one: five of the six pairs cross, two of them between a and b.
        var cost = Of([new("n1", "", "a"), new("n2", "", "a"), new("n3", "", "b"), new("n4", "", "c")], 0.01);

        Assert.Equal((12 * 6.25e9, 10 * 6.25e9, 4 * 6.25e9), (cost.Bytes, cost.BytesBetweenZones, cost.LargestBytesBetweenTwoZones));
        Assert.Equal(0.625, cost.Money, 9);
    }

    private static PlanCost Of(PlanNode[] nodes, double price) =>
        PlanCost.Of(MeshPlanner.Plan(nodes, new PlanOptions(), 0), nodes, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(0.5), 10e9, price);
}
