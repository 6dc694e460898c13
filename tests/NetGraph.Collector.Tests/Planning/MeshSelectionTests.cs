using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Collector.Planning;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Tests.Planning;

public sealed class MeshSelectionTests
{
    private static Arbitrary<(int Count, int Degree, Isolation Isolation)> Samples { get; } = (
        from count in Gen.Choose(2, 40)
        from degree in Gen.Choose(1, 12)
        from isolation in Gen.Elements(Isolation.Pair, Isolation.Direction)
        select (count, degree, isolation)).ToArbitrary();

    [Fact]
    public void A_sample_is_regular_and_meets_the_bound() => Prop.ForAll(Samples, sample =>
    {
        var mesh = Mesh(sample.Count, PairSelection.Sampled, sample.Degree, sample.Isolation);
        return Enumerable.Range(0, 5).All(cycle =>
        {
            var plan = mesh.Plan(cycle);
            var tests = TestsOf(plan);
            var degrees = Enumerable.Range(0, sample.Count).Select(node => tests.Count(test => test.First == node)).ToList();
            var degree = Math.Min(sample.Degree, sample.Count - 1);
            // Of an odd number one has a bye each round.
            var isRegular = sample.Count % 2 == 0 ? degrees.All(peers => peers == degree) : degrees.All(peers => peers == degree || peers == degree - 1);
            return mesh.FindFault(plan, tests) is null && tests.All(test => tests.Contains(new NodePair(test.Second, test.First))) && isRegular && plan.SlotCount == plan.LowerBoundSlots
                && plan.CoverageRatio == (double)tests.Count / (sample.Count * (sample.Count - 1));
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Samples_cover_all_pairs_within_the_stated_number_of_cycles() => Prop.ForAll(Samples, Gen.Choose(0, 20).ToArbitrary(), (sample, epoch) =>
    {
        var mesh = Mesh(sample.Count, PairSelection.Sampled, sample.Degree, sample.Isolation);
        var cycles = mesh.Plan().CyclesToCover;
        var rounds = sample.Count % 2 == 0 ? sample.Count - 1 : sample.Count;
        return cycles == (rounds + sample.Degree - 1) / sample.Degree
            && Enumerable.Range(0, cycles).SelectMany(i => TestsOf(mesh.Plan(((long)epoch * cycles) + i))).ToHashSet().SetEquals(mesh.AllPairs());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Samples_differ_from_cycle_to_cycle_and_from_epoch_to_epoch()
    {
        var mesh = Mesh(30, PairSelection.Sampled, 4, Isolation.Pair);
        var cycles = Enumerable.Range(0, 24).Select(cycle => TestsOf(mesh.Plan(cycle))).ToList();

        Assert.All(Enumerable.Range(0, 24).SelectMany(a => Enumerable.Range(0, a).Select(b => (a, b))), pair => Assert.False(cycles[pair.a].SetEquals(cycles[pair.b])));
        Assert.Equal(8, mesh.Plan().CyclesToCover);
    }

    [Fact]
    public void Zones_test_all_pairs_of_one_representative_each_and_a_sample_inside() => Prop.ForAll(Gen.Choose(1, 6).ArrayOf().Select(sizes => sizes.Take(5).ToArray()).ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(), Gen.Choose(0, 500).ToArbitrary(), (sizes, degree, cycle) =>
    {
        var mesh = Zoned(sizes, degree);
        var plan = mesh.Plan(cycle);
        var tests = TestsOf(plan);
        string ZoneOf(int node) => mesh.Nodes[node].Zone;
        var between = tests.Where(test => ZoneOf(test.First) != ZoneOf(test.Second)).ToList();
        return mesh.FindFault(plan, tests) is null && between.Count == sizes.Length * (sizes.Length - 1)
            && between.GroupBy(test => ZoneOf(test.First)).All(zone => zone.Select(test => test.First).Distinct().Count() == 1)
            && Enumerable.Range(0, mesh.Nodes.Length).All(node => tests.Count(test => test.First == node && ZoneOf(test.Second) == ZoneOf(node)) <= degree + 1);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(3, 3, 3)]
    [InlineData(5, 2, 1)]
    [InlineData(2, 2, 2, 2, 2, 2)]
    public void Zones_cover_all_pairs_within_the_stated_number_of_cycles(params int[] sizes)
    {
        var mesh = Zoned(sizes, degree: 1);

        Assert.True(Enumerable.Range(0, mesh.Plan().CyclesToCover).SelectMany(cycle => TestsOf(mesh.Plan(cycle))).ToHashSet().SetEquals(mesh.AllPairs()));
    }

    [Theory]
    [InlineData(100, 9900)]
    [InlineData(101, 800)]
    public void Left_to_itself_it_samples_beyond_a_hundred_nodes(int count, int tests) =>
        Assert.Equal(tests, Mesh(count, PairSelection.Auto, 8, Isolation.Pair).Plan().TestCount);

    private static PlannedMesh Mesh(int count, PairSelection pairs, int degree, Isolation isolation)
    {
        var mesh = PlannedMesh.Of([.. Enumerable.Repeat("", count)], null, isolation);
        return mesh with { Options = mesh.Options with { Pairs = pairs, Degree = degree } };
    }

    private static PlannedMesh Zoned(int[] sizes, int degree)
    {
        string[] zones = [.. sizes.SelectMany((size, number) => Enumerable.Repeat(number.ToString(CultureInfo.InvariantCulture), size))];
        var mesh = Mesh(zones.Length, PairSelection.Zones, degree, Isolation.Pair);
        return mesh with { Nodes = [.. mesh.Nodes.Select((node, i) => node with { Zone = zones[i] })] };
    }

    private static HashSet<NodePair> TestsOf(MeshPlan plan) =>
        [.. plan.Rounds.SelectMany(round => round.Slots).SelectMany(slot => slot.Tests).Select(test => new NodePair(test.Source, test.Destination))];
}
