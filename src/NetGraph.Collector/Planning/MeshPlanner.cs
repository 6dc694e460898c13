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
        var pairs = options.Pairs != PairSelection.Auto ? options.Pairs : nodes.Count <= PlanOptions.LargestAutomaticFullMesh ? PairSelection.Full : PairSelection.Sampled;
        var selection = pairs switch
        {
            PairSelection.Sampled => MeshSelection.Sample(nodes, fabric, options.Degree, cycle),
            PairSelection.Zones => MeshSelection.Zones(nodes, fabric, options.Degree, cycle),
            _ => MeshSelection.Full(nodes, fabric),
        };
        return Finish(fabric, Arrange(fabric, selection.Rounds), PossibleTests(nodes), selection.CyclesToCover);
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

        return Finish(fabric, RoundSchedule.Of(fabric, [.. items]), PossibleTests(nodes), cyclesToCover: 1);
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

    /// <summary>Keeps rounds that keep to the limits and meet the bound; else spreads their items anew.</summary>
    private static IEnumerable<ArraySegment<PlanItem>> Arrange(Fabric fabric, IEnumerable<ArraySegment<PlanItem>> rounds)
    {
        // In a tournament pairs that follow each other within half a round are disjoint, over the end of the round too: smaller rounds can be cut from the whole.
        var cut = rounds.Any(round => round.Count > fabric.MaxConcurrent) ? rounds.SelectMany(round => round).Chunk(fabric.MaxConcurrent).Select(chunk => new ArraySegment<PlanItem>(chunk)) : rounds;
        var isAllowed = fabric.Allows(cut);
        if (isAllowed && SlotsOf(cut) == PlanBound.Slots(fabric, cut.SelectMany(round => round))) return cut;
        var spread = RoundSchedule.Of(fabric, [.. rounds.SelectMany(round => round)]);
        return isAllowed && SlotsOf(cut) <= SlotsOf(spread) ? cut : spread;
    }

    private static long SlotsOf(IEnumerable<ArraySegment<PlanItem>> rounds) => rounds.Sum(round => (long)RoundSchedule.SlotsOf(round));

    private static MeshPlan Finish(Fabric fabric, IEnumerable<ArraySegment<PlanItem>> rounds, long possibleTests, int cyclesToCover)
    {
        var (roundCount, slotCount, testCount) = (0, 0, 0L);
        foreach (var round in rounds)
        {
            if (round.Count == 0) continue;
            roundCount++;
            slotCount += RoundSchedule.SlotsOf(round);
            foreach (var item in round) testCount += item.Slots;
        }

        var bound = PlanBound.Slots(fabric, rounds.SelectMany(round => round));
        return new MeshPlan(RoundsOf(fabric, rounds), roundCount, slotCount, testCount, bound)
        {
            CoverageRatio = possibleTests == 0 ? 1 : (double)testCount / possibleTests,
            CyclesToCover = cyclesToCover,
        };
    }

    /// <summary>How many ordered pairs can be tested, and are wanted.</summary>
    private static long PossibleTests(IReadOnlyList<PlanNode> nodes)
    {
        // Nodes are alike but for their roles, which are few.
        (PlanNode Node, long Count)[] roles = [.. nodes.GroupBy(node => (node.IsSource, node.IsTarget, node.Sends, node.Receives)).Select(alike => (alike.First(), alike.LongCount()))];
        return roles.Sum(from => roles.Where(to => from.Node.Tests(to.Node)).Sum(to => from.Count * (from.Node == to.Node ? to.Count - 1 : to.Count)));
    }

    private static IEnumerable<Round> RoundsOf(Fabric fabric, IEnumerable<ArraySegment<PlanItem>> rounds)
    {
        var marks = new Interference(fabric);
        foreach (var round in rounds)
        {
            if (round.Count == 0) continue;
            var forward = marks.Mark([.. round.Select(item => new NodePair(item.First, item.Second))]);
            var back = marks.Mark([.. round.Where(item => item.IsTwoWay).Select(item => new NodePair(item.Second, item.First))]);
            yield return new Round(back.Tests.Length > 0 ? [forward, back] : [forward]);
        }
    }
}
