using System.Collections.Immutable;

namespace NetGraph.Collector.Planning;

/// <summary>Who tests whom, when: a cycle of a mesh.</summary>
/// <param name="Rounds">The rounds, in order. Each has two slots: forward, and then reverse with the ends swapped.</param>
/// <param name="LowerBoundSlots">Slots that no plan of the same tests can do with less of.</param>
public sealed record MeshPlan(ImmutableArray<Round> Rounds, int LowerBoundSlots)
{
    /// <summary>How many slots the plan has.</summary>
    public int SlotCount => Rounds.Length * 2;

    /// <summary>How many directed tests the plan has.</summary>
    public int TestCount => Rounds.Sum(round => round.Pairs.Length) * 2;
}

/// <summary>Pairs that are tested at the same time; no node occurs twice.</summary>
/// <param name="Pairs">The pairs, as indexes into the planned nodes.</param>
public sealed record Round(ImmutableArray<NodePair> Pairs)
{
    /// <summary>The pairs as directed tests.</summary>
    /// <param name="isReverse">Whether the ends are swapped.</param>
    public IEnumerable<NodePair> Slot(bool isReverse) => isReverse ? Pairs.Select(pair => new NodePair(pair.Second, pair.First)) : Pairs;
}

/// <summary>Two nodes; as a directed test the first is the source.</summary>
/// <param name="First">Index of a node.</param>
/// <param name="Second">Index of another.</param>
public readonly record struct NodePair(int First, int Second);
