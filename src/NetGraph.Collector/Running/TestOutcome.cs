using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>A throughput test that ended.</summary>
/// <param name="Source">Node that sent.</param>
/// <param name="Destination">Node that received.</param>
/// <param name="Result">What was found; a failure is a result too.</param>
/// <param name="EndedAt">When it ended.</param>
internal sealed record TestOutcome(string Source, string Destination, ThroughputResult Result, DateTimeOffset EndedAt);
