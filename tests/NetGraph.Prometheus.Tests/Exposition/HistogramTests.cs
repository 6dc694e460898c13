using FsCheck;
using FsCheck.Fluent;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Prometheus.Tests.Exposition;

public sealed class HistogramTests
{
    [Fact]
    public void A_bound_belongs_to_its_bucket()
    {
        var histogram = new Histogram(1, 2);
        foreach (var value in (double[])[0.5, 1, 1.5, 2, 2.5, 3]) histogram.Observe(value);
        var (buckets, sum) = histogram.Read();
        Assert.Equal([2, 2, 2], buckets);
        Assert.Equal(10.5, sum);
    }

    [Fact]
    public void Counts_every_observation_in_the_first_bucket_that_takes_it() =>
        Prop.ForAll<NormalFloat[]>(values =>
        {
            var histogram = new Histogram(Histogram.RoundTripBounds);
            foreach (var value in values) histogram.Observe(value.Item);
            var buckets = histogram.Read().Buckets;
            return buckets.Sum() == values.Length
                && histogram.UpperBounds.Select((bound, i) => buckets.Take(i + 1).Sum() == values.Count(value => value.Item <= bound)).All(holds => holds);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Loses_nothing_among_threads()
    {
        var histogram = new Histogram(0.5);
        Parallel.For(0, 10_000, i => histogram.Observe(i % 2));
        var (buckets, sum) = histogram.Read();
        Assert.Equal([5000, 5000], buckets);
        Assert.Equal(5000, sum);
    }

    [Fact]
    public void Its_usual_bounds_ascend_from_what_is_short_to_what_is_long()
    {
        Assert.All([Histogram.RoundTripBounds, Histogram.WorkBounds], bounds => Assert.Equal(bounds.Order().Distinct(), bounds));
        Assert.Equal((50e-6, 1.6384), (Histogram.RoundTripBounds[0], Histogram.RoundTripBounds[^1]));
        Assert.Equal((0.001, 16.384), (Histogram.WorkBounds[0], Histogram.WorkBounds[^1]));
    }
}
