using NetGraph.Graphs.Coloring;

namespace NetGraph.Collector.Planning;

/// <summary>Rounds for any set of items.</summary>
/// <remarks>
/// Where ends are what is scarce, an edge colouring has at most one round more than the busiest end has items, and none more by direction
/// or between agents and mere targets. If it does not keep to the caps, rounds are filled by urgency. Whatever lies above the bound then is repaired, with
/// an effort that is limited, and left out where the table of ends and rounds would be large (beyond 32 MB).
/// </remarks>
internal static class RoundSchedule
{
    private const long EffortOfTry = 6_000_000, EffortInAll = 30_000_000, MostCells = 8_000_000;

    /// <summary>Spreads items over rounds.</summary>
    /// <param name="fabric">What tests share.</param>
    /// <param name="items">The items; those that follow each other had better be disjoint.</param>
    public static IReadOnlyList<ArraySegment<PlanItem>> Of(Fabric fabric, PlanItem[] items)
    {
        var together = OfOneKind(fabric, items);
        PlanItem[] twoWay = [.. items.Where(item => item.IsTwoWay)];
        if (twoWay.Length == 0 || twoWay.Length == items.Length) return together;
        // A round with both kinds lasts two slots, and in the second those of one way are idle.
        ArraySegment<PlanItem>[] apart = [.. OfOneKind(fabric, twoWay), .. OfOneKind(fabric, [.. items.Where(item => !item.IsTwoWay)])];
        return apart.Sum(SlotsOf) < together.Sum(SlotsOf) ? apart : together;
    }

    /// <summary>How many slots a round needs.</summary>
    public static int SlotsOf(ArraySegment<PlanItem> round)
    {
        var slots = 0;
        foreach (var item in round) slots = Math.Max(slots, item.Slots);
        return slots;
    }

    private static ArraySegment<PlanItem>[] OfOneKind(Fabric fabric, PlanItem[] items)
    {
        var bound = PlanBound.Rounds(fabric, items);
        var colors = bound <= LargestLoad(fabric, items) + 1 ? EdgeColoring.Find(fabric.EndCount, [.. items.Select(item => (item.First, fabric.SecondEnd(item)))]) : null;
        var ordered = colors is null ? items : Order(items, colors);
        if (colors is not null) Array.Sort(colors);
        var rounds = colors is not null && fabric.Allows(Slice(ordered, colors)) ? colors : RoundFilling.Fill(fabric, ordered);
        return Slice(ordered, Repair(fabric, ordered, rounds, bound));
    }

    private static int[] Repair(Fabric fabric, PlanItem[] items, int[] rounds, int bound)
    {
        var effort = EffortInAll;
        for (var (target, count) = (bound, rounds.Length == 0 ? 0 : rounds.Max() + 1); target < count && effort > 0 && (long)fabric.EndCount * target <= MostCells; effort -= EffortOfTry)
        {
            if (RoundRepair.TryFit(fabric, items, target, rounds, EffortOfTry) is { } better) return better;
            target += Math.Max(1, (count - target) / 4);
        }

        return rounds;
    }

    private static int LargestLoad(Fabric fabric, PlanItem[] items)
    {
        var loads = new int[fabric.EndCount];
        foreach (var item in items)
        {
            loads[item.First]++;
            loads[fabric.SecondEnd(item)]++;
        }

        return loads.DefaultIfEmpty(0).Max();
    }

    private static PlanItem[] Order(PlanItem[] items, int[] rounds)
    {
        PlanItem[] ordered = [.. items];
        int[] keys = [.. rounds.Select((round, i) => i)];
        Array.Sort(keys, (a, b) => (rounds[a], a).CompareTo((rounds[b], b)));
        for (var i = 0; i < keys.Length; i++) ordered[i] = items[keys[i]];
        return ordered;
    }

    /// <summary>The items of each round, in their order.</summary>
    private static ArraySegment<PlanItem>[] Slice(PlanItem[] items, int[] rounds)
    {
        var starts = new int[rounds.DefaultIfEmpty(-1).Max() + 2];
        foreach (var round in rounds) starts[round + 1]++;
        for (var round = 1; round < starts.Length; round++) starts[round] += starts[round - 1];
        var next = starts.ToArray();
        var sorted = new PlanItem[items.Length];
        for (var i = 0; i < items.Length; i++) sorted[next[rounds[i]]++] = items[i];
        return [.. Enumerable.Range(0, starts.Length - 1).Select(round => new ArraySegment<PlanItem>(sorted, starts[round], starts[round + 1] - starts[round])).Where(round => round.Count > 0)];
    }
}
