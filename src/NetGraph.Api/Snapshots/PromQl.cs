using System.Globalization;
using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>The expressions that the api asks Prometheus for. Each brings its own age limit, since tests are rarer than Prometheus' look-back of 5 minutes.</summary>
internal static class PromQl
{
    private const string ByPair = $"by ({Labels.SourceNode}, {Labels.DestinationNode})";

    // Replicas of Prometheus or of a scrape may hold a series more than once: any of them will do.
    public static string OfThroughputTests(MetricFamily family, SnapshotQuery query, TimeSpan window, Statistic? statistic = null)
    {
        var range = $"{family.Name}{{{Labels.Protocol}=\"{query.Protocol}\"}}[{Seconds(window)}s]";
        var over = (statistic ?? query.Statistic) switch
        {
            Statistic.Mean => $"avg_over_time({range})",
            Statistic.Min => $"min_over_time({range})",
            Statistic.Max => $"max_over_time({range})",
            Statistic.P05 => $"quantile_over_time(0.05, {range})",
            Statistic.P50 => $"quantile_over_time(0.5, {range})",
            Statistic.P95 => $"quantile_over_time(0.95, {range})",
            _ => $"last_over_time({range})",
        };
        return $"max {ByPair} ({over})";
    }

    public static string MeanRoundTripTime(TimeSpan window) =>
        $"{Increase(Metrics.ProbeRoundTripTime, window)} / ({Increase(Metrics.ProbesReceived, window)} > 0)";

    public static string LossRatio(TimeSpan window) =>
        $"clamp(1 - {Increase(Metrics.ProbesReceived, window)} / ({Increase(Metrics.ProbesSent, window)} > 0), 0, 1)";

    public static string Nodes() => Metrics.NodeInfo.Name;

    public static string NodesSeenWithin(TimeSpan window) => $"last_over_time({Metrics.NodeInfo.Name}[{Seconds(window)}s])";

    // Every agent publishes this, and it is gone as soon as a scrape finds the agent gone: no look-back of its own.
    public static string LiveAgents() => $"max by ({Labels.SourceNode}) ({Metrics.AgentTests.Name})";

    public static string CycleInterval() => $"max({Metrics.CollectorCycleInterval.Name})";

    private static string Increase(MetricFamily family, TimeSpan window) => $"max {ByPair} (increase({family.Name}[{Seconds(window)}s]))";

    private static string Seconds(TimeSpan time) => Math.Max(1, (long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
