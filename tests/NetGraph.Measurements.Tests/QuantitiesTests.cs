namespace NetGraph.Measurements.Tests;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData(0, "0 bit/s")]
    [InlineData(57_384_000, "57.4 Mbit/s")]
    [InlineData(9_564_000, "9.56 Mbit/s")]
    [InlineData(999_600, "1.00 Mbit/s")]
    [InlineData(191_281_000, "191 Mbit/s")]
    [InlineData(32.6e9, "32.6 Gbit/s")]
    [InlineData(double.NaN, "unknown")]
    public void Writes_rates_with_three_digits_and_a_unit(double bitsPerSecond, string expected) => Assert.Equal(expected, Quantities.Rate(bitsPerSecond));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.00017, "170 us")]
    [InlineData(0.00125, "1.25 ms")]
    [InlineData(2, "2.00 s")]
    public void Writes_durations_with_the_fitting_prefix(double seconds, string expected) => Assert.Equal(expected, Quantities.Duration(seconds));
}
