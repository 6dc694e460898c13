using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>Where the api gets its measurements: Prometheus, a collector, or agents in the same process.</summary>
public interface IMeasurementSource
{
    /// <summary>Whether it can show an earlier time, or statistics over time.</summary>
    bool HasHistory { get; }

    /// <summary>Reads the mesh.</summary>
    /// <param name="query">Which measurements.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MeasurementSourceException">It cannot be read now.</exception>
    Task<Mesh> ReadAsync(SnapshotQuery query, CancellationToken cancellation);

    /// <summary>Reads what was known of one link over time.</summary>
    /// <param name="query">Of which link, and when.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The points in order of time; where nothing was known there is none.</returns>
    /// <exception cref="MeasurementSourceException">It cannot be read now.</exception>
    /// <exception cref="NotSupportedException">It has no history: see <see cref="HasHistory"/>.</exception>
    Task<IReadOnlyList<HistoryPoint>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellation);

    /// <summary>Reads what collector and agents tell of the testing itself.</summary>
    /// <param name="at">The time to ask for; <see langword="null"/> for now.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The figures, or <see langword="null"/> where the source does not know them.</returns>
    /// <exception cref="MeasurementSourceException">It cannot be read now.</exception>
    Task<TestingFigures?> ReadTestingAsync(DateTimeOffset? at, CancellationToken cancellation) => Task.FromResult<TestingFigures?>(null);

    /// <summary>The expressions that tell of one link, to paste into a console or a dashboard; none where the source has no query language.</summary>
    /// <param name="query">Of which link; its times do not count.</param>
    IReadOnlyList<NamedExpression> ExpressionsOf(HistoryQuery query) => [];
}

/// <summary>The measurements cannot be read. The message says why and what to do.</summary>
/// <param name="kind">What kind of failure it is.</param>
/// <param name="message">The sentence.</param>
/// <param name="innerException">What was behind it.</param>
public sealed class MeasurementSourceException(SourceFailure kind, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What kind of failure it is.</summary>
    public SourceFailure Kind { get; } = kind;
}

/// <summary>How a source of measurements can fail.</summary>
public enum SourceFailure
{
    /// <summary>It cannot be reached.</summary>
    Unreachable,

    /// <summary>It answered with an error.</summary>
    Failed,

    /// <summary>It was too slow.</summary>
    TimedOut,
}
