using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests;

public sealed class GraphMetricTests
{
    [Fact]
    public void Weighs_a_mesh_by_what_was_measured()
    {
        MeshNode[] nodes = [new("b"), new("a")];
        LinkMeasurement[] links =
        [
            new(0, 1) { ThroughputBitsPerSecond = 5e6, RoundTripTimeSeconds = 0.1, LossRatio = 0.2, RetransmittedSegments = 3 },
            new(1, 0) { LossRatio = 0 },
        ];
        var mesh = new Mesh(nodes, links, default);

        Assert.Equal([new Edge(1, 0, 5e6)], GraphMetric.Bandwidth.Weigh(mesh).Edges.ToArray());
        Assert.Equal([new Edge(1, 0, 0.1)], GraphMetric.RoundTripTime.Weigh(mesh).Edges.ToArray());
        Assert.Equal([new Edge(0, 1, 0), new Edge(1, 0, 0.2)], GraphMetric.Loss.Weigh(mesh).Edges.ToArray());
        Assert.Equal([new Edge(1, 0, 3)], GraphMetric.Retransmits.Weigh(mesh).Edges.ToArray());
        Assert.All(GraphMetric.All, metric => Assert.Equal(2, metric.Weigh(mesh).VertexCount));
    }
}
