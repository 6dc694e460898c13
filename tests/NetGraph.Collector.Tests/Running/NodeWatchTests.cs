using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector.Tests.Running;

public sealed class NodeWatchTests
{
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
