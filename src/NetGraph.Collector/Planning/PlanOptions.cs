using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Planning;

/// <summary>Which tests a cycle has, and which of them may run at once.</summary>
public sealed record PlanOptions
{
    /// <summary>Beyond this many nodes <see cref="PairSelection.Auto"/> samples.</summary>
    internal const int LargestAutomaticFullMesh = 100;

    /// <summary>How much of a node a test takes for itself. Default: a node takes part in one test at a time.</summary>
    public Isolation Isolation { get; init; } = Isolation.Pair;

    /// <summary>Which pairs are tested. Default: all up to 100 nodes, a sample beyond.</summary>
    public PairSelection Pairs { get; init; } = PairSelection.Auto;

    /// <summary>Peers of a node in a sampled cycle, 1 or more. Default 8. Both directions are tested.</summary>
    public int Degree { get; init; } = 8;

    /// <summary>What may go on at once. Default: one test across a group's boundary.</summary>
    public PlanLimits Limits { get; init; } = new();
}

/// <summary>Which pairs a cycle tests.</summary>
public enum PairSelection
{
    /// <summary>All up to 100 nodes, a sample beyond.</summary>
    Auto,

    /// <summary>All.</summary>
    Full,

    /// <summary>A random regular graph, anew each cycle.</summary>
    Sampled,

    /// <summary>All pairs of one representative a zone, and a sample inside each zone.</summary>
    Zones,
}
