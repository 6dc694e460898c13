using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Netperf;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Tests.Netperf;

public sealed class NetperfReportTests
{
    private static readonly ThroughputOrder Stream = Fixture.Order with { Tool = TestTool.Netperf };
    private static readonly ThroughputOrder RequestResponse = Fixture.Order with { Tool = TestTool.NetperfRequestResponse };

    [Fact]
    public void Reads_a_stream()
    {
        var result = NetperfReport.Read(Fixture.Read("netperf-made-stream.txt"), "", Stream);
        Assert.Equal((941.53e6, 588513280, 12, null), (result.ThroughputBitsPerSecond, result.TransferredBytes, result.RetransmittedSegments, result.RoundTripMeanSeconds));
        Assert.Equal((0.0721, 0.239), (Math.Round(result.LocalCpuRatio!.Value, 6), Math.Round(result.RemoteCpuRatio!.Value, 6)));
        Assert.Equal((MeasurementQuality.Ok, true, null), (result.Quality, result.HasValue, result.TransactionsPerSecond));
    }

    [Fact]
    public void Reads_requests_and_responses()
    {
        var result = NetperfReport.Read(Fixture.Read("netperf-made-rr.txt"), "", RequestResponse);
        Assert.Equal((2841.07, 351.98e-6, null, null), (result.TransactionsPerSecond, Math.Round(result.RoundTripMeanSeconds!.Value, 9), result.ThroughputBitsPerSecond, result.RemoteCpuRatio));
        Assert.True(result.HasValue);
    }

    [Theory]
    [InlineData("LOCAL_CPU_PEAK_UTIL=90", false, Isolation.Pair, MeasurementQuality.HostLimited)]
    [InlineData("REMOTE_CPU_PEAK_UTIL=99.5", true, Isolation.Aggregate, MeasurementQuality.HostLimited)]
    [InlineData("LOCAL_CPU_PEAK_UTIL=89", true, Isolation.Pair, MeasurementQuality.Interfered)]
    [InlineData("", false, Isolation.Aggregate, MeasurementQuality.Interfered)]
    [InlineData("", false, Isolation.Pair, MeasurementQuality.Ok)]
    public void Judges_the_result(string line, bool interfered, Isolation isolation, MeasurementQuality expected) =>
        Assert.Equal(expected, Read($"THROUGHPUT=1\nTHROUGHPUT_UNITS=10^6bits/s\n{line}\n", Stream with { Interfered = interfered, Isolation = isolation }).Quality);

    [Theory]
    [InlineData("THROUGHPUT=1\nTHROUGHPUT_UNITS=Trans/s\n", "measured in 'Trans/s'")]
    [InlineData("THROUGHPUT=1\n", "measured in ''")]
    [InlineData("THROUGHPUT=1e30\nTHROUGHPUT_UNITS=10^6bits/s\n", "no network has")]
    [InlineData("", "printed nothing")]
    public void Does_not_take_anything_else_for_a_result(string output, string text)
    {
        var result = Read(output, Stream);
        Assert.Equal(ProbeFailure.InvalidOutput, result.Failure);
        Assert.Contains(text, result.FailureText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("THROUGHPUT=0.00\nTHROUGHPUT_UNITS=10^6bits/s\n", ProbeFailure.Timeout)]
    [InlineData("THROUGHPUT=nan\n", ProbeFailure.ToolError)]
    [InlineData("netperf: Unknown output selector", ProbeFailure.ToolError)]
    [InlineData("netperf: send_omni: connect_data_socket failed: No route to host", ProbeFailure.Unreachable)]
    public void Tells_failures_apart(string output, ProbeFailure expected) => Assert.Equal(expected, Read(output, Stream).Failure);

    [Fact]
    public void A_server_that_is_away_has_refused()
    {
        var result = NetperfReport.Read([], Encoding.UTF8.GetString(Fixture.Read("netperf-made-refused.txt")), Stream);
        Assert.Equal(ProbeFailure.ConnectionRefused, result.Failure);
        Assert.DoesNotContain('\n', result.FailureText!);
    }

    [Fact]
    public void Damaged_bytes_give_a_sound_result_or_a_failure() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var report = Fixture.Read(random.Next(2) == 0 ? "netperf-made-stream.txt" : "netperf-made-rr.txt");
            for (var damage = random.Next(20); damage >= 0; damage--) report[random.Next(report.Length)] = (byte)random.Next(256);
            var result = NetperfReport.Read(report, "", random.Next(2) == 0 ? Stream : RequestResponse);
            return result.Failure is null ? result is { HasValue: true, FailureText: null } and ({ ThroughputBitsPerSecond: > 0 and <= 1e14 } or { TransactionsPerSecond: > 0 }) : result is { HasValue: false, FailureText.Length: > 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static ThroughputResult Read(string output, ThroughputOrder order) => NetperfReport.Read(Encoding.UTF8.GetBytes(output), "", order);
}
