using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>How a link is drawn.</summary>
internal enum LinkAppearance
{
    /// <summary>Solid.</summary>
    Measured,

    /// <summary>Dashed: the result of its throughput test cannot be trusted in full.</summary>
    Doubtful,

    /// <summary>Dotted.</summary>
    Unknown,

    /// <summary>Crossed: its throughput test failed.</summary>
    Failed,

    /// <summary>Thin and of no colour, with dots between dashes: it was not there before.</summary>
    Came,

    /// <summary>Thin and of no colour, with wide gaps: it was there before, and did not fail.</summary>
    Gone,
}

internal static class LinkAppearances
{
    /// <summary>How a link is drawn under a metric. A failed or doubtful throughput test says nothing against an echo's round-trip time.</summary>
    public static LinkAppearance Under(this in LinkMeasurement link, GraphMetric metric)
    {
        var isMeasured = !double.IsNaN(metric.Value(link));
        if (link.State == LinkState.Down && (metric.IsOfThroughputTest || !isMeasured)) return LinkAppearance.Failed;
        if (!isMeasured) return LinkAppearance.Unknown;
        return metric.IsOfThroughputTest && link.Quality != MeasurementQuality.Ok ? LinkAppearance.Doubtful : LinkAppearance.Measured;
    }
}
