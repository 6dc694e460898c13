using System.Collections.Immutable;
using NetGraph.Graphs.Coloring;

namespace NetGraph.Collector.Planning;

/// <summary>Plans a full mesh in which no two tests that run at once share a node, nor more than allowed a group's uplink.</summary>
public static class MeshPlanner
{
    /// <summary>Plans one test each way between every two nodes.</summary>
    /// <remarks>
    /// Without limits that bind, the rounds are those of a round-robin tournament, which meets the bound. With them, each round is filled greedily
    /// with the pairs whose scarcest resource (endpoint, boundary) has most work left: list scheduling (R. L. Graham, 1969). Deterministic.
    /// O(rounds x pairs) time with limits.
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
        var rounds = mesh.IsCapped ? mesh.FillRounds() : RoundRobin.Rounds(groups.Count).Select(pairs => new Round([.. pairs.Select(pair => new NodePair(pair.First, pair.Second))]));
        return new MeshPlan([.. rounds], LowerBound(groups, limits));
    }

    /// <summary>
    /// The largest of: tests of one endpoint, tests across one boundary over its cap, and all tests over how many can run at once.
    /// </summary>
    private static int LowerBound(IReadOnlyList<string> groups, PlanLimits limits)
    {
        var count = groups.Count;
        if (count < 2) return 0;
        var atOnce = Math.Min(count / 2, limits.MaxConcurrent ?? int.MaxValue);
        var bound = Math.Max(2 * (count - 1), DivideUp(count * (count - 1), atOnce));
        foreach (var group in groups.Where(group => group.Length > 0).GroupBy(group => group))
        {
            var crossing = 2 * group.Count() * (count - group.Count());
            bound = Math.Max(bound, DivideUp(crossing, limits.CrossingsPerGroup));
        }

        // A round has a forward and a reverse slot.
        return bound + (bound % 2);
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

        public CappedMesh(IReadOnlyList<string> groups, PlanLimits limits)
        {
            var numbers = groups.Where(group => group.Length > 0).Distinct().Select((name, number) => (name, number)).ToDictionary(item => item.name, item => item.number);
            _group = [.. groups.Select(group => group.Length > 0 ? numbers[group] : -1)];
            _crossingsPerGroup = limits.CrossingsPerGroup;
            _atOnce = Math.Min(groups.Count / 2, limits.MaxConcurrent ?? int.MaxValue);
            _endpointLoad = [.. groups.Select(_ => groups.Count - 1)];
            _boundaryLoad = new int[numbers.Count];
            foreach (var group in _group.Where(group => group >= 0)) _boundaryLoad[group] += groups.Count - _group.Count(other => other == group);
        }

        public bool IsCapped => _boundaryLoad.Any(load => load > 0) || _atOnce < _group.Length / 2;

        public IEnumerable<Round> FillRounds()
        {
            var left = new List<NodePair>();
            for (var a = 0; a < _group.Length; a++)
            {
                for (var b = a + 1; b < _group.Length; b++) left.Add(new NodePair(a, b));
            }

            while (left.Count > 0)
            {
                var ordered = left.Select(pair => (pair, Urgency: Urgency(pair))).OrderByDescending(item => item.Urgency).ToList();
                var taken = new bool[_group.Length];
                var crossings = new int[_boundaryLoad.Length];
                var pairs = ImmutableArray.CreateBuilder<NodePair>();
                foreach (var (pair, _) in ordered)
                {
                    if (pairs.Count == _atOnce) break;
                    if (taken[pair.First] || taken[pair.Second] || Boundaries(pair).Any(group => crossings[group] == _crossingsPerGroup)) continue;
                    pairs.Add(pair);
                    taken[pair.First] = taken[pair.Second] = true;
                    _endpointLoad[pair.First]--;
                    _endpointLoad[pair.Second]--;
                    foreach (var group in Boundaries(pair))
                    {
                        crossings[group]++;
                        _boundaryLoad[group]--;
                    }
                }

                var chosen = pairs.ToHashSet();
                left.RemoveAll(chosen.Contains);
                yield return new Round(pairs.ToImmutable());
            }
        }

        private (int Scarcest, int Endpoints) Urgency(NodePair pair)
        {
            var scarcest = Math.Max(_endpointLoad[pair.First], _endpointLoad[pair.Second]);
            foreach (var group in Boundaries(pair)) scarcest = Math.Max(scarcest, _boundaryLoad[group] / _crossingsPerGroup);
            return (scarcest, _endpointLoad[pair.First] + _endpointLoad[pair.Second]);
        }

        private IEnumerable<int> Boundaries(NodePair pair)
        {
            int a = _group[pair.First], b = _group[pair.Second];
            if (a == b) yield break;
            if (a >= 0) yield return a;
            if (b >= 0) yield return b;
        }
    }
}
