namespace NetGraph.Measurements.Orders;

/// <summary>An agent's answer to another's question how far its clock may be off.</summary>
/// <param name="ErrorBoundSeconds">Most that the clock differs from true time, in seconds; <see langword="null"/> when it is not known.</param>
public sealed record ClockReport(double? ErrorBoundSeconds = null)
{
    /// <summary>Path of the report on the agent's metrics port.</summary>
    public const string Route = "/api/v1/clock";
}
