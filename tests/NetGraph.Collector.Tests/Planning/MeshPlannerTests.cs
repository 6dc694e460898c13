using FsCheck;
using FsCheck.Fluent;
using NetGraph.Collector.Planning;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Tests.Planning;

public sealed class MeshPlannerTests
{
    [Fact]
    public void Every_pair_is_tested_once_each_way_and_no_limit_is_exceeded() => Prop.ForAll(PlannedMesh.Any, mesh =>
        mesh.FindFault(mesh.Plan(), mesh.AllPairs()) is not { } fault ? true : throw new InvalidOperationException(fault)).QuickCheckThrowOnFailure();

    [Fact]
    public void Only_what_is_wanted_is_tested_and_a_sample_covers_it_within_its_epoch() => Prop.ForAll(
        (from mesh in PlannedMesh.Any.Generator from roles in Gen.Choose(0, 3).ArrayOf(16) from pairs in Gen.Elements(PairSelection.Full, PairSelection.Sampled, PairSelection.Zones) select (mesh, roles, pairs)).ToArbitrary(), choice =>
        {
            var (any, roles, pairs) = choice;
            PlanNode[] nodes = [.. any.Nodes.Select((node, i) => node with { Sends = (roles[i] & 1) == 1, Receives = (roles[i] & 2) == 2 })];
            var mesh = new PlannedMesh(nodes, any.Options with { Pairs = pairs, Degree = 3 });
            HashSet<NodePair> wanted = [.. mesh.AllPairs().Where(pair => nodes[pair.First].Sends && nodes[pair.Second].Receives)];
            var cycles = mesh.Plan().CyclesToCover;
            var covered = new HashSet<NodePair>();
            for (var cycle = 0; cycle < cycles; cycle++)
            {
                var plan = mesh.Plan(cycle);
                HashSet<NodePair> tests = [.. plan.Rounds.SelectMany(round => round.Slots).SelectMany(slot => slot.Tests).Select(test => new NodePair(test.Source, test.Destination))];
                if (mesh.FindFault(plan, tests) is { } fault) throw new InvalidOperationException(fault);
                if (wanted.Count > 0 && Math.Abs(plan.CoverageRatio - ((double)tests.Count / wanted.Count)) > 1e-9) throw new InvalidOperationException("the coverage is not of what is wanted");
                covered.UnionWith(tests);
            }

            return covered.SetEquals(wanted);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_mesh_gets_the_same_plan_however_often_it_is_read() => Prop.ForAll(PlannedMesh.Any, mesh =>
    {
        var plan = mesh.Plan();
        return Tests(plan).SequenceEqual(Tests(plan)) && Tests(plan).SequenceEqual(Tests(mesh.Plan()));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_uncapped_full_mesh_meets_the_bound() => Prop.ForAll(Gen.Choose(0, 40).ToArbitrary(), count =>
    {
        var mesh = PlannedMesh.Of([.. Enumerable.Repeat("", count)]);
        MeshPlan pair = mesh.Plan(), direction = (mesh with { Options = mesh.Options with { Isolation = Isolation.Direction } }).Plan();
        var rounds = count < 2 ? 0 : count % 2 == 0 ? count - 1 : count;
        return (pair.RoundCount, pair.SlotCount, pair.LowerBoundSlots) == (rounds, 2 * rounds, 2 * rounds)
            && (direction.RoundCount, direction.SlotCount, direction.LowerBoundSlots) == (Math.Max(0, count - 1), Math.Max(0, count - 1), Math.Max(0, count - 1));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_full_mesh_that_only_has_a_limit_of_tests_at_once_meets_the_bound() => Prop.ForAll(Gen.Choose(2, 30).Two().Zip(Gen.Elements(Isolation.Pair, Isolation.Direction)).ToArbitrary(), choice =>
    {
        var ((count, atOnce), isolation) = choice;
        var mesh = PlannedMesh.Of([.. Enumerable.Repeat("", count)], new PlanLimits { MaxConcurrent = atOnce }, isolation);
        var plan = mesh.Plan();
        return mesh.FindFault(plan, mesh.AllPairs()) is null && plan.SlotCount == plan.LowerBoundSlots && plan.LowerBoundSlots == CountedBound.Slots(mesh);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(new[] { 4, 4 }, 32)]
    [InlineData(new[] { 16 }, 30)]
    [InlineData(new[] { 4, 4, 4 }, 96)]
    [InlineData(new[] { 6, 3, 3 }, 90)]
    [InlineData(new[] { 5, 4, 3 }, 94)]
    [InlineData(new[] { 2, 2 }, 10)]
    [InlineData(new[] { 1, 1 }, 2)]
    [InlineData(new[] { 7, 8, 8, 6, 7, 6 }, 544)]
    [InlineData(new[] { 4, 4, 5, 7, 7, 5 }, 350)]
    [InlineData(new[] { 7, 7, 2, 2, 8, 3 }, 336)]
    public void Plans_well_known_meshes_in_as_few_slots_as_can_be(int[] sizes, int slots)
    {
        var plan = PlannedMesh.OfSizes(sizes).Plan();

        Assert.Equal((slots, slots), (plan.SlotCount, plan.LowerBoundSlots));
    }

    [Fact]
    public void The_bound_is_that_of_plain_counting_and_small_capped_meshes_stay_within_a_fifth_of_it() => Prop.ForAll(PlannedMesh.Any, mesh =>
    {
        var plan = mesh.Plan();
        return plan.LowerBoundSlots == CountedBound.Slots(mesh) && plan.SlotCount >= plan.LowerBoundSlots && plan.SlotCount <= 1.2 * plan.LowerBoundSlots;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Large_capped_meshes_stay_within_a_fifth_of_the_bound() => Prop.ForAll(PlannedMesh.Large, mesh =>
    {
        var plan = mesh.Plan();
        return mesh.FindFault(plan, mesh.AllPairs()) is null && plan.SlotCount >= plan.LowerBoundSlots && plan.SlotCount <= 1.2 * plan.LowerBoundSlots;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void Sampled_capped_meshes_stay_within_a_fifth_of_the_bound() => Prop.ForAll(PlannedMesh.Large, Gen.Choose(2, 8).ToArbitrary(), (mesh, degree) =>
    {
        var plan = (mesh with { Options = mesh.Options with { Pairs = PairSelection.Sampled, Degree = degree } }).Plan(degree);
        return mesh.FindFault(plan, Tests(plan).Select(PairOf).ToHashSet()) is null && plan.SlotCount >= plan.LowerBoundSlots && plan.SlotCount <= 1.2 * plan.LowerBoundSlots;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void Any_set_of_tests_is_planned_in_at_most_a_round_more_than_its_busiest_end_has() => Prop.ForAll(PlannedMesh.Any, Gen.Choose(0, 100).Two().ToArbitrary(), (capped, choice) =>
    {
        var mesh = capped with { Options = capped.Options with { Limits = new PlanLimits { CrossingsPerGroup = 1000 } } };
        var isDirected = mesh.Options.Isolation == Isolation.Direction;
        var random = new Random(choice.Item2);
        // By pair both ways, so that the graph is simple.
        var wanted = mesh.AllPairs().Where(pair => (isDirected || pair.First < pair.Second) && random.Next(100) < choice.Item1).SelectMany(pair => isDirected ? new[] { pair } : [pair, new NodePair(pair.Second, pair.First)]).ToHashSet();
        var plan = MeshPlanner.PlanTests(mesh.Nodes, wanted, mesh.Options);
        var busiest = wanted.GroupBy(test => test.First).Concat(isDirected ? wanted.GroupBy(test => test.Second) : []).Select(tests => tests.Count()).DefaultIfEmpty(0).Max();
        return mesh.FindFault(plan, wanted) is null && plan.RoundCount >= busiest && plan.RoundCount <= busiest + (isDirected ? 0 : 1);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_set_of_directed_tests_is_planned_once_within_the_limits() => Prop.ForAll(PlannedMesh.Any, Gen.Choose(0, 100).Two().ToArbitrary(), (mesh, choice) =>
    {
        var random = new Random(choice.Item2);
        var wanted = mesh.AllPairs().Where(_ => random.Next(100) < choice.Item1).ToHashSet();
        var plan = MeshPlanner.PlanTests(mesh.Nodes, wanted, mesh.Options);
        return mesh.FindFault(plan, wanted) is null && plan.SlotCount >= plan.LowerBoundSlots;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tests_of_one_direction_cost_one_slot()
    {
        var mesh = PlannedMesh.Of(["", "", "", ""]);
        var plan = MeshPlanner.PlanTests(mesh.Nodes, [new(0, 2), new(0, 3), new(1, 2), new(1, 3)], mesh.Options);

        Assert.Equal((2, 2, 2, 4), (plan.RoundCount, plan.SlotCount, plan.LowerBoundSlots, plan.TestCount));
        Assert.Equal(4.0 / 12, plan.CoverageRatio);
    }

    [Fact]
    public void Mere_targets_are_tested_with_every_agent_and_not_with_each_other() => Prop.ForAll(Gen.Choose(1, 6).Zip(Gen.Choose(1, 8)).Zip(Gen.Elements(Isolation.Pair, Isolation.Direction)).ToArbitrary(), choice =>
    {
        var ((agents, targets), isolation) = choice;
        var mesh = PlannedMesh.Of([.. Enumerable.Repeat("", agents + targets)], null, isolation);
        mesh = mesh with { Nodes = [.. mesh.Nodes.Select((node, i) => node with { IsSource = i % (agents + targets) < agents })] };
        var wanted = mesh.AllPairs().Where(pair => pair.First < agents || pair.Second < agents).ToHashSet();
        var plan = mesh.Plan();
        return mesh.FindFault(plan, wanted) is null && plan.CoverageRatio == 1 && plan.SlotCount <= 1.2 * plan.LowerBoundSlots + 2;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Between_agents_and_targets_by_pair_there_are_as_few_rounds_as_the_busiest_has_tests()
    {
        var mesh = PlannedMesh.Of([.. Enumerable.Repeat("", 9)]);
        var wanted = mesh.AllPairs().Where(pair => pair.First < 3 != pair.Second < 3).ToList();

        Assert.Equal(6, MeshPlanner.PlanTests(mesh.Nodes, wanted, mesh.Options).RoundCount);
    }

    [Fact]
    public void By_pair_with_one_crossing_nothing_is_interfered_and_by_direction_everything_is_that_goes_both_ways() => Prop.ForAll(PlannedMesh.Any, mesh =>
    {
        var careful = mesh with { Options = mesh.Options with { Isolation = Isolation.Pair, Limits = new PlanLimits() } };
        var fast = PlannedMesh.Of([.. mesh.Nodes.Select(_ => "")], null, Isolation.Direction);
        return Tests(careful.Plan()).All(test => !test.IsInterfered) && Tests(fast.Plan()).All(test => test.IsInterfered);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, null, 8)]
    [InlineData(1, 0, 8)]
    [InlineData(1, null, 0)]
    public void Refuses_limits_that_allow_nothing(int crossings, int? atOnce, int degree) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        MeshPlanner.Plan([new("a"), new("b")], new PlanOptions { Degree = degree, Limits = new PlanLimits { CrossingsPerGroup = crossings, MaxConcurrent = atOnce } }, 0));

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    public void Refuses_nodes_that_are_not_sorted_each_name_once(string first, string second) =>
        Assert.StartsWith("The nodes must be sorted by name", Assert.Throws<ArgumentException>(() => MeshPlanner.Plan([new(first), new(second)], new PlanOptions(), 0)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(-1, 0)]
    [InlineData(1, 2)]
    [InlineData(0, 1)]
    public void Refuses_tests_that_cannot_be_or_are_requested_twice(int source, int destination) => Assert.Throws<ArgumentException>(() =>
        MeshPlanner.PlanTests([new("a"), new("b", IsSource: false), new("c", IsSource: false)], [new NodePair(0, 1), new NodePair(source, destination)], new PlanOptions()));

    private static NodePair PairOf(PlannedTest test) => new(test.Source, test.Destination);

    private static IEnumerable<PlannedTest> Tests(MeshPlan plan) => plan.Rounds.SelectMany(round => round.Slots).SelectMany(slot => slot.Tests);
}
