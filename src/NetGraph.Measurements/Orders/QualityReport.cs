namespace NetGraph.Measurements.Orders;

/// <summary>Order to the data source's agent: a result that it published is to be trusted less, for what only the other end could see.</summary>
/// <param name="TestId">Name of the test. Nothing happens when a later test of the link has taken its place.</param>
/// <param name="Quality">How far its result can be trusted.</param>
public sealed record QualityReport(string TestId, MeasurementQuality Quality)
{
    /// <summary>Checks ranges.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault() =>
        !OrderRules.IsTestId(TestId) ? OrderRules.TestIdFault
        : !Enum.IsDefined(Quality) ? "quality must be the name of a quality."
        : null;
}
