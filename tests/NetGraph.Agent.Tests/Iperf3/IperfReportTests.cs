using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Iperf3;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Tests.Iperf3;

public sealed class IperfReportTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures"), "iperf3-*.json").Select(file => Path.GetFileName(file)!).Order()];

    [Theory]
    [InlineData("iperf3-tcp.json", 57349221.79522577)]
    [InlineData("iperf3-tcp-P4.json", 57431575.34713056)]
    [InlineData("iperf3-tcp-b5M.json", 5241501.485109417)]
    [InlineData("iperf3-tcp-bidir.json", 54454298.60824822)]
    [InlineData("iperf3-tcp-n2M.json", 57754904.37818698)]
    [InlineData("iperf3-tcp-omit1.json", 56598049.43961057)]
    [InlineData("iperf3-tcp-reverse.json", 57204981.173356615)]
    [InlineData("iperf3-tcp-server-output.json", 57150052.16433336)]
    public void Takes_what_arrived_for_the_throughput(string file, double expected)
    {
        var result = IperfReport.Read(Fixture.Read(file), Fixture.Order);
        Assert.Null(result.Failure);
        Assert.Equal(expected, result.ThroughputBitsPerSecond);
        Assert.Equal(MeasurementQuality.Ok, result.Quality);
        Assert.NotNull(result.RetransmittedSegments);
        Assert.InRange(result.LocalCpuRatio!.Value, 0, 0.9);
        Assert.InRange(result.RemoteCpuRatio!.Value, 0, 0.9);
    }

    [Theory]
    [InlineData("iperf3-error-busy.json", ProbeFailure.Busy)]
    [InlineData("iperf3-error-noname.json", ProbeFailure.NameNotResolved)]
    [InlineData("iperf3-error-refused.json", ProbeFailure.ConnectionRefused)]
    [InlineData("iperf3-error-timeout.json", ProbeFailure.Timeout)]
    [InlineData("iperf3-error-unreachable-host.json", ProbeFailure.Unreachable)]
    [InlineData("iperf3-error-unreachable-net.json", ProbeFailure.Unreachable)]
    [InlineData("iperf3-killed-client-int.json", ProbeFailure.ToolError)]
    [InlineData("iperf3-killed-client-kill.json", ProbeFailure.InvalidOutput)]
    [InlineData("iperf3-killed-client-term.json", ProbeFailure.ToolError)]
    [InlineData("iperf3-killed-server-kill.json", ProbeFailure.PeerTerminated)]
    [InlineData("iperf3-killed-server-term.json", ProbeFailure.PeerTerminated)]
    public void Tells_failures_apart(string file, ProbeFailure expected)
    {
        var result = IperfReport.Read(Fixture.Read(file), Fixture.Order);
        Assert.Equal(expected, result.Failure);
        Assert.Null(result.ThroughputBitsPerSecond);
        Assert.False(string.IsNullOrEmpty(result.FailureText));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Gives_a_value_or_a_failure_and_never_both(string file) => Assert.True(IsSound(IperfReport.Read(Fixture.Read(file), Fixture.Order)));

    [Theory]
    [InlineData("iperf3-udp.json", 29987332.5390965)]
    [InlineData("iperf3-udp-lossy.json", 56674968.6605188)]
    public void Takes_what_arrived_of_datagrams_too(string file, double expected) =>
        Assert.Equal(expected, IperfReport.Read(Fixture.Read(file), Fixture.Order).ThroughputBitsPerSecond);

    [Fact]
    public void Takes_the_first_of_two_reports()
    {
        byte[] twice = [.. Fixture.Read("iperf3-tcp.json"), .. Fixture.Read("iperf3-tcp-P4.json")];
        Assert.Equal(57349221.79522577, IperfReport.Read(twice, Fixture.Order).ThroughputBitsPerSecond);
    }

    [Theory]
    [InlineData("iperf3-tcp.json")]
    [InlineData("iperf3-error-busy.json")]
    public void A_report_that_ends_too_early_is_no_result(string file)
    {
        var report = Fixture.Read(file).AsSpan().TrimEnd("\n"u8).ToArray();
        for (var length = 0; length < report.Length; length++)
            Assert.Equal(ProbeFailure.InvalidOutput, IperfReport.Read(report.AsSpan(0, length), Fixture.Order).Failure);
    }

    [Fact]
    public void Damaged_bytes_give_a_sound_result_or_a_failure() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var report = Fixture.Read(Files.ElementAt(random.Next(Files.Count)).Data);
            for (var damage = random.Next(20); damage >= 0 && report.Length > 0; damage--) report[random.Next(report.Length)] = (byte)random.Next(256);
            return IsSound(IperfReport.Read(report, Fixture.Order));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Theory]
    [InlineData("""{"error":"unable to connect to server: \ud800"}""")]
    [InlineData("""{"\ud800":1,"end":{"sum_received":{"bits_per_second":1e6}}}""")]
    public void Text_that_is_none_does_no_harm(string report) => Assert.True(IsSound(Read(report)));

    [Theory]
    [InlineData("iperf3: error - unable to connect", ProbeFailure.InvalidOutput)]
    [InlineData("[]", ProbeFailure.InvalidOutput)]
    [InlineData("null", ProbeFailure.InvalidOutput)]
    [InlineData("{}", ProbeFailure.InvalidOutput)]
    [InlineData("""{"end":[]}""", ProbeFailure.InvalidOutput)]
    [InlineData("""{"end":{"sum_received":{"bits_per_second":"fast"}}}""", ProbeFailure.InvalidOutput)]
    [InlineData("""{"end":{"sum_received":{"bits_per_second":-1}}}""", ProbeFailure.InvalidOutput)]
    [InlineData("""{"end":{"sum_received":{"bits_per_second":1e999}}}""", ProbeFailure.InvalidOutput)]
    [InlineData("""{"end":{"sum_sent":{"bits_per_second":1e6}}}""", ProbeFailure.InvalidOutput)]
    [InlineData("""{"end":{"sum_received":{"bits_per_second":0}}}""", ProbeFailure.Timeout)]
    [InlineData("""{"error":"error - the server is busy running a test. try again later"}""", ProbeFailure.Busy)]
    [InlineData("""{"error":"control socket has closed unexpectedly"}""", ProbeFailure.PeerTerminated)]
    [InlineData("""{"error":"parameter exceeds maximum value"}""", ProbeFailure.ToolError)]
    public void What_is_no_report_of_a_test_is_a_failure(string report, ProbeFailure expected) => Assert.Equal(expected, Read(report).Failure);

    [Fact]
    public void Leaves_out_what_iperf3_does_not_say()
    {
        var result = Read("""{"end":{"sum_received":{"bits_per_second":1e6}}}""");
        Assert.Equal((1e6, null, null, null), (result.ThroughputBitsPerSecond, result.RetransmittedSegments, result.LocalCpuRatio, result.RemoteCpuRatio));
    }

    [Theory]
    [InlineData(89.9, 89.9, null, false, MeasurementQuality.Ok)]
    [InlineData(90, 1, null, false, MeasurementQuality.HostLimited)]
    [InlineData(1, 90, null, false, MeasurementQuality.HostLimited)]
    [InlineData(350, 1, 1_000_000L, true, MeasurementQuality.HostLimited)]
    [InlineData(1, 1, 1_000_000L, true, MeasurementQuality.Interfered)]
    [InlineData(1, 1, null, true, MeasurementQuality.Interfered)]
    [InlineData(1, 1, 1_000_000L, false, MeasurementQuality.Capped)]
    [InlineData(1, 1, 1_052_000L, false, MeasurementQuality.Capped)]
    [InlineData(1, 1, 1_053_000L, false, MeasurementQuality.Ok)]
    public void Judges_the_result(double local, double remote, long? limit, bool interfered, MeasurementQuality expected)
    {
        var report = $$$"""{"end":{"sum_received":{"bits_per_second":1e6},"cpu_utilization_percent":{"host_total":{{{local}}},"remote_total":{{{remote}}} } } }""";
        var order = Fixture.Order with { BitrateBitsPerSecond = limit, Interfered = interfered };
        Assert.Equal(expected, IperfReport.Read(Encoding.UTF8.GetBytes(report), order).Quality);
    }

    private static ThroughputResult Read(string report) => IperfReport.Read(Encoding.UTF8.GetBytes(report), Fixture.Order);

    private static bool IsSound(ThroughputResult result) =>
        result.Failure is null
            ? result.ThroughputBitsPerSecond is > 0 and < double.PositiveInfinity && result.FailureText is null
            : result is { ThroughputBitsPerSecond: null, RetransmittedSegments: null, FailureText.Length: > 0 };
}
