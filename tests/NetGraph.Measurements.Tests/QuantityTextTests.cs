namespace NetGraph.Measurements.Tests;

public sealed class QuantityTextTests
{
    [Theory]
    [InlineData("1000", 1000L)]
    [InlineData("1K", 1000L)]
    [InlineData("2.5G", 2_500_000_000L)]
    [InlineData("10000g", 10_000_000_000_000L)]
    [InlineData("999", null)]
    [InlineData("10001G", null)]
    [InlineData("1T", null)]
    [InlineData("-1M", null)]
    [InlineData("1e9", null)]
    [InlineData("", null)]
    [InlineData("G", null)]
    public void Reads_rates(string text, long? bitsPerSecond) => Assert.Equal(bitsPerSecond, QuantityText.ReadRate(text));

    [Theory]
    [InlineData("500us", 500e-6)]
    [InlineData("0.2s", 0.2)]
    [InlineData("5ms", 5e-3)]
    [InlineData("3600s", 3600.0)]
    [InlineData("3601s", null)]
    [InlineData("0ms", null)]
    [InlineData("5", null)]
    [InlineData("5m", null)]
    [InlineData("s", null)]
    public void Reads_short_times(string text, double? seconds) => Assert.Equal(seconds, QuantityText.ReadShortTime(text));

    [Theory]
    [InlineData("1%", 0.01)]
    [InlineData("0.01", 0.01)]
    [InlineData("100%", 1.0)]
    [InlineData("101%", null)]
    [InlineData("%", null)]
    [InlineData("-1%", null)]
    public void Reads_shares(string text, double? ratio) => Assert.Equal(ratio, QuantityText.ReadShare(text));

    [Theory]
    [InlineData("90", 90.0)]
    [InlineData("90s", 90.0)]
    [InlineData("30m", 1800.0)]
    [InlineData("1h30m", 5400.0)]
    [InlineData("1h1m1s", 3661.0)]
    [InlineData("30m1h", null)]
    [InlineData("1h30", null)]
    [InlineData("1.5h", null)]
    [InlineData("h", null)]
    [InlineData("", null)]
    [InlineData("9999999999s", null)]
    [InlineData("-1s", null)]
    public void Reads_durations(string text, double? seconds) => Assert.Equal(seconds, QuantityText.ReadDuration(text)?.TotalSeconds);
}
