using FsCheck;
using FsCheck.Fluent;
using NetGraph.Collector.Planning;

namespace NetGraph.Collector.Tests.Planning;

public sealed class TargetPlannerTests
{
    private static readonly string[] Names = ["", "a", "b"];

    private static Arbitrary<((string Group, bool IsTarget)[] Nodes, PlanLimits Limits)> Meshes { get; } = (
        from nodes in (from name in Gen.Elements(Names) from isTarget in Gen.Elements(true, false) select (name, isTarget)).ListOf().Select(nodes => nodes.Take(14).ToArray())
        from crossings in Gen.Choose(1, 3)
        from atOnce in Gen.Choose(0, 4)
        select (nodes, new PlanLimits { CrossingsPerGroup = crossings, MaxConcurrent = atOnce == 0 ? null : atOnce })).ToArbitrary();

    [Fact]
    public void Every_pair_with_an_agent_is_tested_once_each_way_and_targets_never_meet() => Prop.ForAll(Meshes, mesh =>
    {
        var tests = Plan(mesh).Rounds.SelectMany(round => round.Slot(false).Concat(round.Slot(true))).ToList();
        int count = mesh.Nodes.Length, targets = mesh.Nodes.Count(node => node.IsTarget);
        return tests.Count == (count * (count - 1)) - (targets * (targets - 1)) && tests.Distinct().Count() == tests.Count
            && tests.All(test => test.First != test.Second && !(mesh.Nodes[test.First].IsTarget && mesh.Nodes[test.Second].IsTarget));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nobody_is_twice_in_a_round_and_no_limit_is_exceeded() => Prop.ForAll(Meshes, mesh => Plan(mesh).Rounds.All(round =>
    {
        var ends = round.Pairs.SelectMany(pair => new[] { pair.First, pair.Second }).ToList();
        var crossings = round.Pairs.Select(pair => (A: mesh.Nodes[pair.First].Group, B: mesh.Nodes[pair.Second].Group)).Where(pair => pair.A != pair.B)
            .SelectMany(pair => new[] { pair.A, pair.B }).Where(group => group.Length > 0).GroupBy(group => group);
        return ends.Distinct().Count() == ends.Count && round.Pairs.Length >= 1 && round.Pairs.Length <= (mesh.Limits.MaxConcurrent ?? int.MaxValue)
            && crossings.All(group => group.Count() <= mesh.Limits.CrossingsPerGroup);
    })).QuickCheckThrowOnFailure();

    [Fact]
    public void No_plan_is_shorter_than_its_bound() => Prop.ForAll(Meshes, mesh => Plan(mesh) is var plan && plan.SlotCount >= plan.LowerBoundSlots).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 5, 5)]
    [InlineData(2, 2, 3)]
    [InlineData(3, 1, 6)]
    [InlineData(4, 8, 11)]
    public void Without_limits_the_targets_take_as_many_rounds_as_the_larger_side_has_nodes(int agents, int targets, int rounds)
    {
        var plan = TargetPlanner.PlanFullMesh([.. Enumerable.Repeat("", agents + targets)], [.. Enumerable.Range(0, agents + targets).Select(i => i >= agents)], new PlanLimits());

        Assert.Equal(rounds, plan.Rounds.Length);
    }

    private static MeshPlan Plan(((string Group, bool IsTarget)[] Nodes, PlanLimits Limits) mesh) =>
        TargetPlanner.PlanFullMesh([.. mesh.Nodes.Select(node => node.Group)], [.. mesh.Nodes.Select(node => node.IsTarget)], mesh.Limits);
}
