using NetGraph.Measurements;

namespace NetGraph.Graphs;

/// <summary>A measured quantity that can weigh the edges of a graph and colour a picture.</summary>
/// <param name="Name">Its name in query parameters.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Unit">Unit of its values.</param>
/// <param name="MoreIsBetter">Whether larger values are better.</param>
/// <param name="IsOfThroughputTest">Whether it comes from the throughput test, whose quality and failure then are its own.</param>
/// <param name="Value">Reads it from a link; NaN when not measured.</param>
/// <param name="Format">Writes a value with its unit.</param>
public sealed record GraphMetric(
    string Name, string Title, string Unit, bool MoreIsBetter, bool IsOfThroughputTest, Func<LinkMeasurement, double> Value, Func<double, string> Format)
{
    /// <summary>TCP payload throughput, in bits per second.</summary>
    public static GraphMetric Bandwidth { get; } = new("bandwidth", "Throughput", "bit/s", true, true, link => link.ThroughputBitsPerSecond, Quantities.Rate);

    /// <summary>Round-trip time of the echo train, in seconds.</summary>
    public static GraphMetric RoundTripTime { get; } = new("rtt", "Round-trip time", "s", false, false, link => link.RoundTripTimeSeconds, Quantities.Duration);

    /// <summary>Loss of the echo train, 0 to 1.</summary>
    public static GraphMetric Loss { get; } = new("loss", "Round-trip loss", "ratio", false, false, link => link.LossRatio, Quantities.Share);

    /// <summary>Smoothed variation of the echo train's round-trip times, in seconds.</summary>
    public static GraphMetric Jitter { get; } = new("jitter", "Jitter", "s", false, false, link => link.JitterSeconds, Quantities.Duration);

    /// <summary>One-way delay, in seconds.</summary>
    public static GraphMetric Delay { get; } = new("delay", "One-way delay", "s", false, false, link => link.OneWayDelaySeconds, Quantities.Duration);

    /// <summary>TCP segments sent again in the last throughput test.</summary>
    public static GraphMetric Retransmits { get; } = new("retransmits", "Retransmitted segments", "segments", false, true, link => link.RetransmittedSegments, Quantities.Segments);

    /// <summary>All metrics, the default first.</summary>
    public static IReadOnlyList<GraphMetric> All { get; } = [Bandwidth, RoundTripTime, Loss, Jitter, Delay, Retransmits];

    /// <summary>Weighs a mesh by this metric.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <returns>A graph with the mesh's nodes and an edge for each link on which the metric was measured.</returns>
    public WeightedGraph Weigh(Mesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var builder = new WeightedGraphBuilder(mesh.Nodes.Length, mesh.Links.Length);
        foreach (var link in mesh.Links)
        {
            var value = Value(link);
            if (!double.IsNaN(value)) builder.AddEdge(link.Source, link.Destination, value);
        }

        return builder.Build();
    }
}
