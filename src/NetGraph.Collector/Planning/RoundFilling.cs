namespace NetGraph.Collector.Planning;

/// <summary>Fills one round after the other with the most urgent items that still fit: list scheduling (R. L. Graham, 1969).</summary>
/// <remarks>
/// Items between the same two groups are a bucket, for they share their boundaries' urgency. The boundary with most work left over its cap is
/// served first, with the partner that has most left too: at the end it would find nobody to be matched with. In a bucket the item of the busiest ends is taken, among the first
/// that fit; items should come in the order of a colouring, for its neighbours are disjoint. O(groups) for an item, beside the choice in its bucket.
/// </remarks>
internal sealed class RoundFilling
{
    /// <summary>How many items that fit are compared, and how many items are looked at for them.</summary>
    private const int Choices = 24, Patience = 2048;

    private readonly Fabric _fabric;
    private readonly PlanItem[] _items;
    private readonly int[] _roundOf;
    private readonly int[] _endLoad;
    private readonly int[] _boundaryLoad;
    private readonly List<Bucket> _inside = [];
    private readonly List<Bucket>[] _across;
    private readonly int[] _ungroupedEnds;

    // Of the round being filled; what is numbered holds until the number changes.
    private readonly int[] _takenIn;
    private readonly int[] _crossings;
    private readonly int[] _exhaustedIn;
    private int _round;
    private int _filled;

    private RoundFilling(Fabric fabric, PlanItem[] items)
    {
        _fabric = fabric;
        _items = items;
        _roundOf = new int[items.Length];
        _endLoad = new int[fabric.EndCount];
        _takenIn = new int[fabric.EndCount];
        _takenIn.AsSpan().Fill(-1);
        _boundaryLoad = new int[fabric.GroupCount];
        _crossings = new int[fabric.GroupCount];
        _exhaustedIn = new int[fabric.GroupCount];
        _exhaustedIn.AsSpan().Fill(-1);
        _across = [.. Enumerable.Range(0, fabric.GroupCount).Select(_ => new List<Bucket>())];
        _ungroupedEnds = [.. Enumerable.Range(0, fabric.EndCount).Where(end => fabric.GroupOfNode(end % fabric.NodeCount) < 0)];
        SortIntoBuckets();
    }

    /// <summary>Fills rounds until no item is left.</summary>
    /// <returns>The round of each item, from zero.</returns>
    public static int[] Fill(Fabric fabric, PlanItem[] items)
    {
        var filling = new RoundFilling(fabric, items);
        for (var done = 0; done < items.Length; done += filling._filled, filling._round++) filling.FillRound();
        return filling._roundOf;
    }

    private void SortIntoBuckets()
    {
        var known = new Dictionary<(int, int), Bucket>();
        for (var i = 0; i < _items.Length; i++)
        {
            var item = _items[i];
            int a = _fabric.GroupOfNode(item.First), b = _fabric.GroupOfNode(item.Second);
            if (a > b) (a, b) = (b, a);
            if (!known.TryGetValue((a, b), out var bucket))
            {
                known.Add((a, b), bucket = new Bucket(a, b));
                if (a == b) _inside.Add(bucket);
                else if (a >= 0) _across[a].Add(bucket);
                if (a != b) _across[b].Add(bucket);
            }

            bucket.Items.Add(i);
            _endLoad[item.First]++;
            _endLoad[_fabric.SecondEnd(item)]++;
            if (a == b) continue;
            if (a >= 0) _boundaryLoad[a]++;
            _boundaryLoad[b]++;
        }
    }

    private void FillRound()
    {
        _filled = 0;
        Array.Clear(_crossings);
        var busiestUngrouped = 0;
        foreach (var end in _ungroupedEnds) busiestUngrouped = Math.Max(busiestUngrouped, _endLoad[end]);
        while (_filled < _fabric.MaxConcurrent && MostUrgentGroup() is >= 0 and var group)
        {
            if (!TakeAcross(group, busiestUngrouped)) _exhaustedIn[group] = _round;
        }

        foreach (var bucket in _inside)
        {
            while (_filled < _fabric.MaxConcurrent && Find(bucket) is >= 0 and var place) Take(bucket, place);
        }
    }

    private int MostUrgentGroup()
    {
        var best = -1;
        for (var group = 0; group < _boundaryLoad.Length; group++)
        {
            var isOpen = _boundaryLoad[group] > 0 && _crossings[group] < _fabric.CrossingsPerGroup && _exhaustedIn[group] != _round;
            if (isOpen && (best < 0 || _boundaryLoad[group] > _boundaryLoad[best])) best = group;
        }

        return best;
    }

    private bool TakeAcross(int group, int busiestUngrouped)
    {
        while (true)
        {
            Bucket? best = null;
            double bestUrgency = 0;
            foreach (var bucket in _across[group])
            {
                var other = bucket.A == group ? bucket.B : bucket.A;
                if (bucket.Left == 0 || bucket.ExhaustedIn == _round || (other >= 0 && _crossings[other] >= _fabric.CrossingsPerGroup)) continue;
                var urgency = bucket.Left + (other < 0 ? busiestUngrouped : (double)_boundaryLoad[other] / _fabric.CrossingsPerGroup);
                if (urgency > bestUrgency) (best, bestUrgency) = (bucket, urgency);
            }

            if (best is null) return false;
            if (Find(best) is >= 0 and var place)
            {
                Take(best, place);
                return true;
            }

            best.ExhaustedIn = _round;
        }
    }

    /// <summary>Place in its bucket of the item with the busiest ends, among the first that fit; -1 when none does.</summary>
    private int Find(Bucket bucket)
    {
        int best = -1, found = 0;
        (int Busier, int Both) bestLoad = default;
        var last = Math.Min(bucket.Items.Count, bucket.Head + Patience);
        for (var place = bucket.Head; place < last && found < Choices; place++)
        {
            var item = _items[bucket.Items[place]];
            int first = item.First, second = _fabric.SecondEnd(item);
            if (_takenIn[first] == _round || _takenIn[second] == _round) continue;
            found++;
            int a = _endLoad[first], b = _endLoad[second];
            var load = (Math.Max(a, b), a + b);
            if (best < 0 || load.CompareTo(bestLoad) > 0) (best, bestLoad) = (place, load);
        }

        return best;
    }

    private void Take(Bucket bucket, int place)
    {
        var number = bucket.Take(place);
        var item = _items[number];
        int first = item.First, second = _fabric.SecondEnd(item);
        _roundOf[number] = _round;
        _takenIn[first] = _takenIn[second] = _round;
        _endLoad[first]--;
        _endLoad[second]--;
        _filled++;
        if (bucket.A == bucket.B) return;
        Cross(bucket.A);
        Cross(bucket.B);
    }

    private void Cross(int group)
    {
        if (group < 0) return;
        _crossings[group]++;
        _boundaryLoad[group]--;
    }

    /// <summary>The items between two groups, or inside one; group -1 is that of the nodes without.</summary>
    private sealed class Bucket(int a, int b)
    {
        public int A => a;

        public int B => b;

        public List<int> Items { get; } = [];

        public int Head { get; private set; }

        public int Left => Items.Count - Head;

        public int ExhaustedIn { get; set; } = -1;

        public int Take(int place)
        {
            (Items[place], Items[Head]) = (Items[Head], Items[place]);
            return Items[Head++];
        }
    }
}
