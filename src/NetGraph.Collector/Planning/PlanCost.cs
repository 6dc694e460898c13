namespace NetGraph.Collector.Planning;

/// <summary>What one cycle of a plan costs, before it runs.</summary>
/// <param name="WallSeconds">Time of the cycle if each slot lasts as long as it may, in seconds.</param>
/// <param name="Bytes">Payload that its tests move, in bytes.</param>
/// <param name="BytesOfZonePairs">Those of <paramref name="Bytes"/> that cross from zone to zone, by the two zones in order of their names; both directions together.</param>
/// <param name="Money">What the bytes between zones cost, in the currency of the price.</param>
/// <param name="BusiestNodeSeconds">Time that the node with most tests spends in them, in seconds; two at once count as one.</param>
public sealed record PlanCost(double WallSeconds, double Bytes, IReadOnlyDictionary<(string, string), double> BytesOfZonePairs, double Money, double BusiestNodeSeconds)
{
    /// <summary>That part of <see cref="Bytes"/> that crosses from zone to zone.</summary>
    public double BytesBetweenZones => BytesOfZonePairs.Values.Sum();

    /// <summary>The largest such part of two zones.</summary>
    public double LargestBytesBetweenTwoZones => BytesOfZonePairs.Values.DefaultIfEmpty().Max();

    /// <summary>Works it out. Reads the plan's rounds once; O(nodes + pairs of zones) memory.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="nodes">Its nodes, as they were planned; nodes of unknown zone are in one together.</param>
    /// <param name="test">Length of a test, with what is omitted.</param>
    /// <param name="slotMargin">What a slot may last beyond its test.</param>
    /// <param name="bitsPerSecond">Rate of a test.</param>
    /// <param name="pricePerGigabyte">Price of 10^9 bytes from one zone to another, zero or more.</param>
    public static PlanCost Of(MeshPlan plan, IReadOnlyList<PlanNode> nodes, TimeSpan test, TimeSpan slotMargin, double bitsPerSecond, double pricePerGigabyte)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(nodes);
        // By direction a node may send and receive in one slot, which is the time of one test.
        long[] slotsOf = new long[nodes.Count], newestSlotOf = new long[nodes.Count];
        var slotNumber = 0L;
        void Busy(int node)
        {
            if (newestSlotOf[node] == slotNumber) return;
            newestSlotOf[node] = slotNumber;
            slotsOf[node]++;
        }

        var between = new Dictionary<(string, string), long>();
        foreach (var slot in plan.Rounds.SelectMany(round => round.Slots))
        {
            slotNumber++;
            foreach (var planned in slot.Tests)
            {
                Busy(planned.Source);
                Busy(planned.Destination);
                var zones = BudgetLimits.ZonePair(nodes[planned.Source].Zone, nodes[planned.Destination].Zone);
                if (zones is { } pair) between[pair] = between.GetValueOrDefault(pair) + 1;
            }
        }

        var bytesPerTest = bitsPerSecond * test.TotalSeconds / 8;
        var bytesOfPairs = between.ToDictionary(pair => pair.Key, pair => pair.Value * bytesPerTest);
        return new PlanCost(
            plan.SlotCount * (test + slotMargin).TotalSeconds,
            plan.TestCount * bytesPerTest,
            bytesOfPairs,
            bytesOfPairs.Values.Sum() / 1e9 * pricePerGigabyte,
            slotsOf.DefaultIfEmpty().Max() * test.TotalSeconds);
    }
}
