namespace NetGraph.Collector.Planning;

/// <summary>Slots that no plan of the same tests can do with less of.</summary>
/// <remarks>
/// The largest of: tests of one end; tests across one boundary over its cap; all tests of one group over how many of them can run at once; all
/// tests between some groups over how many of those can; and all tests over how many can run at once. Each counts what must pass a place and divides by
/// what fits through it in one slot, so that none exceeds the truth; none but all of them together, with the parity of odd sets besides, would always meet it.
/// Where all pairs are tested both ways the bound is of rounds, two slots each.
/// </remarks>
public static class PlanBound
{
    /// <summary>Computes the bound.</summary>
    /// <param name="fabric">What tests share.</param>
    /// <param name="items">The tests; read twice.</param>
    internal static int Slots(Fabric fabric, IEnumerable<PlanItem> items)
    {
        bool hasTwoWay = false, hasOneWay = false;
        var ends = new long[fabric.EndCount];
        var crossing = new long[fabric.GroupCount];
        var touching = new long[fabric.GroupCount];
        long total = 0;
        foreach (var item in items)
        {
            if (item.IsTwoWay) hasTwoWay = true;
            else hasOneWay = true;
            var slots = item.Slots;
            total += slots;
            ends[item.First] += slots;
            ends[fabric.SecondEnd(item)] += slots;
            int a = fabric.GroupOfNode(item.First), b = fabric.GroupOfNode(item.Second);
            if (a >= 0) touching[a] += slots;
            if (b >= 0 && b != a) touching[b] += slots;
            if (a == b) continue;
            if (a >= 0) crossing[a] += slots;
            if (b >= 0) crossing[b] += slots;
        }

        if (total == 0) return 0;
        // Rounds and slots are counted in the same unit: only where both kinds of item are mixed a slot counts for itself.
        var unit = hasTwoWay && !hasOneWay ? 2 : 1;
        var busyEnds = ends.LongCount(load => load > 0);
        var bound = Math.Max(ends.Max() / unit, DivideUp(total / unit, Math.Min(busyEnds / 2, fabric.MaxConcurrent)));
        var size = new long[fabric.GroupCount];
        for (var end = 0; end < ends.Length; end++)
        {
            if (ends[end] > 0 && fabric.GroupOfNode(end % fabric.NodeCount) is >= 0 and var group) size[group]++;
        }

        var cap = fabric.CrossingsPerGroup;
        for (var group = 0; group < size.Length; group++)
        {
            if (touching[group] == 0) continue;
            bound = Math.Max(bound, DivideUp(crossing[group] / unit, cap));
            // Each test across the boundary leaves one end less for tests inside. With one end more than an even number one crossing costs nothing.
            var across = Math.Min(Math.Min(cap, size[group]), busyEnds - size[group]);
            var most = Enumerable.Range(0, (int)across + 1).Max(x => x + ((size[group] - x) / 2));
            if (most > 0) bound = Math.Max(bound, DivideUp(touching[group] / unit, most));
        }

        return (int)(unit * Math.Max(bound, BetweenGroups(fabric, items, crossing, unit)));
    }

    /// <summary>Three groups with one crossing each: one test at a time between them, for each takes up two. The busiest groups have most to do.</summary>
    private static long BetweenGroups(Fabric fabric, IEnumerable<PlanItem> items, long[] crossing, int unit)
    {
        var order = Enumerable.Range(0, crossing.Length).OrderByDescending(group => crossing[group]).ThenBy(group => group).ToArray();
        var rank = new int[order.Length];
        for (var i = 0; i < order.Length; i++) rank[order[i]] = i;
        // Tests that become tests between the first groups with the group of this rank.
        var joining = new long[order.Length];
        foreach (var item in items)
        {
            var (a, b) = fabric.Boundaries(item.First, item.Second);
            if (a >= 0 && b >= 0) joining[Math.Max(rank[a], rank[b])] += item.Slots;
        }

        long bound = 0, between = 0;
        for (var taken = 1; taken <= order.Length; taken++)
        {
            between += joining[taken - 1];
            var most = (long)taken * fabric.CrossingsPerGroup / 2;
            if (between > 0) bound = Math.Max(bound, DivideUp(between / unit, most));
        }

        return bound;
    }

    private static long DivideUp(long a, long b) => (a + b - 1) / b;
}
