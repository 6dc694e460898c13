namespace NetGraph.Api.Snapshots;

/// <summary>Which measurements are asked for. Equal questions share one answer.</summary>
public sealed record SnapshotQuery
{
    /// <summary>The time to show; <see langword="null"/> for now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>How far to look back; <see langword="null"/> for two mesh cycles, at least 15 minutes.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Which of a link's values in the window counts.</summary>
    public Statistic Statistic { get; init; } = Statistic.Last;

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public string Protocol { get; init; } = "tcp";

    /// <summary>What is needed of the links. A source may read more; meshes of up to <see cref="ReadWholeUpTo"/> nodes are always read whole.</summary>
    public SnapshotDetail Detail { get; init; } = SnapshotDetail.Everything;

    /// <summary>The largest mesh, in nodes, that is read whole whatever <see cref="Detail"/> says: beyond it each quantity costs seconds and hundreds of megabytes.</summary>
    public const int ReadWholeUpTo = 150;

    /// <summary>Whether an answer to this question answers another as well.</summary>
    internal bool Covers(SnapshotQuery other) => (Detail & other.Detail) == other.Detail && this with { Detail = other.Detail } == other;
}

/// <summary>What is read of the links beside their throughput, state and quality, which are always read.</summary>
[Flags]
public enum SnapshotDetail
{
    /// <summary>Nothing else.</summary>
    ThroughputOnly = 0,

    /// <summary>The echoes' round-trip time.</summary>
    RoundTripTime = 1,

    /// <summary>The echoes' loss.</summary>
    Loss = 2,

    /// <summary>Segments sent again during the throughput test.</summary>
    Retransmits = 4,

    /// <summary>When the last successful throughput test ended.</summary>
    Age = 8,

    /// <summary>The echoes' jitter.</summary>
    Jitter = 16,

    /// <summary>The one-way delay.</summary>
    OneWayDelay = 32,

    /// <summary>All there is.</summary>
    Everything = RoundTripTime | Loss | Retransmits | Age | Jitter | OneWayDelay,
}

/// <summary>One value for many.</summary>
public enum Statistic
{
    /// <summary>The newest.</summary>
    Last,

    /// <summary>The arithmetic mean.</summary>
    Mean,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The 5th percentile.</summary>
    P05,

    /// <summary>The median.</summary>
    P50,

    /// <summary>The 95th percentile.</summary>
    P95,

    /// <summary>The standard deviation: how much a pair's throughput varies by itself. Nothing but throughput is read with it.</summary>
    StandardDeviation,
}
