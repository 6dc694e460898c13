using System.Collections.Immutable;

namespace NetGraph.Collector.Planning;

/// <summary>Who tests whom, when: a cycle of a mesh.</summary>
public sealed class MeshPlan
{
    internal MeshPlan(IEnumerable<Round> rounds, int roundCount, int slotCount, long testCount, int lowerBoundSlots)
    {
        Rounds = rounds;
        RoundCount = roundCount;
        SlotCount = slotCount;
        TestCount = testCount;
        LowerBoundSlots = lowerBoundSlots;
    }

    /// <summary>The rounds, in order: a stream, made while it is read. It may be read again, with the same outcome.</summary>
    public IEnumerable<Round> Rounds { get; }

    /// <summary>How many rounds the plan has.</summary>
    public int RoundCount { get; }

    /// <summary>How many slots the plan has.</summary>
    public int SlotCount { get; }

    /// <summary>How many directed tests the plan has.</summary>
    public long TestCount { get; }

    /// <summary>Slots that no plan of the same tests can do with less of; see <see cref="PlanBound"/>.</summary>
    public int LowerBoundSlots { get; }

    /// <summary>Ordered pairs of this cycle among all that can be tested, 0 to 1; 1 when none can.</summary>
    public double CoverageRatio { get; internal init; } = 1;

    /// <summary>
    /// Cycles from the start of an epoch until every pair was tested: 1 for a full mesh. A pair has its turn once in each such epoch, so that at most
    /// 2 <see cref="CyclesToCover"/> - 1 cycles lie from one turn to the next.
    /// </summary>
    public int CyclesToCover { get; internal init; } = 1;

    /// <summary>
    /// What runs of the plan when each test measures its opposite too: the first of each two in a round, and the slots in which one is left. Reads the rounds once, to count.
    /// </summary>
    /// <returns>The same cycle with <see cref="TestCount"/> runs, each of both directions.</returns>
    public MeshPlan BothWaysAtOnce()
    {
        Round[] rounds = [.. Rounds.Select(BothWaysAtOnce).Where(round => !round.Slots.IsEmpty)];
        return new MeshPlan(rounds, rounds.Length, rounds.Sum(round => round.Slots.Length), rounds.Sum(round => round.Slots.Sum(slot => (long)slot.Tests.Length)), (LowerBoundSlots + 1) / 2)
        {
            CoverageRatio = CoverageRatio,
            CyclesToCover = CyclesToCover,
        };
    }

    private static Round BothWaysAtOnce(Round round)
    {
        var measured = new HashSet<(int, int)>();
        var slots = round.Slots.Select(slot => new Slot([.. slot.Tests.Where(test => measured.Add((Math.Min(test.Source, test.Destination), Math.Max(test.Source, test.Destination))))]));
        return new Round([.. slots.Where(slot => !slot.Tests.IsEmpty)]);
    }
}

/// <summary>Tests that belong together. By pair: disjoint pairs, first forward, then reverse.</summary>
/// <param name="Slots">The slots, one after the other; none is empty.</param>
public sealed record Round(ImmutableArray<Slot> Slots);

/// <summary>Tests that run at once.</summary>
/// <param name="Tests">The tests.</param>
public sealed record Slot(ImmutableArray<PlannedTest> Tests);

/// <summary>A directed test.</summary>
/// <param name="Source">Index of the node that sends the data.</param>
/// <param name="Destination">Index of the node that receives them.</param>
/// <param name="IsInterfered">Whether another test of the slot shares a group's boundary or an endpoint's other direction with it.</param>
public readonly record struct PlannedTest(int Source, int Destination, bool IsInterfered);

/// <summary>Two nodes; as a directed test the first is the source.</summary>
/// <param name="First">Index of a node.</param>
/// <param name="Second">Index of another.</param>
public readonly record struct NodePair(int First, int Second);
