using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector.Tests.Running;

public sealed class NodeWatchTests
{
    [Theory]
    [InlineData(2, 0, null)]
    [InlineData(1, 1, null)]
    [InlineData(1, 0, "A mesh needs at least two nodes, one of them with an agent, and the node list has 1 with and 0 without one.")]
    [InlineData(0, 2, "A mesh needs at least two nodes, one of them with an agent, and the node list has 0 with and 2 without one.")]
    public void A_mesh_needs_two_nodes_and_an_agent(int agents, int targets, string? lack) =>
        Assert.Equal(lack, NodeWatch.FindLack([.. Enumerable.Range(0, agents + targets).Select(i => new MeshNode($"n{i}") { IsTarget = i >= agents })]));

    [Fact]
    public async Task The_last_good_list_stays_in_force_and_the_error_is_counted()
    {
        var isBad = false;
        var state = new CollectorState(new CollectorOptions { Token = SharedToken.Random() }, TimeProvider.System);
        IReadOnlyList<MeshMember> good = [TestCollector.Away("n1")];
        var watch = new NodeWatch(new FixedNodes(() => isBad ? throw new NodeSourceException("bad") : good), state, NullLogger<NodeWatch>.Instance);

        Assert.Same(good, await watch.ReadAsync(CancellationToken.None));
        isBad = true;
        Assert.Same(good, await watch.ReadAsync(CancellationToken.None));

        var writer = new ExpositionWriter();
        state.Write(writer);
        Assert.Contains("netgraph_node_info{node=\"n1\"} 1", writer.ToString(), StringComparison.Ordinal);
        Assert.Contains("netgraph_collector_discovery_errors_total 1", writer.ToString(), StringComparison.Ordinal);
    }
}
