using System.Collections.Immutable;
using NetGraph.Graphs.Coloring;

namespace NetGraph.Collector.Planning;

/// <summary>Plans a full mesh in which no two tests that run at once share a node, nor more than allowed a group's uplink.</summary>
public static class MeshPlanner
{
    /// <summary>Plans one test each way between every two nodes.</summary>
    /// <remarks>
    /// Where a round-robin tournament keeps to the limits, its rounds are the plan, which meets the bound. Otherwise each round is filled greedily
    /// with the pairs whose scarcest resource (endpoint, boundary) has most work left: list scheduling (R. L. Graham, 1969). Deterministic.
    /// O(tests x pairs) time then.
    /// </remarks>
    /// <param name="groups">The group of each node whose boundary is capped; the empty string for a node that shares no uplink.</param>
    /// <param name="limits">What may go on at once.</param>
    public static MeshPlan PlanFullMesh(IReadOnlyList<string> groups, PlanLimits limits)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.CrossingsPerGroup, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxConcurrent ?? 1, 1);
        var mesh = new CappedMesh(groups, limits);
        Round[] tournament = [.. RoundRobin.Rounds(groups.Count).Select(pairs => new Round([.. pairs.Select(pair => new NodePair(pair.First, pair.Second))]))];
        return new MeshPlan([.. tournament.All(mesh.Allows) ? tournament : mesh.FillRounds()], LowerBound(groups, limits));
    }

    /// <summary>
    /// The largest of: tests of one endpoint, tests across one boundary over its cap, all tests of one group over how many of them can run at once,
    /// all tests between some groups over how many of those can, and all tests over how many can run at once.
    /// </summary>
    private static int LowerBound(IReadOnlyList<string> groups, PlanLimits limits)
    {
        var count = groups.Count;
        if (count < 2) return 0;
        var atOnce = Math.Min(count / 2, limits.MaxConcurrent ?? int.MaxValue);
        var cap = limits.CrossingsPerGroup;
        var bound = Math.Max(count - 1, DivideUp(count * (count - 1) / 2, atOnce));
        int[] sizes = [.. groups.Where(group => group.Length > 0).GroupBy(group => group).Select(group => group.Count()).OrderDescending()];
        foreach (var size in sizes)
        {
            int crossing = size * (count - size), inside = size * (size - 1) / 2;
            bound = Math.Max(bound, DivideUp(crossing, cap));
            // Each test across the boundary leaves one node less for tests inside.
            var most = Enumerable.Range(0, Math.Min(Math.Min(cap, size), count - size) + 1).Max(across => across + ((size - across) / 2));
            if (most > 0) bound = Math.Max(bound, DivideUp(crossing + inside, most));
        }

        // Three groups with one crossing each: one test at a time between them, for each takes up two. The largest groups have most to do.
        var (nodes, squares) = (0, 0);
        for (var taken = 1; taken <= sizes.Length; taken++)
        {
            nodes += sizes[taken - 1];
            squares += sizes[taken - 1] * sizes[taken - 1];
            var between = ((nodes * nodes) - squares) / 2;
            if (between > 0) bound = Math.Max(bound, (int)Math.Ceiling((double)between / ((long)taken * cap / 2)));
        }

        // A round has a forward and a reverse slot.
        return 2 * bound;
    }

    private static int DivideUp(int a, int b) => (a + b - 1) / b;

    /// <summary>The pairs that are still to be tested, and what each resource has left to do.</summary>
    private sealed class CappedMesh
    {
        private readonly int[] _group;
        private readonly int _crossingsPerGroup;
        private readonly int _atOnce;
        private readonly int[] _endpointLoad;
        private readonly int[] _boundaryLoad;
        private readonly int[,] _between;

        public CappedMesh(IReadOnlyList<string> groups, PlanLimits limits)
        {
            var numbers = groups.Where(group => group.Length > 0).Distinct().Select((name, number) => (name, number)).ToDictionary(item => item.name, item => item.number);
            _group = [.. groups.Select(group => group.Length > 0 ? numbers[group] : -1)];
            _crossingsPerGroup = limits.CrossingsPerGroup;
            _atOnce = Math.Min(groups.Count / 2, limits.MaxConcurrent ?? int.MaxValue);
            _endpointLoad = [.. groups.Select(_ => groups.Count - 1)];
            _boundaryLoad = new int[numbers.Count];
            _between = new int[numbers.Count, numbers.Count];
            for (var a = 0; a < _group.Length; a++)
            {
                for (var b = 0; b < _group.Length; b++)
                {
                    if (_group[a] >= 0 && _group[b] >= 0 && _group[a] != _group[b]) _between[_group[a], _group[b]]++;
                }
            }

            foreach (var group in _group.Where(group => group >= 0)) _boundaryLoad[group] += groups.Count - _group.Count(other => other == group);
        }

        /// <summary>Whether a round keeps to the limits.</summary>
        public bool Allows(Round round) =>
            round.Pairs.Length <= _atOnce && !round.Pairs.SelectMany(Boundaries).CountBy(group => group).Any(count => count.Value > _crossingsPerGroup);

        public IEnumerable<Round> FillRounds()
        {
            var left = new List<NodePair>();
            for (var a = 0; a < _group.Length; a++)
            {
                for (var b = a + 1; b < _group.Length; b++) left.Add(new NodePair(a, b));
            }

            var open = new NodePair[left.Count];
            while (left.Count > 0)
            {
                var round = new OpenRound(new bool[_group.Length], new int[_boundaryLoad.Length]);
                var pairs = ImmutableArray.CreateBuilder<NodePair>();
                left.CopyTo(open);
                var openCount = left.Count;
                // Anew after each choice: two tests across the same two boundaries may leave a third one idle.
                while (pairs.Count < _atOnce && TakeMostUrgent(open, ref openCount, round) is { } pair) pairs.Add(pair);
                left.RemoveAll(pair => round.Taken[pair.First] && round.Taken[pair.Second] && pairs.Contains(pair));
                yield return new Round(pairs.ToImmutable());
            }
        }

        /// <summary>Drops the pairs that the round has no room for any more, and takes the most urgent of the others.</summary>
        private NodePair? TakeMostUrgent(NodePair[] open, ref int openCount, OpenRound round)
        {
            var kept = 0;
            NodePair? best = null;
            (double, double, int) bestUrgency = default;
            foreach (var pair in open.AsSpan(0, openCount))
            {
                int a = _group[pair.First], b = _group[pair.Second];
                var isFull = a != b && ((a >= 0 && round.Crossings[a] == _crossingsPerGroup) || (b >= 0 && round.Crossings[b] == _crossingsPerGroup));
                if (isFull || round.Taken[pair.First] || round.Taken[pair.Second]) continue;
                open[kept++] = pair;
                var urgency = Urgency(pair, a, b);
                if (best is not null && urgency.CompareTo(bestUrgency) <= 0) continue;
                (best, bestUrgency) = (pair, urgency);
            }

            openCount = kept;
            if (best is { } chosen) Take(chosen, round);
            return best;
        }

        private void Take(NodePair pair, OpenRound round)
        {
            round.Taken[pair.First] = round.Taken[pair.Second] = true;
            _endpointLoad[pair.First]--;
            _endpointLoad[pair.Second]--;
            int a = _group[pair.First], b = _group[pair.Second];
            if (a >= 0 && b >= 0 && a != b)
            {
                _between[a, b]--;
                _between[b, a]--;
            }

            foreach (var group in Boundaries(pair))
            {
                round.Crossings[group]++;
                _boundaryLoad[group]--;
            }
        }

        private (double Scarcest, double Crossing, int Endpoints) Urgency(NodePair pair, int a, int b)
        {
            int first = _endpointLoad[pair.First], second = _endpointLoad[pair.Second];
            if (a == b) return (Math.Max(first, second), 0, first + second);
            double loadA = a < 0 ? 0 : (double)_boundaryLoad[a] / _crossingsPerGroup, loadB = b < 0 ? 0 : (double)_boundaryLoad[b] / _crossingsPerGroup;
            // Groups with much left between each other come first: at the end they would have nobody else to be matched with.
            var between = a < 0 || b < 0 ? 0 : _between[a, b];
            return (Math.Max(Math.Max(first, second), Math.Max(loadA, loadB)), loadA + loadB + between, first + second);
        }

        private IEnumerable<int> Boundaries(NodePair pair)
        {
            int a = _group[pair.First], b = _group[pair.Second];
            if (a == b) yield break;
            if (a >= 0) yield return a;
            if (b >= 0) yield return b;
        }

        private readonly record struct OpenRound(bool[] Taken, int[] Crossings);
    }
}
