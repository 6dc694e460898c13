namespace NetGraph.Measurements;

/// <summary>A metric that one of our programs publishes: its name, kind and meaning.</summary>
/// <param name="Name">Name in Prometheus; base units, <c>_total</c> only on counters.</param>
/// <param name="Kind">Counter, gauge or histogram.</param>
/// <param name="Help">One sentence for people: what is counted or measured.</param>
/// <param name="Labels">The labels of every sample, in the order in which they are written.</param>
public sealed record MetricFamily(string Name, MetricKind Kind, string Help, params string[] Labels);

/// <summary>The kinds of metric in Prometheus' text format.</summary>
public enum MetricKind
{
    /// <summary>Only ever grows, but for a restart.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts of observations in buckets, with their sum.</summary>
    Histogram,
}
