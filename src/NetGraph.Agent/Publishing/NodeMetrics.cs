using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Publishing;

/// <summary>Writes what a node's pairs look like as a whole: series that grow with the nodes, not with their pairs.</summary>
internal static class NodeMetrics
{
    public static void Write(ExpositionWriter writer, string node, IReadOnlyList<AgentLink> links, IReadOnlyDictionary<string, RecentEcho> recent)
    {
        void Write(MetricFamily family, Quantiles quantiles)
        {
            if (quantiles.IsEmpty) return;
            writer.Begin(family);
            foreach (var (share, label) in Quantiles.Published) writer.Sample(quantiles.At(share), node, label);
        }

        Write(Metrics.NodeThroughput, Quantiles.Of(links.Where(link => link.Source == node).Select(link => link.ThroughputBitsPerSecond / 8).OfType<double>()));
        Write(Metrics.NodeRoundTrip, Quantiles.Of(recent.Values.Select(echo => echo.RoundTripSeconds).OfType<double>()));
        Write(Metrics.NodeLoss, Quantiles.Of(recent.Values.Select(echo => echo.LossRatio).OfType<double>()));
        writer.Write(Metrics.NodeBadPairs, PublishedPairs.CountBad(links, recent), node);
    }
}
