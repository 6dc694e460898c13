using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>Which measurements of one link over time are asked for: one point at each step, both ends included.</summary>
/// <param name="Source">Name of the sending node.</param>
/// <param name="Destination">Name of the receiving node.</param>
/// <param name="From">The first time, in whole milliseconds.</param>
/// <param name="To">The last time, if the steps reach it; after <paramref name="From"/>, in whole milliseconds.</param>
/// <param name="Step">From one point to the next; a second or more.</param>
public sealed record HistoryQuery(string Source, string Destination, DateTimeOffset From, DateTimeOffset To, TimeSpan Step)
{
    /// <summary>How far each point looks back; <see langword="null"/> for two mesh cycles, at least 15 minutes, and of echoes for 5 minutes or the step if that is longer.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Which of the throughput tests in a point's window counts.</summary>
    public Statistic Statistic { get; init; } = Statistic.Last;

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public string Protocol { get; init; } = "tcp";
}

/// <summary>What was known of a link at one time.</summary>
/// <param name="At">The time.</param>
/// <param name="Link">Its measurements then; its ends are 0 and 1. When it was last measured is not read.</param>
/// <param name="Failure">Why the last test had failed; <see langword="null"/> when it had not, or nobody knows.</param>
public readonly record struct HistoryPoint(DateTimeOffset At, LinkMeasurement Link, ProbeFailure? Failure = null);
