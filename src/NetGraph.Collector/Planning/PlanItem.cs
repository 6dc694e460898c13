namespace NetGraph.Collector.Planning;

/// <summary>What a round is filled with: a pair of nodes, or in direction isolation one directed test.</summary>
/// <param name="First">Index of a node, the source when tests are directed.</param>
/// <param name="Second">Index of another node.</param>
/// <param name="IsTwoWay">Whether both directions are tested, one after the other.</param>
internal readonly record struct PlanItem(int First, int Second, bool IsTwoWay)
{
    /// <summary>How many slots it needs.</summary>
    public int Slots => IsTwoWay ? 2 : 1;
}
