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

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.025, "2.50 %")]
    [InlineData(0.99996, "100 %")]
    [InlineData(double.NaN, "unknown")]
    public void Writes_shares_as_percent(double ratio, string expected) => Assert.Equal(expected, Quantities.Share(ratio));

    [Theory]
    [InlineData(0, "0 segments")]
    [InlineData(1, "1 segment")]
    [InlineData(12, "12 segments")]
    [InlineData(2.25, "2.3 segments")]
    [InlineData(double.NaN, "unknown")]
    public void Writes_counts_of_segments(double segments, string expected) => Assert.Equal(expected, Quantities.Segments(segments));

    [Theory]
    [InlineData(double.NaN, "unknown")]
    [InlineData(0.9996, "1.00 s")]
    [InlineData(0.00099951, "1.00 ms")]
    public void Writes_durations_at_the_edges_of_a_prefix(double seconds, string expected) => Assert.Equal(expected, Quantities.Duration(seconds));
}
