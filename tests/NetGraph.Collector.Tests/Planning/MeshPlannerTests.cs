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
        var plan = PlannedMesh.OfSizes(sizes).Plan();

        Assert.Equal((slots, slots), (plan.SlotCount, plan.LowerBoundSlots));
    }

    private static IEnumerable<PlannedTest> Tests(MeshPlan plan) => plan.Rounds.SelectMany(round => round.Slots).SelectMany(slot => slot.Tests);
}
