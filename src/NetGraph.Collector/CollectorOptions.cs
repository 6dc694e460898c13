using NetGraph.Collector.Graphite;
using NetGraph.Hosting;
using NetGraph.Measurements;

namespace NetGraph.Collector;

/// <summary>Settings of a collector.</summary>
public sealed record CollectorOptions
{
    /// <summary>Time from the start of a mesh cycle to the start of the next; a cycle that takes longer is followed at once. Default 300 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Length of a test in whole seconds, 1 to 3600. Default 5.</summary>
    public int DurationSeconds { get; init; } = 5;

    /// <summary>Parallel TCP streams of a test, 1 to 128. Default 1.</summary>
    public int ParallelStreams { get; init; } = 1;

    /// <summary>Limit of a test in bits per second; <see langword="null"/> for none.</summary>
    public long? BitrateBitsPerSecond { get; init; }

    /// <summary>Which groups share an uplink. Default: racks.</summary>
    public GroupKey CappedGroup { get; init; } = GroupKey.Rack;

    /// <summary>How many tests may cross a group's boundary at once. Default 1.</summary>
    public int CrossingsPerGroup { get; init; } = 1;

    /// <summary>How many tests may run at once; <see langword="null"/> for no limit beyond the others.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Address to listen on; <see langword="null"/> for all.</summary>
    public System.Net.IPAddress? ListenAddress { get; init; }

    /// <summary>Port of <c>/metrics</c>, <c>/healthz</c> and <c>/api/v1/cycle</c>.</summary>
    public int MetricsPort { get; init; } = 9876;

    /// <summary>The secret that orders carry.</summary>
    public required SharedToken Token { get; init; }

    /// <summary>PEM file of the authority that signed the agents' certificates; without one, orders go by plain HTTP.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>What a slot may last beyond its test. Default 0.5 s.</summary>
    public TimeSpan SlotMargin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How much longer than a test its agent's answer may take; longer than the agent gives a test that overruns. Default 10 s.</summary>
    public TimeSpan AnswerMargin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where results are written as Graphite's lines; <see langword="null"/> for nowhere.</summary>
    public GraphiteOptions? Graphite { get; init; }
}
