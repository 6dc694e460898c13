using FsCheck;
using FsCheck.Fluent;
using NetGraph.Collector.Planning;

namespace NetGraph.Collector.Tests.Planning;

public sealed class MeshPlannerTests
{
    private static readonly string[] Names = ["", "a", "b", "c", "d"];

    private static Arbitrary<(string[] Groups, PlanLimits Limits)> Meshes { get; } = (
        from groups in Gen.Elements(Names).ListOf().Select(groups => groups.Take(16).ToArray())
        from crossings in Gen.Choose(1, 4)
        from atOnce in Gen.Choose(0, 9)
        select (groups, new PlanLimits { CrossingsPerGroup = crossings, MaxConcurrent = atOnce == 0 ? null : atOnce })).ToArbitrary();

    [Fact]
    public void Every_pair_is_tested_once_each_way() => Prop.ForAll(Meshes, mesh =>
    {
        var plan = MeshPlanner.PlanFullMesh(mesh.Groups, mesh.Limits);
        var tests = plan.Rounds.SelectMany(round => round.Slot(false).Concat(round.Slot(true))).ToList();
        var count = mesh.Groups.Length;
        return tests.Count == count * (count - 1) && tests.Distinct().Count() == tests.Count && plan.TestCount == tests.Count
            && tests.All(test => test.First != test.Second && test.First >= 0 && test.Second >= 0 && test.First < count && test.Second < count);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nobody_is_twice_in_a_round_and_no_limit_is_exceeded() => Prop.ForAll(Meshes, mesh =>
        MeshPlanner.PlanFullMesh(mesh.Groups, mesh.Limits).Rounds.All(round =>
        {
            var ends = round.Pairs.SelectMany(pair => new[] { pair.First, pair.Second }).ToList();
            var crossings = round.Pairs.Select(pair => (A: mesh.Groups[pair.First], B: mesh.Groups[pair.Second])).Where(pair => pair.A != pair.B)
                .SelectMany(pair => new[] { pair.A, pair.B }).Where(group => group.Length > 0).GroupBy(group => group);
            return ends.Distinct().Count() == ends.Count
                && round.Pairs.Length >= 1 && round.Pairs.Length <= (mesh.Limits.MaxConcurrent ?? int.MaxValue)
                && crossings.All(group => group.Count() <= mesh.Limits.CrossingsPerGroup);
        })).QuickCheckThrowOnFailure();

    [Fact]
    public void No_plan_is_shorter_than_its_bound() => Prop.ForAll(Meshes, mesh =>
    {
        var plan = MeshPlanner.PlanFullMesh(mesh.Groups, mesh.Limits);
        return plan.LowerBoundSlots == Bound(mesh.Groups, mesh.Limits) && plan.SlotCount >= plan.LowerBoundSlots;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Same_mesh_gets_the_same_plan() => Prop.ForAll(Meshes, mesh =>
        MeshPlanner.PlanFullMesh(mesh.Groups, mesh.Limits).Rounds.SelectMany(round => round.Pairs).SequenceEqual(
            MeshPlanner.PlanFullMesh([.. mesh.Groups], mesh.Limits).Rounds.SelectMany(round => round.Pairs))).QuickCheckThrowOnFailure();

    [Fact]
    public void An_uncapped_mesh_meets_the_bound() => Prop.ForAll(Gen.Choose(0, 40).ToArbitrary(), count =>
    {
        var plan = MeshPlanner.PlanFullMesh([.. Enumerable.Repeat("", count)], new PlanLimits());
        return plan.Rounds.Length == (count < 2 ? 0 : count % 2 == 0 ? count - 1 : count) && plan.SlotCount == plan.LowerBoundSlots;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(new[] { 4, 4 }, 32)]
    [InlineData(new[] { 16 }, 30)]
    [InlineData(new[] { 4, 4, 4 }, 96)]
    [InlineData(new[] { 6, 3, 3 }, 90)]
    [InlineData(new[] { 5, 4, 3 }, 94)]
    [InlineData(new[] { 2, 2 }, 10)]
    [InlineData(new[] { 1, 1 }, 2)]
    public void Plans_well_known_meshes_in_as_few_slots_as_can_be(int[] sizes, int slots)
    {
        var plan = MeshPlanner.PlanFullMesh(GroupsOf(sizes), new PlanLimits());

        Assert.Equal(slots, plan.SlotCount);
        Assert.Equal(slots, plan.LowerBoundSlots);
    }

    [Fact]
    public void Stays_within_a_fifth_of_the_bound_for_2_to_6_groups_of_2_to_8() =>
        Prop.ForAll(Gen.Choose(2, 6).SelectMany(count => Gen.Choose(2, 8).ArrayOf(count)).ToArbitrary(), Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), (sizes, seed) =>
        {
            var groups = GroupsOf(sizes);
            new Random(seed).Shuffle(groups);
            return MeshPlanner.PlanFullMesh(groups, new PlanLimits()).SlotCount <= 1.2 * Bound(groups, new PlanLimits());
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(7, 8, 8, 6, 7, 6)]
    [InlineData(4, 4, 5, 7, 7, 5)]
    [InlineData(7, 7, 2, 2, 8, 3)]
    public void Stays_near_the_bound_where_groups_run_out_of_partners(params int[] sizes)
    {
        var plan = MeshPlanner.PlanFullMesh(GroupsOf(sizes), new PlanLimits());

        Assert.InRange(plan.SlotCount, plan.LowerBoundSlots, plan.LowerBoundSlots * 1.15);
    }

    [Fact]
    public void A_cap_that_a_tournament_never_meets_costs_nothing()
    {
        var plan = MeshPlanner.PlanFullMesh(GroupsOf([2, 8]), new PlanLimits { CrossingsPerGroup = 2 });

        Assert.Equal(18, plan.SlotCount);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, 0)]
    public void Refuses_limits_that_allow_nothing(int crossings, int? atOnce) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MeshPlanner.PlanFullMesh(["a", "b"], new PlanLimits { CrossingsPerGroup = crossings, MaxConcurrent = atOnce }));

    private static string[] GroupsOf(int[] sizes) => [.. sizes.SelectMany((size, number) => Enumerable.Repeat($"g{number}", size))];

    /// <summary>The bound by plain counting: every set of groups is tried, and the busiest node, group, set or whole mesh rules.</summary>
    private static int Bound(string[] groups, PlanLimits limits)
    {
        var count = groups.Length;
        if (count < 2) return 0;
        var pairs = (from a in Enumerable.Range(0, count) from b in Enumerable.Range(a + 1, count - a - 1) select (A: groups[a], B: groups[b])).ToList();
        var rounds = (double)Math.Max(count - 1, Rounds(pairs.Count, Math.Min(count / 2, limits.MaxConcurrent ?? count)));
        string[] names = [.. groups.Where(group => group.Length > 0).Distinct()];
        foreach (var name in names)
        {
            var crossing = pairs.Count(pair => (pair.A == name) != (pair.B == name));
            var touching = pairs.Count(pair => pair.A == name || pair.B == name);
            var size = groups.Count(group => group == name);
            rounds = Math.Max(rounds, Rounds(crossing, limits.CrossingsPerGroup));
            var most = 0;
            for (var across = 0; across <= limits.CrossingsPerGroup && across <= size && across <= count - size; across++) most = Math.Max(most, across + ((size - across) / 2));
            if (touching > 0) rounds = Math.Max(rounds, Rounds(touching, most));
        }

        for (var set = 1; set < 1 << names.Length; set++)
        {
            var chosen = names.Where((_, i) => (set >> i & 1) == 1).ToHashSet();
            var between = pairs.Count(pair => pair.A != pair.B && chosen.Contains(pair.A) && chosen.Contains(pair.B));
            if (between > 0) rounds = Math.Max(rounds, Rounds(between, chosen.Count * limits.CrossingsPerGroup / 2));
        }

        return (int)rounds * 2;
    }

    private static double Rounds(int tests, int atOnce) => Math.Ceiling((double)tests / atOnce);
}
