namespace NetGraph.Collector.Graphite;

/// <summary>Where and under which names results are written as Graphite's lines.</summary>
public sealed record GraphiteOptions
{
    /// <summary>Name or IP address of the server: carbon, or whatever takes its plaintext protocol.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port of its plaintext protocol, 1 to 65535. Default 2003.</summary>
    public int Port { get; init; } = 2003;

    /// <summary>The path of a link's throughput, from the names of its source and destination; see <see cref="GraphitePaths"/>.</summary>
    public required Func<string, string, string> Path { get; init; }

    /// <summary>Lines that may wait for the server; beyond, the oldest are dropped. At least 1. Default 10,000.</summary>
    public int MaxWaitingLines { get; init; } = 10_000;

    /// <summary>How long connecting, and writing what waits, may take before the connection is given up. Default 5 s.</summary>
    public TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what waits may still be sent when the collector ends. Default 2 s.</summary>
    public TimeSpan FlushLimit { get; init; } = TimeSpan.FromSeconds(2);
}
