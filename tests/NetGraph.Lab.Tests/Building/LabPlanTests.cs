using NetGraph.Lab.Building;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Building;

public sealed class LabPlanTests
{
    private static readonly Topology Topology = Topology.Parse(
        """
        { "name": "t1", "mgmt": true, "hosts": ["h1", "h2"], "routers": ["r1", "r2"],
          "links": [ { "a": "h1", "b": "r1", "rate_mbit": 10 },
                     { "a": "r1", "b": "r2", "rate_mbit": 10, "delay_ms": 5 },
                     { "a": "r2", "b": "h2", "rate_mbit": 10, "loss_ab_pct": 2 } ] }
        """,
        "test");

    private static readonly LabPlan Plan = new(Topology, new Paths(Topology));

    [Fact]
    public void Leaves_delayed_links_to_the_relay() => Assert.Equal(
        [
            "link add to-r1 netns t1-h1 type veth peer name to-h1 netns t1-r1",
            "link add to-h2 netns t1-r2 type veth peer name to-r2 netns t1-h2",
            "link add mgmt0 netns t1-h1 type veth peer name p-h1 netns t1-mgmt",
            "link add mgmt0 netns t1-h2 type veth peer name p-h2 netns t1-mgmt",
        ],
        Plan.WireCommands());

    [Fact]
    public void Gives_a_host_one_route_and_a_management_address() => Assert.Equal(
        [
            "link set lo up",
            "address add 10.77.0.1/32 dev to-r1",
            "link set to-r1 up",
            "address add 10.79.0.1/16 dev mgmt0",
            "link set mgmt0 up",
            "route add 10.77.0.0/16 via 10.77.200.1 dev to-r1 onlink src 10.77.0.1",
        ],
        Plan.NodeCommands(Plan.Namespaces(79).Single(space => space.Node == "h1")));

    [Fact]
    public void Gives_a_router_one_route_for_each_other_node() => Assert.Equal(
        [
            "route add 10.77.0.1/32 via 10.77.0.1 dev to-h1 onlink src 10.77.200.1",
            "route add 10.77.0.2/32 via 10.77.200.2 dev to-r2 onlink src 10.77.200.1",
            "route add 10.77.200.2/32 via 10.77.200.2 dev to-r2 onlink src 10.77.200.1",
        ],
        Plan.NodeCommands(Plan.Namespaces(79).Single(space => space.Node == "r1")).Where(command => command.StartsWith("route", StringComparison.Ordinal)));

    [Fact]
    public void Shapes_what_a_node_sends() =>
        Assert.Equal(["qdisc replace dev to-r2 root tbf rate 10000000bit burst 6056 limit 518056"], Plan.ShaperCommands("h2"));

    [Fact]
    public void Drops_frames_where_they_arrive()
    {
        Assert.Null(Plan.LossRules("r2"));
        Assert.Contains("numgen random mod 1000000000 < 20000000 counter drop", Plan.LossRules("h2"), StringComparison.Ordinal);
    }

    [Fact]
    public void Isolates_the_hosts_of_the_management_network_from_each_other() =>
        Assert.Contains("link set p-h2 type bridge_slave isolated on", Plan.ManagementCommands());
}
