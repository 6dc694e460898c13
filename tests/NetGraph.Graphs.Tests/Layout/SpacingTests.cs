using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Layout;

namespace NetGraph.Graphs.Tests.Layout;

public sealed class SpacingTests
{
    private static Arbitrary<double[]> Wanted { get; } = Gen.Choose(-200, 1200).Select(value => value / 10.0).ArrayOf().ToArbitrary();

    [Theory]
    [InlineData(new double[] { }, new double[] { })]
    [InlineData(new double[] { 5 }, new double[] { 5 })]
    [InlineData(new double[] { 10, 50 }, new double[] { 10, 50 })]
    [InlineData(new double[] { 30, 30, 30 }, new double[] { 20, 30, 40 })]
    [InlineData(new double[] { -5, -5 }, new double[] { 0, 10 })]
    [InlineData(new double[] { 200, 99 }, new double[] { 90, 100 })]
    [InlineData(new double[] { 40, 42, 80 }, new double[] { 36, 46, 80 })]
    public void Moves_no_further_than_it_must(double[] wanted, double[] expected) => Assert.Equal(expected, Spacing.Spread(wanted, 10, 0, 100));

    [Fact]
    public void Keeps_order_gap_and_bounds() => Prop.ForAll(Wanted, wanted =>
    {
        var places = Spacing.Spread(wanted, 7, 0, 100);
        var gap = wanted.Length > 1 ? Math.Min(7, 100.0 / (wanted.Length - 1)) : 0;
        return places.Length == wanted.Length
            && places.All(place => place is >= -1e-6 and <= 100 + 1e-6)
            && places.Zip(places.Skip(1)).All(pair => pair.Second - pair.First >= gap - 1e-6);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_far_enough_apart_stays_where_it_is() => Prop.ForAll(Wanted, wanted =>
    {
        var sorted = wanted.Select(value => Math.Clamp(value, 0, 100)).Order().Aggregate(new List<double>(), (kept, value) =>
        {
            if (kept.Count == 0 || value - kept[^1] >= 7) kept.Add(value);
            return kept;
        });
        return Spacing.Spread(sorted, 7, 0, 100).Zip(sorted).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6);
    }).QuickCheckThrowOnFailure();
}
