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
}
