using NetGraph.Agent.Publishing;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Echo;

/// <summary>Writes a node's echo metrics. What was not measured is absent.</summary>
internal static class EchoMetrics
{
    public static void Write(ExpositionWriter writer, string source, EchoProber prober, PairSeries published)
    {
        var peers = prober.Peers.OrderBy(peer => peer.Node, StringComparer.Ordinal).ToList();
        void Pairs(MetricFamily family, Func<EchoFigures, double?> value)
        {
            writer.Begin(family);
            foreach (var (node, figures) in peers)
            {
                if (published.Include(source, node) && value(figures) is { } number) writer.Sample(number, source, node);
            }
        }

        void Node(MetricFamily family, double? value)
        {
            if (value is { } number) writer.Write(family, number, source);
        }

        Pairs(Metrics.ProbesSent, figures => figures.Sent);
        Pairs(Metrics.ProbesReceived, figures => figures.Received);
        Pairs(Metrics.ProbeRoundTripTime, figures => figures.RoundTripSum.TotalSeconds);
        if (published.Detail == PairDetail.All) Pairs(Metrics.ProbeJitter, figures => figures.Jitter?.TotalSeconds);

        writer.Begin(Metrics.ProbeRoundTripHistogram);
        writer.Sample(prober.Totals.RoundTrips, source);
        writer.Begin(Metrics.LoadedRoundTripHistogram);
        writer.Sample(prober.Totals.LoadedRoundTrips, source);
        // The extremes of no values are null.
        Node(Metrics.LatencyUnderLoad, peers.Max(peer => peer.Figures.LatencyUnderLoad?.TotalSeconds));
        Node(Metrics.ProbeRoundTripMinimum, peers.Min(peer => peer.Figures.RoundTripMinimum?.TotalSeconds));
        Node(Metrics.ProbeRoundTripMaximum, peers.Max(peer => peer.Figures.RoundTripMaximum?.TotalSeconds));
        Node(Metrics.ProbeLostPorts, peers.Max(peer => peer.Figures.EcmpLostPortsRatio));
        Node(Metrics.ProbesReordered, prober.Totals.Reordered);
        Node(Metrics.ProbesDuplicated, prober.Totals.Duplicates);
        writer.Begin(Metrics.ProbesDiscarded);
        foreach (var reason in Enum.GetValues<EchoDiscard>()) writer.Sample(prober.Totals.Discarded(reason), source, reason.ToReason());
    }
}
