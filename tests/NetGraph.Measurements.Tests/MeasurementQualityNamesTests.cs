namespace NetGraph.Measurements.Tests;

public sealed class MeasurementQualityNamesTests
{
    [Fact]
    public void Every_quality_has_a_name_that_spells_it_in_small_letters()
    {
        foreach (var quality in Enum.GetValues<MeasurementQuality>())
            Assert.Equal(ProbeFailureNamesTests.SnakeCase(quality.ToString()), quality.ToName());
    }

    [Fact]
    public void The_metrics_value_is_the_number_of_the_quality()
    {
        foreach (var quality in Enum.GetValues<MeasurementQuality>())
            Assert.Equal(quality, MeasurementQualityNames.FromMetric((int)quality));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(1e300)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Takes_a_value_that_it_does_not_know_for_ok(double value) =>
        Assert.Equal(MeasurementQuality.Ok, MeasurementQualityNames.FromMetric(value));

    [Fact]
    public void The_metrics_help_names_every_quality_with_its_number()
    {
        foreach (var quality in Enum.GetValues<MeasurementQuality>())
            Assert.Contains($"{(int)quality} {quality.ToName()}", Metrics.Quality.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_finds_its_quality_in_any_case_and_no_other_does()
    {
        Assert.All(Enum.GetValues<MeasurementQuality>(), quality => Assert.Equal(quality, MeasurementQualityNames.Find(quality.ToName().ToUpperInvariant())));
        Assert.Equal(Enum.GetValues<MeasurementQuality>().Select(quality => quality.ToName()), MeasurementQualityNames.All);
        Assert.Null(MeasurementQualityNames.Find("good"));
    }
}
