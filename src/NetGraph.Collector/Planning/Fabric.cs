using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Planning;

/// <summary>What the tests of a round may not share: the ends of nodes, and the boundaries of groups beyond their cap.</summary>
/// <remarks>
/// An end is a node that takes part in one test at a time. In direction isolation each node has two, which send and receive, so that directed tests
/// form a bipartite graph.
/// </remarks>
internal sealed class Fabric
{
    private readonly int _receivers;
    private readonly int[] _groupOfNode;

    public Fabric(IReadOnlyList<PlanNode> nodes, PlanOptions options)
    {
        NodeCount = nodes.Count;
        IsDirected = options.Isolation == Isolation.Direction;
        _receivers = IsDirected ? nodes.Count : 0;
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        _groupOfNode = [.. nodes.Select(node =>
        {
            if (node.Group.Length == 0) return -1;
            if (!numbers.TryGetValue(node.Group, out var number)) numbers.Add(node.Group, number = numbers.Count);
            return number;
        })];
        GroupCount = numbers.Count;
        CrossingsPerGroup = options.Limits.CrossingsPerGroup;
        MaxConcurrent = options.Limits.MaxConcurrent ?? int.MaxValue;
    }

    public int NodeCount { get; }

    public bool IsDirected { get; }

    public int EndCount => NodeCount + _receivers;

    public int GroupCount { get; }

    public int CrossingsPerGroup { get; }

    public int MaxConcurrent { get; }

    /// <summary>End at which an item arrives; it leaves from that of its first node, which has the node's number.</summary>
    public int SecondEnd(PlanItem item) => item.Second + _receivers;

    /// <summary>Number of a node's group, or -1 when it has none.</summary>
    public int GroupOfNode(int node) => _groupOfNode[node];

    /// <summary>The boundaries that a test crosses: none, one (the other then being -1) or two.</summary>
    public (int First, int Second) Boundaries(int first, int second)
    {
        int a = _groupOfNode[first], b = _groupOfNode[second];
        return a == b ? (-1, -1) : (a, b);
    }
}
