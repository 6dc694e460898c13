using System.Text;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;
using NetGraph.Testing;

namespace NetGraph.Prometheus.Tests.Exposition;

public sealed class ExpositionWriterTests
{
    private static readonly MetricFamily Requests = new("test_requests_total", MetricKind.Counter, "Requests, with a \\ and\na line break.", "method", "reason");
    private static readonly MetricFamily Temperature = new("test_temperature_celsius", MetricKind.Gauge, "Temperature é.");
    private static readonly MetricFamily Latency = new("test_latency_seconds", MetricKind.Histogram, "Latency.", "node");

    [Fact]
    public void Writes_what_was_approved() => Assert.Equal(Encoding.UTF8.GetString(Fixture.Read("approved.txt")), EveryKind());

    [Fact]
    public async Task Promtool_accepts_what_is_written() => Assert.Empty(await Promtool.CheckMetricsAsync(EveryKind()));

    [Fact]
    public async Task Promtool_objects_to_no_metric_of_ours_but_the_inherited_ones()
    {
        var writer = new ExpositionWriter();
        foreach (var family in Metrics.All)
        {
            string[] labels = [.. family.Labels.Select((_, i) => $"v{i}")];
            writer.Begin(family);
            if (family.Kind == MetricKind.Histogram) writer.Sample(new Histogram(Histogram.WorkBounds), labels);
            else writer.Sample(1, labels);
        }

        var complaints = await Promtool.CheckMetricsAsync(writer.ToString());
        Assert.All(complaints, complaint => Assert.StartsWith("iperf_", complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Refuses_more_or_fewer_values_than_labels(int count)
    {
        var writer = new ExpositionWriter();
        writer.Begin(Requests);
        var exception = Assert.Throws<ArgumentException>(() => writer.Sample(1, new string?[count]));
        Assert.Contains($"test_requests_total has 2 labels, not {count}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_sample_before_its_metric() => Assert.Throws<ArgumentException>(() => new ExpositionWriter().Sample(1));

    [Fact]
    public void Writes_the_processs_own_metrics()
    {
        var writer = new ExpositionWriter();
        ProcessMetrics.Write(writer, "api");
        Assert.Matches("(?m)^netgraph_build_info\\{component=\"api\",version=\"\\d+\\.\\d+\\.\\d+\"\\} 1$", writer.ToString());
        Assert.Matches("(?m)^process_resident_memory_bytes [1-9]", writer.ToString());
        Assert.Matches("(?m)^process_cpu_seconds_total [0-9.]+$", writer.ToString());
        Assert.Matches("(?m)^process_start_time_seconds 1[0-9.]+(e\\+09)?$", writer.ToString());
    }

    private static string EveryKind()
    {
        var writer = new ExpositionWriter();
        writer.Begin(Requests);
        writer.Sample(0, "get", "none");
        writer.Sample(1e16, "quote \" slash \\ break \n end", "{}=,#'\t\r é \ud83d\ude00");
        writer.Sample(123456789.25, "post", null);
        writer.Sample(3, "", "");
        writer.Write(Temperature, -0.00001);
        var histogram = new Histogram(5e-05, 0.001, 2.5);
        foreach (var value in (double[])[0.00005, 0.0005, 0.25, 100]) histogram.Observe(value);
        writer.Begin(Latency);
        writer.Sample(histogram, "a\"b");
        writer.Sample(new Histogram(0.5), (string?)null);
        writer.Write(new MetricFamily("test_oddities", MetricKind.Gauge, "Odd numbers.", "kind"), double.NaN, "nan");
        writer.Sample(double.PositiveInfinity, "inf");
        writer.Sample(double.NegativeInfinity, "minus_inf");
        return writer.ToString();
    }
}
