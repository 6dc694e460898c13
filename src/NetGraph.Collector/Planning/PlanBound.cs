namespace NetGraph.Collector.Planning;

/// <summary>Slots that no plan of the same tests can do with less of.</summary>
/// <remarks>
/// The largest of: tests of one end; tests across one boundary over its cap; all tests of one group over how many of them can run at once; and the tests
/// between some parts over half of what these parts can take part in at once, or over the limit of the whole mesh. A part is a group as a whole, which takes part in as many as its cap, or a single
/// end, which takes part in one: so all tests over how many can run at once is among them. All ways to choose such parts are tried up to six groups; beyond, the
/// busiest groups are. Each counts what must pass and divides by what fits in a slot, so that none exceeds the truth; the truth can exceed them all (the Petersen graph needs a
/// round more). Where all pairs are tested both ways the bound is of rounds, two slots each.
/// </remarks>
internal sealed class PlanBound
{
    private const int MostGroupsToTryAllOf = 6;
    private const int Absent = 0, Whole = 1, Split = 2;
    private readonly Fabric _fabric;
    private readonly long[] _ends;
    private readonly long[] _size;
    private readonly long[] _crossing;
    private readonly long[] _touching;
    private readonly int _unit;
    private readonly long _total;
    private long _best;

    private PlanBound(Fabric fabric, IEnumerable<PlanItem> items)
    {
        _fabric = fabric;
        _ends = new long[fabric.EndCount];
        _crossing = new long[fabric.GroupCount];
        _touching = new long[fabric.GroupCount];
        _size = new long[fabric.GroupCount];
        bool hasTwoWay = false, hasOneWay = false;
        foreach (var item in items)
        {
            if (item.IsTwoWay) hasTwoWay = true;
            else hasOneWay = true;
            _total += item.Slots;
            _ends[item.First] += item.Slots;
            _ends[fabric.SecondEnd(item)] += item.Slots;
            int a = fabric.GroupOfNode(item.First), b = fabric.GroupOfNode(item.Second);
            if (a >= 0) _touching[a] += item.Slots;
            if (b >= 0 && b != a) _touching[b] += item.Slots;
            if (a >= 0 && a != b) _crossing[a] += item.Slots;
            if (b >= 0 && a != b) _crossing[b] += item.Slots;
        }

        for (var end = 0; end < _ends.Length; end++)
        {
            if (_ends[end] > 0 && fabric.GroupOfNode(end % fabric.NodeCount) is >= 0 and var group) _size[group]++;
        }

        // Only where both kinds of item are mixed a slot counts for itself.
        _unit = hasTwoWay && !hasOneWay ? 2 : 1;
    }

    /// <summary>The bound in slots.</summary>
    /// <param name="fabric">What tests share.</param>
    /// <param name="items">The tests; read three times.</param>
    public static int Slots(Fabric fabric, IEnumerable<PlanItem> items)
    {
        var bound = new PlanBound(fabric, items);
        return (int)(bound.Find(items) * bound._unit);
    }

    /// <summary>The bound in rounds, for items of one kind.</summary>
    /// <param name="fabric">What tests share.</param>
    /// <param name="items">The tests; read three times.</param>
    public static int Rounds(Fabric fabric, IEnumerable<PlanItem> items) => (int)new PlanBound(fabric, items).Find(items);

    private long Find(IEnumerable<PlanItem> items)
    {
        if (_total == 0) return 0;
        var busyEnds = _ends.LongCount(load => load > 0);
        _best = _ends.Max() / _unit;
        Consider(_total, busyEnds);
        for (var group = 0; group < _size.Length; group++)
        {
            if (_touching[group] == 0) continue;
            Consider(_crossing[group], 2L * _fabric.CrossingsPerGroup);
            // Each test across the boundary leaves one end less for tests inside.
            var across = (int)Math.Min(Math.Min(_fabric.CrossingsPerGroup, _size[group]), busyEnds - _size[group]);
            Consider(_touching[group], 2 * Enumerable.Range(0, across + 1).Max(x => x + ((_size[group] - x) / 2)));
        }

        if (_size.Length == 0) return _best;
        if (_size.Length <= MostGroupsToTryAllOf) ConsiderAllParts(items);
        else ConsiderBusiestGroups(items);
        return _best;
    }

