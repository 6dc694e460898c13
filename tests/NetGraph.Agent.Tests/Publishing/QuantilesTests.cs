using NetGraph.Agent.Publishing;

namespace NetGraph.Agent.Tests.Publishing;

public sealed class QuantilesTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 3)]
    [InlineData(0.95, 4.8)]
    [InlineData(1, 5)]
    public void Lie_between_neighbours_linearly(double share, double expected) => Assert.Equal(expected, Quantiles.Of([3, 1, 5, 2, 4]).At(share), 9);

    [Fact]
    public void One_number_is_all_its_quantiles() => Assert.All(Quantiles.Published, quantile => Assert.Equal(7, Quantiles.Of([7]).At(quantile.Share)));

    [Fact]
    public void Nothing_has_none()
    {
        Assert.True(Quantiles.Of([]).IsEmpty);
        Assert.Null(Quantiles.Of([]).Median);
    }

    [Fact]
    public void Labels_are_percentiles() => Assert.Equal(["0", "5", "50", "95", "100"], Quantiles.Published.Select(quantile => quantile.Label));
}
