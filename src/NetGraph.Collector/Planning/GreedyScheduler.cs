namespace NetGraph.Collector.Planning;

/// <summary>Fills one round after the other with the items whose scarcest resource (end, boundary) has most work left: list scheduling (R. L. Graham, 1969).</summary>
internal sealed class GreedyScheduler
{
    private readonly Fabric _fabric;
    private readonly List<PlanItem> _left;
    private readonly int[] _endLoad;
    private readonly int[] _boundaryLoad;
    private readonly int[,] _between;

    public GreedyScheduler(Fabric fabric, PlanItem[] items)
    {
        _fabric = fabric;
        _left = [.. items];
        _endLoad = new int[fabric.EndCount];
        _boundaryLoad = new int[fabric.GroupCount];
        _between = new int[fabric.GroupCount, fabric.GroupCount];
        foreach (var item in items) Count(item, 1);
    }

    public List<PlanItem[]> Fill()
    {
        var rounds = new List<PlanItem[]>();
        while (_left.Count > 0)
        {
            var taken = new bool[_fabric.EndCount];
            var crossings = new int[_fabric.GroupCount];
            var round = new List<PlanItem>();
            List<PlanItem> open = [.. _left];
            // Anew after each choice: two tests across the same two boundaries may leave a third one idle.
            while (round.Count < _fabric.MaxConcurrent)
            {
                open.RemoveAll(item => !IsFree(item, taken, crossings));
                if (open.Count == 0) break;
                var chosen = open.MaxBy(Urgency);
                Count(chosen, -1);
                taken[chosen.First] = taken[_fabric.SecondEnd(chosen)] = true;
                var (a, b) = _fabric.Boundaries(chosen.First, chosen.Second);
                if (a >= 0) crossings[a]++;
                if (b >= 0) crossings[b]++;
                round.Add(chosen);
            }

            var done = round.ToHashSet();
            _left.RemoveAll(done.Contains);
            rounds.Add([.. round]);
        }

        return rounds;
    }

    private bool IsFree(PlanItem item, bool[] taken, int[] crossings)
    {
        var (a, b) = _fabric.Boundaries(item.First, item.Second);
        return !taken[item.First] && !taken[_fabric.SecondEnd(item)]
            && (a < 0 || crossings[a] < _fabric.CrossingsPerGroup) && (b < 0 || crossings[b] < _fabric.CrossingsPerGroup);
    }

    private void Count(PlanItem item, int by)
    {
        _endLoad[item.First] += by;
        _endLoad[_fabric.SecondEnd(item)] += by;
        var (a, b) = _fabric.Boundaries(item.First, item.Second);
        if (a >= 0) _boundaryLoad[a] += by;
        if (b >= 0) _boundaryLoad[b] += by;
        if (a < 0 || b < 0) return;
        _between[a, b] += by;
        _between[b, a] += by;
    }

    private (double Scarcest, double Crossing, int Ends) Urgency(PlanItem item)
    {
        int first = _endLoad[item.First], second = _endLoad[_fabric.SecondEnd(item)];
        var (a, b) = _fabric.Boundaries(item.First, item.Second);
        double loadA = a < 0 ? 0 : (double)_boundaryLoad[a] / _fabric.CrossingsPerGroup, loadB = b < 0 ? 0 : (double)_boundaryLoad[b] / _fabric.CrossingsPerGroup;
        // Groups with much left between each other come first: at the end they would have nobody else to be matched with.
        var between = a < 0 || b < 0 ? 0 : _between[a, b];
        return (Math.Max(Math.Max(first, second), Math.Max(loadA, loadB)), loadA + loadB + between, first + second);
    }
}
