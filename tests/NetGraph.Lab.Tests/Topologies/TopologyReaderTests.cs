using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Topologies;

public sealed class TopologyReaderTests
{
    [Fact]
    public void Converts_the_units_of_the_file_to_base_units()
    {
        var link = OneLink("\"rate_mbit\": 200, \"queue_ms\": 20, \"delay_ms\": 0.5, \"loss_pct\": 2");

        Assert.Equal(new LinkDirection("h1", "r1", 200e6, 0.02, 0.0005, 0.02), link.AToB);
        Assert.Equal(new LinkDirection("r1", "h1", 200e6, 0.02, 0.0005, 0.02), link.BToA);
        Assert.True(link.HasDelay);
    }

    [Fact]
    public void Takes_the_figures_of_a_direction_before_those_of_both()
    {
        var link = OneLink("\"rate_mbit\": 200, \"rate_ab_mbit\": 10, \"loss_pct\": 1, \"loss_ba_pct\": 0");

        Assert.Equal((10e6, 0.01), (link.AToB.RateBitsPerSecond, link.AToB.LossRatio));
        Assert.Equal((200e6, 0), (link.BToA.RateBitsPerSecond, link.BToA.LossRatio));
    }

    [Fact]
    public void Needs_no_common_rate_when_both_directions_have_one()
    {
        var link = OneLink("\"rate_ab_mbit\": 1, \"rate_ba_mbit\": 2");

        Assert.Equal((1e6, 2e6), (link.AToB.RateBitsPerSecond, link.BToA.RateBitsPerSecond));
    }

    [Fact]
    public void Waits_at_most_50_ms_in_a_queue_unless_told_otherwise() =>
        Assert.Equal(0.05, OneLink("\"rate_mbit\": 1").AToB.QueueSeconds);

    [Fact]
    public void Fills_in_defaults_where_a_link_says_nothing()
    {
        var links = Topology.Parse(
            """
            { "name": "t", "hosts": ["h1", "h2"], "routers": ["r1"],
              "defaults": { "b": "r1", "rate_mbit": 7, "rate_ba_mbit": 3, "loss_pct": 1 },
              "links": [ { "a": "h1", "b": "r1" }, { "a": "h2", "rate_mbit": 8, "loss_pct": 0 } ] }
            """,
            "test").Links;

        Assert.Equal((7e6, 3e6, 0.01), (links[0].AToB.RateBitsPerSecond, links[0].BToA.RateBitsPerSecond, links[0].AToB.LossRatio));
        Assert.Equal((8e6, 3e6, 0), (links[1].AToB.RateBitsPerSecond, links[1].BToA.RateBitsPerSecond, links[1].AToB.LossRatio));
        Assert.Equal("r1", links[1].AToB.Destination);
    }

    [Fact]
    public void Groups_hosts_by_router_unless_told_otherwise()
    {
        var groups = Samples.Read("line4").Groups;

        Assert.Equal(["r1", "r2", "r3", "r4"], groups.Select(group => group.Name));
        Assert.Equal(["h3"], groups[2].Hosts);
    }

    [Fact]
    public void Takes_the_groups_of_the_file()
    {
        var groups = Samples.Read("racks8").Groups;

        Assert.Equal(["rack-a", "rack-b"], groups.Select(group => group.Name));
        Assert.Equal(["h5", "h6", "h7", "h8"], groups[1].Hosts);
    }

    [Fact]
    public void Accepts_two_hosts_without_a_router()
    {
        var topology = Topology.Parse("""{ "name": "t", "hosts": ["x", "y"], "routers": null, "links": [{ "a": "x", "b": "y", "rate_mbit": 1 }] }""", "test");

        Assert.Equal(["x", "y"], topology.Groups.Select(group => group.Name));
        Assert.False(topology.HasManagementNetwork);
    }

    private static Link OneLink(string fields) => Topology.Parse(
        $$"""{ "name": "t", "hosts": ["h1"], "routers": ["r1"], "links": [{ "a": "h1", "b": "r1", {{fields}} }] }""",
        "test").Links.Single();
}
