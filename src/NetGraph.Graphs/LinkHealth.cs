using NetGraph.Measurements;

namespace NetGraph.Graphs;

/// <summary>How well a link is, from 0 to 1, all measurements taken together.</summary>
public static class LinkHealth
{
    /// <summary>Name of the metric in query parameters.</summary>
    public const string Name = "health";

    /// <summary>At this loss nothing is left of a link's health: TCP carries next to nothing.</summary>
    private const double DeadlyLoss = 0.1;

    /// <summary>The metric of health in a mesh.</summary>
    /// <remarks>
    /// The worst of four shares: reachability (0 for a link whose last test failed), loss (1 without any, 0 from one tenth on), round-trip time and throughput, each against what three in four links
    /// of the mesh reach, so that neither the differences between near and far nor a few faults move the measure. A throughput of doubtful quality does not count. What was not measured does not count
    /// either; a link of which nothing is known has none. The values judge the mesh's links, and those of its groups or of an earlier time by the same measure.
    /// </remarks>
    /// <param name="mesh">The mesh whose links say what can be expected.</param>
    public static GraphMetric In(Mesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var throughput = Quantile(mesh, link => IsTrusted(link) ? link.ThroughputBitsPerSecond : double.NaN, 0.25);
        var time = Quantile(mesh, link => link.RoundTripTimeSeconds, 0.75);
        return new GraphMetric(Name, "Health", "ratio", true, true, link => Of(link, throughput, time), Quantities.Share);
    }

    private static double Of(in LinkMeasurement link, double throughput, double time)
    {
        var worst = link.State switch { LinkState.Down => 0, LinkState.Up => 1, _ => double.NaN };
        worst = Lesser(worst, 1 - (link.LossRatio / DeadlyLoss));
        worst = Lesser(worst, time / link.RoundTripTimeSeconds);
        if (IsTrusted(link) && throughput > 0) worst = Lesser(worst, link.ThroughputBitsPerSecond / throughput);
        return Math.Clamp(worst, 0, 1);
    }

    private static bool IsTrusted(in LinkMeasurement link) => link.Quality == MeasurementQuality.Ok;

    // NaN does not count.
    private static double Lesser(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Min(a, b);

    private static double Quantile(Mesh mesh, Func<LinkMeasurement, double> value, double share)
    {
        var values = mesh.Links.Select(value).Where(double.IsFinite).Order().ToArray();
        return values.Length == 0 ? double.NaN : values[(int)Math.Round((values.Length - 1) * share)];
    }
}
