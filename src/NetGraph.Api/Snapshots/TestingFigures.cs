namespace NetGraph.Api.Snapshots;

/// <summary>What collector and agents tell of the testing itself: what runs when, what it costs, how much of the mesh it covers, and why tests failed. A number that is not known is NaN.</summary>
public sealed record TestingFigures
{
    /// <summary>Share of all ordered pairs that have a recent result, 0 to 1.</summary>
    public double CoverageRatio { get; init; } = double.NaN;

    /// <summary>Time since the pair measured longest ago was measured, in seconds.</summary>
    public double OldestPairAgeSeconds { get; init; } = double.NaN;

    /// <summary>How long the last finished cycle took, in seconds.</summary>
    public double CycleDurationSeconds { get; init; } = double.NaN;

    /// <summary>Time from the start of a cycle to the start of the next, in seconds.</summary>
    public double CycleIntervalSeconds { get; init; } = double.NaN;

    /// <summary>Slots of the current plan.</summary>
    public double PlanSlots { get; init; } = double.NaN;

    /// <summary>Slots that no plan of the same tests can do with less of.</summary>
    public double LowerBoundSlots { get; init; } = double.NaN;

    /// <summary>Bytes that throughput tests may move in 24 hours.</summary>
    public double BudgetBytes { get; init; } = double.NaN;

    /// <summary>How long the next cycle still waits for bytes or its duty cycle, in seconds; 0 when it does not.</summary>
    public double BudgetWaitSeconds { get; init; } = double.NaN;

    /// <summary>Payload that throughput tests moved in the last 24 hours, in bytes.</summary>
    public double DayBytes { get; init; } = double.NaN;

    /// <summary>What tests between zones cost in the last 24 hours, in the currency of the price.</summary>
    public double DayCost { get; init; } = double.NaN;

    /// <summary>Throughput tests of the last 24 hours that gave a result.</summary>
    public double DaySucceeded { get; init; } = double.NaN;

    /// <summary>Throughput tests of the last 24 hours that gave none.</summary>
    public double DayFailed { get; init; } = double.NaN;

    /// <summary>Throughput tests of the last 24 hours that were planned but not ordered.</summary>
    public double DaySkipped { get; init; } = double.NaN;

    /// <summary>Why tests failed in the last 24 hours, most first.</summary>
    public IReadOnlyList<TestFailureCount> Failures { get; init; } = [];
}

/// <summary>How many tests failed for one reason.</summary>
/// <param name="Source">Name of the node that sent.</param>
/// <param name="Reason">Name of the reason, as in the metric.</param>
/// <param name="Tests">How many, as counters tell: not always whole.</param>
public readonly record struct TestFailureCount(string Source, string Reason, double Tests);

/// <summary>An expression of PromQL and what it tells.</summary>
/// <param name="Title">What it tells, with the unit.</param>
/// <param name="Expression">The expression.</param>
public readonly record struct NamedExpression(string Title, string Expression);
