using System.Globalization;
using System.Text;
using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>The expressions that the api asks Prometheus for. Each brings its own age limit, since tests are rarer than Prometheus' look-back of 5 minutes.</summary>
internal static class PromQl
{
    private const string ByPair = $"by ({Labels.SourceNode}, {Labels.DestinationNode})";

    // Replicas of Prometheus or of a scrape may hold a series more than once: any of them will do.
    public static string OfThroughputTests(MetricFamily family, SnapshotQuery query, TimeSpan window, Statistic? statistic = null, string sources = "", string filter = "")
    {
        var range = $"{family.Name}{{{Labels.Protocol}=\"{query.Protocol}\"{(sources.Length > 0 ? "," : "")}{sources}}}[{Seconds(window)}s]";
        var over = (statistic ?? query.Statistic) switch
        {
            Statistic.Mean => $"avg_over_time({range})",
            Statistic.Min => $"min_over_time({range})",
            Statistic.Max => $"max_over_time({range})",
            Statistic.P05 => $"quantile_over_time(0.05, {range})",
            Statistic.P50 => $"quantile_over_time(0.5, {range})",
            Statistic.StandardDeviation => $"stddev_over_time({range})",
            Statistic.P95 => $"quantile_over_time(0.95, {range})",
            _ => $"last_over_time({range})",
        };
        return $"max {ByPair} ({over}{filter})";
    }

    /// <summary>Pairs whose last test failed, by every replica's word.</summary>
    public static string Failed(SnapshotQuery query, TimeSpan window, string sources) => $"{OfThroughputTests(Metrics.IperfSuccess, query, window, Statistic.Last, sources)} == 0";

    /// <summary>Why the last test of a pair failed, as a number. Agents publish it for as long as it is so: no look-back of its own.</summary>
    public static string FailedFor(string protocol, string pair) => $"max({Metrics.FailedFor.Name}{{{Labels.Protocol}=\"{protocol}\",{pair}}})";

    /// <summary>Quality of the pairs whose last result is not to be trusted.</summary>
    public static string Doubtful(SnapshotQuery query, TimeSpan window, string sources) => OfThroughputTests(Metrics.Quality, query, window, Statistic.Last, sources, " != 0");

    public static string MeanRoundTripTime(TimeSpan window, string sources = "") =>
        $"{Increase(Metrics.ProbeRoundTripTime, window, sources)} / ({Increase(Metrics.ProbesReceived, window, sources)} > 0)";

    public static string LossRatio(TimeSpan window, string sources = "") =>
        $"clamp(1 - {Increase(Metrics.ProbesReceived, window, sources)} / ({Increase(Metrics.ProbesSent, window, sources)} > 0), 0, 1)";

    public static string Jitter(TimeSpan window, string sources = "") => Last(Metrics.ProbeJitter, window, sources);

    public static string OneWayDelay(TimeSpan window, string sources = "") => Last(Metrics.OneWayDelay, window, sources);

    /// <summary>Share of the datagrams of UDP throughput tests that did not arrive.</summary>
    public static string DatagramLossRatio(SnapshotQuery query, TimeSpan window, string sources = "") =>
        $"clamp({OfThroughputTests(Metrics.IperfLostPackets, query, window, null, sources)} / ({OfThroughputTests(Metrics.IperfPackets, query, window, null, sources)} > 0), 0, 1)";

    public static string Nodes() => Metrics.NodeInfo.Name;

    public static string NodesSeenWithin(TimeSpan window) => $"last_over_time({Metrics.NodeInfo.Name}[{Seconds(window)}s])";

    // Every agent publishes this, and it is gone as soon as a scrape finds the agent gone: no look-back of its own.
    public static string LiveAgents() => $"max by ({Labels.SourceNode}) ({Metrics.AgentTests.Name})";

    /// <summary>A value when others answer but the agent of this node does not.</summary>
    public static string SilentAgent(string node) => $"max({Metrics.AgentTests.Name}) unless max({Metrics.AgentTests.Name}{{{Labels.SourceNode}=\"{Text(node)}\"}})";

    /// <summary>A value when this node has no agent that could be silent.</summary>
    public static string IsTarget(string node) => $"max({Metrics.NodeInfo.Name}{{{Labels.Node}=\"{Text(node)}\",{Labels.Kind}=\"{Labels.TargetKind}\"}})";

    public static string CycleInterval() => $"max({Metrics.CollectorCycleInterval.Name})";

    /// <summary>A gauge of the collector.</summary>
    public static string Newest(MetricFamily family) => $"max({family.Name})";

    /// <summary>How much a counter of the collector grew in 24 hours. Several scrapes of one collector count once; of a day in which another one took over it is the larger part.</summary>
    public static string OfDay(MetricFamily family)
    {
        var increase = $"increase({family.Name}[24h])";
        return family.Labels.Contains(Labels.Reason) ? $"sum(max by ({Labels.Reason}) ({increase}))" : $"max({increase})";
    }

    /// <summary>Why tests failed in the last 24 hours, by source.</summary>
    public static string FailuresOfDay() => $"max by ({Labels.SourceNode}, {Labels.Reason}) (increase({Metrics.AgentFailures.Name}[24h])) > 0";

    /// <summary>A matcher for series of certain sources. A plain alternation: stores look its words up one by one instead of trying all series.</summary>
    /// <param name="pattern">Names as <see cref="Word"/> writes them, with bars between them.</param>
    public static string Sources(string pattern) => $"{Labels.SourceNode}=~\"{pattern}\"";

    /// <summary>A matcher for the series of one network.</summary>
    public static string Network(string name) => $"{Labels.Network}=\"{Text(name)}\"";

    /// <summary>A matcher for the series of one pair.</summary>
    public static string Pair(string source, string destination) => $"{Labels.SourceNode}=\"{Text(source)}\",{Labels.DestinationNode}=\"{Text(destination)}\"";

    /// <summary>A name as a word of a regular expression (RE2) inside a string of PromQL.</summary>
    public static string Word(string name)
    {
        var word = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            // Twice for PromQL's string, in which the expression's own backslash stands for itself.
            if (@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal)) word.Append(@"\\");
            word.Append(Escape(c));
        }

        return word.ToString();
    }

    private static string Text(string name) => string.Concat(name.Select(Escape));

    private static string Escape(char c) => c switch
    {
        '\\' => @"\\",
        '"' => "\\\"",
        '\n' => "\\n",
        // Prometheus' lexer takes it for broken UTF-8.
        '\ufffd' => @"\ufffd",
        _ => c.ToString(),
    };

    private static string Last(MetricFamily family, TimeSpan window, string sources) =>
        $"max {ByPair} (last_over_time({family.Name}{(sources.Length > 0 ? $"{{{sources}}}" : "")}[{Seconds(window)}s]))";

    private static string Increase(MetricFamily family, TimeSpan window, string sources) =>
        $"max {ByPair} (increase({family.Name}{(sources.Length > 0 ? $"{{{sources}}}" : "")}[{Seconds(window)}s]))";

    private static string Seconds(TimeSpan time) => Math.Max(1, (long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