    /// <summary>So many slots of tests, each of which takes two of so many places.</summary>
    private void Consider(long slots, long places)
    {
        if (slots == 0) return;
        var atOnce = Math.Min(places / 2, _fabric.MaxConcurrent);
        if (atOnce > 0) _best = Math.Max(_best, ((slots / _unit) + atOnce - 1) / atOnce);
    }

    private void ConsiderBusiestGroups(IEnumerable<PlanItem> items)
    {
        var order = Enumerable.Range(0, _size.Length).OrderByDescending(group => _crossing[group]).ThenBy(group => group).ToArray();
        var rank = new int[order.Length];
        for (var i = 0; i < order.Length; i++) rank[order[i]] = i;
        // What becomes a test between parts with the group of this rank: with earlier groups, with ends of no group.
        long[] joining = new long[order.Length], joiningSingle = new long[order.Length];
        long betweenSingle = 0;
        foreach (var item in items)
        {
            int a = _fabric.GroupOfNode(item.First), b = _fabric.GroupOfNode(item.Second);
            if (a < 0 && b < 0) betweenSingle += item.Slots;
            else if (a < 0 || b < 0) joiningSingle[rank[Math.Max(a, b)]] += item.Slots;
            else if (a != b) joining[Math.Max(rank[a], rank[b])] += item.Slots;
        }

        var singleEnds = Enumerable.Range(0, _ends.Length).LongCount(end => _ends[end] > 0 && _fabric.GroupOfNode(end % _fabric.NodeCount) < 0);
        long between = 0, places = 0;
        for (var taken = 0; taken < order.Length; taken++)
        {
            between += joining[taken];
            betweenSingle += joiningSingle[taken];
            places += PlacesOf(order[taken]);
            Consider(between, places);
            Consider(between + betweenSingle, places + singleEnds);
        }
    }

    private long PlacesOf(int group) => Math.Min(_fabric.CrossingsPerGroup, _size[group]);

    /// <summary>Each group is absent, a part, or parts of one end each; and so many of the busiest nodes without a group are there.</summary>
    private void ConsiderAllParts(IEnumerable<PlanItem> items)
    {
        var groups = _size.Length;
        int[] single = [.. Enumerable.Range(0, _fabric.NodeCount).Where(node => _fabric.GroupOfNode(node) < 0).OrderByDescending(LoadOfNode).ThenBy(node => node)];
        var rank = new int[_fabric.NodeCount];
        for (var i = 0; i < single.Length; i++) rank[single[i]] = i;
        var between = new long[groups, groups];
        // By rank: tests of a node with groups, and with the nodes of no group before it.
        var withGroup = new long[groups, single.Length];
        var withSingle = new long[single.Length];
        foreach (var item in items)
        {
            int a = _fabric.GroupOfNode(item.First), b = _fabric.GroupOfNode(item.Second);
            if (a >= 0 && b >= 0) between[Math.Min(a, b), Math.Max(a, b)] += item.Slots;
            else if (a >= 0) withGroup[a, rank[item.Second]] += item.Slots;
            else if (b >= 0) withGroup[b, rank[item.First]] += item.Slots;
            else withSingle[Math.Max(rank[item.First], rank[item.Second])] += item.Slots;
        }

        var state = new int[groups];
        for (var code = 0; code < Math.Pow(3, groups); code++)
        {
            for (int group = 0, rest = code; group < groups; group++, rest /= 3) state[group] = rest % 3;
            long slots = 0, places = 0;
            for (var a = 0; a < groups; a++)
            {
                if (state[a] == Absent) continue;
                places += state[a] == Whole ? PlacesOf(a) : _size[a];
                if (state[a] == Split) slots += between[a, a];
                for (var b = a + 1; b < groups; b++) slots += state[b] == Absent ? 0 : between[a, b];
            }

            Consider(slots, places);
            for (var i = 0; i < single.Length; i++)
            {
                slots += withSingle[i];
                places += EndsOfNode(single[i]);
                for (var group = 0; group < groups; group++) slots += state[group] == Absent ? 0 : withGroup[group, i];
                Consider(slots, places);
            }
        }
    }

    private long LoadOfNode(int node) => _ends[node] + (_fabric.IsDirected ? _ends[node + _fabric.NodeCount] : 0);

    private long EndsOfNode(int node) => (_ends[node] > 0 ? 1 : 0) + (_fabric.IsDirected && _ends[node + _fabric.NodeCount] > 0 ? 1 : 0);
}
