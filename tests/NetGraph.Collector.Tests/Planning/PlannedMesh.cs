using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Collector.Planning;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Tests.Planning;

/// <summary>Nodes and options to plan for, and what every plan of theirs must hold, checked without the planner's own parts.</summary>
internal sealed record PlannedMesh(PlanNode[] Nodes, PlanOptions Options)
{
    private static readonly string[] Names = ["", "a", "b", "c", "d"];

    /// <summary>Up to 16 nodes of no or any of four groups, any caps, both isolations.</summary>
    public static Arbitrary<PlannedMesh> Any { get; } = (
        from groups in Gen.Elements(Names).ListOf().Select(groups => groups.Take(16).ToArray())
        from crossings in Gen.Choose(1, 4)
        from atOnce in Gen.Choose(0, 9)
        from isolation in Gen.Elements(Isolation.Pair, Isolation.Direction)
        select Of(groups, new PlanLimits { CrossingsPerGroup = crossings, MaxConcurrent = atOnce == 0 ? null : atOnce }, isolation)).ToArbitrary();

    public static PlannedMesh Of(IReadOnlyList<string> groups, PlanLimits? limits = null, Isolation isolation = Isolation.Pair) => new(
        [.. groups.Select((group, i) => new PlanNode(i.ToString("00000", CultureInfo.InvariantCulture), group))],
        new PlanOptions { Limits = limits ?? new PlanLimits(), Isolation = isolation });

    /// <summary>Groups of the given sizes, one after the other.</summary>
    public static PlannedMesh OfSizes(params int[] sizes) => Of([.. sizes.SelectMany((size, number) => Enumerable.Repeat($"g{number}", size))]);

    public MeshPlan Plan(long cycle = 0) => MeshPlanner.Plan(Nodes, Options, cycle);

    /// <summary>All ordered pairs of different nodes.</summary>
    public HashSet<NodePair> AllPairs() =>
        [.. from a in Enumerable.Range(0, Nodes.Length) from b in Enumerable.Range(0, Nodes.Length) where a != b select new NodePair(a, b)];

    /// <summary>What is wrong with a plan that should have these tests, or <see langword="null"/>.</summary>
    public string? FindFault(MeshPlan plan, IReadOnlySet<NodePair> wanted)
    {
        var rounds = plan.Rounds.ToList();
        var slots = rounds.SelectMany(round => round.Slots).ToList();
        var tests = slots.SelectMany(slot => slot.Tests).Select(test => new NodePair(test.Source, test.Destination)).ToList();
        if (tests.Count != tests.Distinct().Count()) return "a test occurs twice";
        if (!wanted.SetEquals(tests)) return $"the tests are not those that were wanted: {tests.Count} for {wanted.Count}";
        if ((plan.RoundCount, plan.SlotCount, plan.TestCount) != (rounds.Count, slots.Count, tests.Count)) return "the counts are not those of the rounds";
        if (slots.Any(slot => slot.Tests.Length == 0)) return "a slot is empty";
        if (slots.Any(slot => slot.Tests.Length > (Options.Limits.MaxConcurrent ?? int.MaxValue))) return "more tests at once than allowed";
        return slots.Select(FindFault).FirstOrDefault(fault => fault is not null) ?? (Options.Isolation == Isolation.Pair ? rounds.Select(FindFault).FirstOrDefault(fault => fault is not null) : null);
    }

    private string? FindFault(Slot slot)
    {
        bool IsRepeated(IEnumerable<int> numbers) => numbers.GroupBy(number => number).Any(group => group.Count() > 1);
        var (sources, destinations) = (slot.Tests.Select(test => test.Source), slot.Tests.Select(test => test.Destination));
        if (Options.Isolation == Isolation.Pair ? IsRepeated(sources.Concat(destinations)) : IsRepeated(sources) || IsRepeated(destinations)) return "an end is taken twice in a slot";
        var crossings = slot.Tests.SelectMany(Boundaries).GroupBy(group => group).ToDictionary(group => group.Key, group => group.Count());
        if (crossings.Values.Any(count => count > Options.Limits.CrossingsPerGroup)) return "more tests across a boundary than allowed";
        foreach (var test in slot.Tests)
        {
            var isShared = Boundaries(test).Any(group => crossings[group] > 1) || slot.Tests.Any(other => other.Destination == test.Source || other.Source == test.Destination);
            if (isShared != test.IsInterfered) return $"{test} is marked wrongly";
        }

        return null;
    }

    private static string? FindFault(Round round) => round.Slots switch
    {
        [_] => null,
        [var forward, var back] when back.Tests.All(test => forward.Tests.Any(other => other.Source == test.Destination && other.Destination == test.Source)) => null,
        _ => "a round is not a forward slot and its reverse",
    };

    private IEnumerable<string> Boundaries(PlannedTest test)
    {
        string a = Nodes[test.Source].Group, b = Nodes[test.Destination].Group;
        return a == b ? [] : new[] { a, b }.Where(group => group.Length > 0);
    }
}
