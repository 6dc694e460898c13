namespace NetGraph.Agent.Publishing;

/// <summary>How much of what an agent knows it publishes to Prometheus. Whatever the level, the collector's JSON has all of it.</summary>
public enum MetricsLevel
{
    /// <summary><see cref="Full"/> up to 100 peers, <see cref="Exceptions"/> beyond.</summary>
    Auto,

    /// <summary>Every pair: series grow with the square of the nodes.</summary>
    Full,

    /// <summary>The worst pairs that are in a bad state, at most 20 a node, and quantiles over all peers.</summary>
    Exceptions,

    /// <summary>No pair, only quantiles over all peers: series grow with the nodes.</summary>
    Summary,
}
