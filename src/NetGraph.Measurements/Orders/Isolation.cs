namespace NetGraph.Measurements.Orders;

/// <summary>How much of a node a test takes for itself.</summary>
public enum Isolation
{
    /// <summary>A node takes part in one test at a time.</summary>
    Pair,

    /// <summary>A node takes part in one test a direction: both directions disturb each other.</summary>
    Direction,

    /// <summary>Tests of one aggregate share their destination, on purpose; each source takes part in one test at a time.</summary>
    Aggregate,
}
