namespace NetGraph.Graphs.Views;

/// <summary>How much of a mesh is shown.</summary>
public enum GraphView
{
    /// <summary>All nodes and all links.</summary>
    Graph,

    /// <summary>All nodes; of the links a maximum spanning forest, the failed and the worst.</summary>
    Skeleton,

    /// <summary>A node a zone, region or rack, and the links between these.</summary>
    Groups,
}
