using NetGraph.Graphs.Coloring;

namespace NetGraph.Collector.Planning;

/// <summary>Plans cycles in which no two tests that run at once share an end of a node, nor more than allowed a group's uplink.</summary>
public static class MeshPlanner
{
    /// <summary>Plans one cycle of a mesh.</summary>
    /// <remarks>
    /// A full mesh that keeps its limits by itself meets the bound: the rounds of a tournament by pair, i to i + r by direction. A sample is
    /// the next rounds of a tournament of nodes shuffled anew each epoch: a union of perfect matchings is regular and brings its own best colouring.
    /// All else is scheduled; see <see cref="PlanTests"/>. Deterministic.
    /// </remarks>
    /// <param name="nodes">The nodes, sorted by name (ordinal), no name twice.</param>
    /// <param name="options">Which tests, and which may run at once.</param>
    /// <param name="cycle">Number of the cycle, zero or more: a sample differs from cycle to cycle.</param>
    /// <exception cref="ArgumentException">The nodes are not sorted, a name occurs twice, or an option is outside its range.</exception>
    public static MeshPlan Plan(IReadOnlyList<PlanNode> nodes, PlanOptions options, long cycle)
    {
        Check(nodes, options);
        ArgumentOutOfRangeException.ThrowIfNegative(cycle);
        var fabric = new Fabric(nodes, options);
        var rounds = FullMesh(nodes, fabric);
        return Finish(fabric, Fits(fabric, rounds) ? rounds : Schedule(fabric, [.. rounds.SelectMany(round => round)]));
    }

    /// <summary>Plans any set of directed tests.</summary>
    /// <param name="nodes">The nodes, sorted by name (ordinal), no name twice.</param>
    /// <param name="tests">The tests, by indexes of nodes; none twice.</param>
    /// <param name="options">Which tests may run at once.</param>
    /// <exception cref="ArgumentException">The nodes are not sorted, a name or test occurs twice, a test cannot be, or an option is outside its range.</exception>
    public static MeshPlan PlanTests(IReadOnlyList<PlanNode> nodes, IReadOnlyCollection<NodePair> tests, PlanOptions options)
    {
        Check(nodes, options);
        ArgumentNullException.ThrowIfNull(tests);
        var fabric = new Fabric(nodes, options);
        var items = new List<PlanItem>();
        var wanted = new HashSet<NodePair>();
        foreach (var test in tests)
        {
            if (test.First < 0 || test.Second < 0 || test.First >= nodes.Count || test.Second >= nodes.Count || test.First == test.Second || !nodes[test.First].CanTest(nodes[test.Second]))
                throw new ArgumentException($"There can be no test from node {test.First} to node {test.Second} of {nodes.Count}: they must differ, and one must have an agent and the other answer.", nameof(tests));
            if (!wanted.Add(test)) throw new ArgumentException($"The test from node {test.First} to node {test.Second} is requested twice.", nameof(tests));
        }

        foreach (var test in wanted.OrderBy(test => test.First).ThenBy(test => test.Second))
        {
            var isTwoWay = !fabric.IsDirected && wanted.Contains(new NodePair(test.Second, test.First));
            if (!isTwoWay || test.First < test.Second) items.Add(new PlanItem(test.First, test.Second, isTwoWay));
        }

        return Finish(fabric, Schedule(fabric, [.. items]));
    }

    private static void Check(IReadOnlyList<PlanNode> nodes, PlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Degree, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Limits.CrossingsPerGroup, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Limits.MaxConcurrent ?? 1, 1);
        for (var i = 1; i < nodes.Count; i++)
        {
            if (string.CompareOrdinal(nodes[i - 1].Name, nodes[i].Name) >= 0)
                throw new ArgumentException($"The nodes must be sorted by name (ordinal), each name once: '{nodes[i].Name}' follows '{nodes[i - 1].Name}'.", nameof(nodes));
        }
    }

    private static IEnumerable<PlanItem[]> FullMesh(IReadOnlyList<PlanNode> nodes, Fabric fabric)
    {
        if (fabric.IsDirected)
        {
            for (var shift = 1; shift < nodes.Count; shift++)
                yield return [.. Enumerable.Range(0, nodes.Count).Select(i => new PlanItem(i, (i + shift) % nodes.Count, false)).Where(item => nodes[item.First].CanTest(nodes[item.Second]))];
        }
        else
        {
            foreach (var round in RoundRobin.Rounds(nodes.Count))
                yield return [.. round.Where(pair => nodes[pair.First].CanTest(nodes[pair.Second])).Select(pair => new PlanItem(pair.First, pair.Second, true))];
        }
    }

    private static bool Fits(Fabric fabric, IEnumerable<PlanItem[]> rounds)
    {
        var crossings = new int[fabric.GroupCount];
        foreach (var round in rounds)
        {
            if (round.Length > fabric.MaxConcurrent) return false;
            Array.Clear(crossings);
            foreach (var item in round)
            {
                var (a, b) = fabric.Boundaries(item.First, item.Second);
                if (a >= 0 && ++crossings[a] > fabric.CrossingsPerGroup) return false;
                if (b >= 0 && ++crossings[b] > fabric.CrossingsPerGroup) return false;
            }
        }

        return true;
    }

    private static List<PlanItem[]> Schedule(Fabric fabric, PlanItem[] items) => new GreedyScheduler(fabric, items).Fill();

    private static MeshPlan Finish(Fabric fabric, IEnumerable<PlanItem[]> rounds)
    {
        var (roundCount, slotCount, testCount) = (0, 0, 0L);
        foreach (var round in rounds)
        {
            if (round.Length == 0) continue;
            roundCount++;
            slotCount += round.Max(item => item.Slots);
            testCount += round.Sum(item => item.Slots);
        }

        var bound = PlanBound.Slots(fabric, rounds.SelectMany(round => round));
        return new MeshPlan(RoundsOf(fabric, rounds), roundCount, slotCount, testCount, bound);
    }

    private static IEnumerable<Round> RoundsOf(Fabric fabric, IEnumerable<PlanItem[]> rounds)
    {
        var marks = new Interference(fabric);
        foreach (var round in rounds)
        {
            if (round.Length == 0) continue;
            var forward = marks.Mark([.. round.Select(item => new NodePair(item.First, item.Second))]);
            var back = marks.Mark([.. round.Where(item => item.IsTwoWay).Select(item => new NodePair(item.Second, item.First))]);
            yield return new Round(back.Tests.Length > 0 ? [forward, back] : [forward]);
        }
    }
}
