namespace NetGraph.Agent.Clock;

/// <summary>How far this machine's clock may be off.</summary>
/// <param name="Bound">Most that it differs from true time.</param>
/// <param name="Source">Who says so: <c>setting</c>, <c>chrony</c> or <c>kernel</c>.</param>
internal sealed record ClockErrorBound(TimeSpan Bound, string Source);
