namespace NetGraph.Collector.Planning;

/// <summary>Tries to do with fewer rounds: items of the rounds too many are pushed into the others, and push out what is in their way.</summary>
/// <remarks>
/// The search by partial solutions of I. Blöchliger and N. Zufferey, "A graph coloring heuristic using partial solutions and a reactive tabu scheme",
/// Computers and Operations Research 35(3), 2008, with boundaries and places beside the ends: each step places the item that pushes out
/// fewest, and what was pushed out may not return to that round for some steps. It ends when all are placed or its effort is spent; the numbers it draws are always the same.
/// </remarks>
internal sealed class RoundRepair
{
    private const int Candidates = 16;
    private readonly Fabric _fabric;
    private readonly PlanItem[] _items;
    private readonly int _rounds;
    private readonly int[] _roundOf;
    private readonly int[] _atEnd;
    private readonly int[] _crossings;
    private readonly List<int>[] _inRound;
    private readonly int[] _place;
    private readonly List<int> _waiting = [];

    // By a hash of item and round: that a step is forbidden by mistake now and then does no harm.
    private readonly int[] _forbiddenUntil = new int[1 << 16];
    private SeededNumbers _random = new(1);
    private int _step;
    private long _effort;

    private RoundRepair(Fabric fabric, PlanItem[] items, int rounds, int[] start)
    {
        _fabric = fabric;
        _items = items;
        _rounds = rounds;
        _roundOf = [.. start];
        _atEnd = new int[fabric.EndCount * rounds];
        _atEnd.AsSpan().Fill(-1);
        _crossings = new int[fabric.GroupCount * rounds];
        _inRound = [.. Enumerable.Range(0, rounds).Select(_ => new List<int>())];
        _place = new int[items.Length];
        for (var item = 0; item < items.Length; item++)
        {
            if (start[item] < rounds) Place(item, start[item]);
            else Wait(item);
        }
    }

    /// <summary>Tries it.</summary>
    /// <param name="fabric">What tests share.</param>
    /// <param name="items">The items.</param>
    /// <param name="rounds">How many rounds there may be.</param>
    /// <param name="start">The rounds that the items have now.</param>
    /// <param name="effort">How many places may be looked at.</param>
    /// <returns>The round of each item; <see langword="null"/> when none was found.</returns>
    public static int[]? TryFit(Fabric fabric, PlanItem[] items, int rounds, int[] start, long effort)
    {
        var repair = new RoundRepair(fabric, items, rounds, start);
        while (repair._waiting.Count > 0 && repair._effort < effort) repair.Step();
        return repair._waiting.Count == 0 ? repair._roundOf : null;
    }

    private void Step()
    {
        _step++;
        int bestItem = -1, bestRound = -1, fewest = int.MaxValue, ties = 0;
        var look = Math.Min(_waiting.Count, Candidates);
        var first = _waiting.Count > Candidates ? _random.Below(_waiting.Count) : 0;
        for (var i = 0; i < look; i++)
        {
            var item = _waiting[(first + i) % _waiting.Count];
            for (var round = 0; round < _rounds; round++)
            {
                var pushed = CountInTheWay(item, round);
                if (pushed > fewest || (pushed > 0 && _forbiddenUntil[Hash(item, round)] > _step)) continue;
                ties = pushed < fewest ? 1 : ties + 1;
                if (ties == 1 || _random.Below(ties) == 0) (bestItem, bestRound, fewest) = (item, round, pushed);
            }
        }

        _effort += look * (long)_rounds;
        if (bestItem < 0) return;
        PushOut(bestItem, bestRound);
        _place[_waiting[^1]] = _place[bestItem];
        _waiting[_place[bestItem]] = _waiting[^1];
        _waiting.RemoveAt(_waiting.Count - 1);
        Place(bestItem, bestRound);
    }

    private int CountInTheWay(int item, int round)
    {
        var (a, b) = _fabric.Boundaries(_items[item].First, _items[item].Second);
        int atFirst = _atEnd[(_items[item].First * _rounds) + round], atSecond = _atEnd[(_fabric.SecondEnd(_items[item]) * _rounds) + round];
        var pushed = (atFirst >= 0 ? 1 : 0) + (atSecond >= 0 && atSecond != atFirst ? 1 : 0);
        // Who is in the way at an end may be the one who crosses.
        if (IsFull(a, round) && !Crosses(atFirst, a) && !Crosses(atSecond, a)) pushed++;
        if (IsFull(b, round) && !Crosses(atFirst, b) && !Crosses(atSecond, b)) pushed++;
        return pushed == 0 && _inRound[round].Count >= _fabric.MaxConcurrent ? 1 : pushed;
    }

    private void PushOut(int item, int round)
    {
        var (a, b) = _fabric.Boundaries(_items[item].First, _items[item].Second);
        PushOutAt(_items[item].First, round);
        PushOutAt(_fabric.SecondEnd(_items[item]), round);
        // First one that makes room at both boundaries, if there is such.
        while (IsFull(a, round) || IsFull(b, round))
        {
            int chosen = -1, most = 0, ties = 0;
            foreach (var other in _inRound[round])
            {
                var frees = (IsFull(a, round) && Crosses(other, a) ? 1 : 0) + (IsFull(b, round) && Crosses(other, b) ? 1 : 0);
                if (frees == 0 || frees < most) continue;
                ties = frees > most ? 1 : ties + 1;
                if (ties == 1 || _random.Below(ties) == 0) (chosen, most) = (other, frees);
            }

            _effort += _inRound[round].Count;
            PushOut(chosen);
        }

        if (_inRound[round].Count >= _fabric.MaxConcurrent) PushOut(_inRound[round][_random.Below(_inRound[round].Count)]);
    }

    private void PushOutAt(int end, int round)
    {
        if (_atEnd[(end * _rounds) + round] is >= 0 and var item) PushOut(item);
    }

    private void PushOut(int item)
    {
        var round = _roundOf[item];
        _forbiddenUntil[Hash(item, round)] = _step + 10 + _random.Below(10) + (_waiting.Count * 6 / 10);
        var row = _inRound[round];
        _place[row[^1]] = _place[item];
        row[_place[item]] = row[^1];
        row.RemoveAt(row.Count - 1);
        Occupy(item, round, -1);
        Wait(item);
    }

    private void Wait(int item)
    {
        _roundOf[item] = -1;
        _place[item] = _waiting.Count;
        _waiting.Add(item);
    }

    private void Place(int item, int round)
    {
        _roundOf[item] = round;
        _place[item] = _inRound[round].Count;
        _inRound[round].Add(item);
        Occupy(item, round, 1);
    }

    private void Occupy(int item, int round, int by)
    {
        _atEnd[(_items[item].First * _rounds) + round] = _atEnd[(_fabric.SecondEnd(_items[item]) * _rounds) + round] = by > 0 ? item : -1;
        var (a, b) = _fabric.Boundaries(_items[item].First, _items[item].Second);
        if (a >= 0) _crossings[(a * _rounds) + round] += by;
        if (b >= 0) _crossings[(b * _rounds) + round] += by;
    }

    private bool IsFull(int group, int round) => group >= 0 && _crossings[(group * _rounds) + round] >= _fabric.CrossingsPerGroup;

    private bool Crosses(int item, int group)
    {
        if (item < 0) return false;
        var (a, b) = _fabric.Boundaries(_items[item].First, _items[item].Second);
        return a == group || b == group;
    }

    private int Hash(int item, int round) => (int)((((uint)item * (uint)_rounds) + (uint)round) * 2654435769u >> 16);
}
