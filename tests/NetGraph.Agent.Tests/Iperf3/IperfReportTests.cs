using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Iperf3;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Tests.Iperf3;

public sealed class IperfReportTests
{
    private static readonly ThroughputOrder Udp = Fixture.Order with { Protocol = TestProtocol.Udp, BitrateBitsPerSecond = 200_000_000 };
    private static readonly ThroughputOrder Bidirectional = Fixture.Order with { Direction = TestDirection.Bidirectional };

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
    [InlineData("iperf3-udp.json", 29987332.5390965, 0.004250504129189769, 5178, 0)]
    [InlineData("iperf3-udp-reverse.json", 29996438.039181568, 0.00622765162706212, 5179, 0)]
    [InlineData("iperf3-udp-lossy.json", 56674968.6605188, 0.3025603036087646, 17258, 7090)]
    [InlineData("iperf3-made-3.21-udp.json", 56674968.6605188, 0.3025603036087646, 17258, 7090)]
    public void Takes_what_the_receiver_says_of_datagrams(string file, double throughput, double jitterMilliseconds, double sent, double lost)
    {
        var result = IperfReport.Read(Fixture.Read(file), Udp);
        Assert.Equal((throughput, jitterMilliseconds / 1000, sent, lost, lost / sent), (result.ThroughputBitsPerSecond, result.JitterSeconds, result.SentDatagrams, result.LostDatagrams, result.LossRatio));
        Assert.False(result.IsLossMended);
        Assert.Null(result.RetransmittedSegments);
    }

    [Fact]
    public void Works_out_what_arrived_where_only_the_senders_bytes_are_told()
    {
        var result = IperfReport.Read(Fixture.Read("iperf3-made-3.9-udp.json"), Udp);
        // 3.12 said of the same test that 56.67 Mbit/s arrived.
        Assert.InRange(result.ThroughputBitsPerSecond!.Value, 56.6e6, 56.8e6);
        Assert.Equal((17258, 7090), (result.SentDatagrams, result.LostDatagrams));
    }

    [Theory]
    [InlineData("iperf3-made-3.13-udp-impossible.json", 17258, 17258)]
    [InlineData("iperf3-made-3.11-udp-negative.json", 5178, 0)]
    [InlineData("iperf3-made-3.20-udp-false-zero.json", 17258, 7095)]
    public void Mends_a_loss_that_cannot_be_and_says_so(string file, double sent, double lost)
    {
        var result = IperfReport.Read(Fixture.Read(file), Udp);
        Assert.Null(result.Failure);
        Assert.Equal((sent, lost, lost / sent, true), (result.SentDatagrams, result.LostDatagrams, result.LossRatio, result.IsLossMended));
    }

    [Theory]
    [InlineData("""{"sum":{"lost_percent":12.5}}""", 0.125, false)]
    [InlineData("""{"sum":{"lost_percent":179}}""", 1.0, true)]
    [InlineData("""{"sum":{"lost_percent":-3}}""", 0.0, true)]
    [InlineData("""{"sum":{"packets":0,"lost_packets":5}}""", null, false)]
    [InlineData("""{"sum":{"packets":200,"lost_percent":12.5}}""", 0.125, false)]
    [InlineData("""{"sum_sent":{"packets":100,"lost_packets":0,"lost_percent":0}}""", null, false)]
    public void Knows_of_loss_what_the_report_tells(string end, double? ratio, bool isMended)
    {
        var report = JsonNode.Parse(end)!;
        report["sum_received"] = JsonNode.Parse("""{"bits_per_second":1e6}""");
        var result = IperfReport.Read(Encoding.UTF8.GetBytes(new JsonObject { ["end"] = report }.ToJsonString()), Udp);
        Assert.Equal((ratio, isMended), (result.LossRatio, result.IsLossMended));
    }

    [Theory]
    [InlineData("iperf3-tcp-bidir.json")]
    [InlineData("iperf3-made-3.10-tcp-bidir.json")]
    public void Gives_each_direction_of_a_bidirectional_test_its_own_result(string file)
    {
        var result = IperfReport.Read(Fixture.Read(file), Bidirectional);
        Assert.Equal((54454298.60824822, 50109006.18284944), (result.ThroughputBitsPerSecond, result.Opposite!.ThroughputBitsPerSecond));
        Assert.Equal((MeasurementQuality.Interfered, MeasurementQuality.Interfered), (result.Quality, result.Opposite.Quality));
        Assert.Equal((1, 15134496), (result.RetransmittedSegments, result.TransferredBytes));
        Assert.Equal((7613e-6, 6826e-6, 8400e-6), (result.RoundTripMeanSeconds!.Value, result.RoundTripMinSeconds!.Value, result.RoundTripMaxSeconds!.Value));
        // The client is the receiver there: its kernel's round-trip time is not that of the data.
        Assert.Null(result.Opposite.RoundTripMeanSeconds);
        Assert.Null(result.Opposite.Opposite);
    }

    [Fact]
    public void Gives_each_direction_its_own_loss()
    {
        var result = IperfReport.Read(Fixture.Read("iperf3-udp-bidir.json"), Udp with { Direction = TestDirection.Bidirectional });
        Assert.Equal((29934624.07018787, 5178, 0), (result.ThroughputBitsPerSecond, result.SentDatagrams, result.LostDatagrams));
        Assert.Equal((29940405.18723503, 5180, 0), (result.Opposite!.ThroughputBitsPerSecond, result.Opposite.SentDatagrams, result.Opposite.LostDatagrams));
    }

    [Fact]
    public void Half_a_bidirectional_test_is_none() =>
        Assert.Equal(ProbeFailure.InvalidOutput, IperfReport.Read(Fixture.Read("iperf3-tcp.json"), Bidirectional).Failure);

    [Fact]
    public void Reads_what_the_sender_knows_of_the_path()
    {
        var result = IperfReport.Read(Fixture.Read("iperf3-tcp.json"), Fixture.Order);
        Assert.Equal((3424e-6, 2981e-6, 3868e-6, "bbr", 15170696), (result.RoundTripMeanSeconds, result.RoundTripMinSeconds, result.RoundTripMaxSeconds, result.CongestionControl, result.TransferredBytes));
        var reverse = IperfReport.Read(Fixture.Read("iperf3-tcp-reverse.json"), Fixture.Order with { Direction = TestDirection.Reverse });
        Assert.Equal((57204981.173356615, null, 0), (reverse.ThroughputBitsPerSecond, reverse.RoundTripMeanSeconds, reverse.RetransmittedSegments));
    }

    [Fact]
    public void Takes_the_round_trip_times_of_all_streams_together()
    {
        var result = IperfReport.Read(Fixture.Read("iperf3-made-3.16-twice.json"), Fixture.Order with { ParallelStreams = 4 });
        Assert.Equal(57431575.34713056, result.ThroughputBitsPerSecond);
        Assert.True(result.RoundTripMinSeconds <= result.RoundTripMeanSeconds && result.RoundTripMeanSeconds <= result.RoundTripMaxSeconds);
    }

    [Fact]
    public void Leaves_out_what_a_system_does_not_tell()
    {
        var result = IperfReport.Read(Fixture.Read("iperf3-made-3.20-tcp.json"), Fixture.Order);
        Assert.Equal((57349221.79522577, null, null), (result.ThroughputBitsPerSecond, result.RetransmittedSegments, result.RoundTripMeanSeconds));
    }

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

    [Fact]
    public void Mutilated_reports_give_a_sound_result_or_a_failure() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var files = Files.Select(file => file.Data).Where(file => !file.Contains("killed-client-kill", StringComparison.Ordinal)).ToList();
            var text = Encoding.UTF8.GetString(Fixture.Read(files[random.Next(files.Count)]));
            foreach (var (from, to) in Mutilations(random)) text = text.Replace(from, to, StringComparison.Ordinal);
            var order = (random.Next(2) == 0 ? Fixture.Order : Udp) with { Direction = (TestDirection)random.Next(3), ParallelStreams = random.Next(1, 9) };
            return IsSound(IperfReport.Read(Encoding.UTF8.GetBytes(text), order));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

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
    [InlineData("""{"end":{"sum_received":{"bits_per_second":1.8446744073709552e19}}}""", ProbeFailure.InvalidOutput)]
    [InlineData("""{"end":{"sum_received":{"bits_per_second":nan}}}""", ProbeFailure.InvalidOutput)]
    [InlineData("""{"end":{"sum_received":{"bits_per_second":null}}}""", ProbeFailure.InvalidOutput)]
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

    [Theory]
    [InlineData("iperf 3.15", 4, 90, MeasurementQuality.HostLimited)]
    [InlineData("iperf 3.16", 4, 90, MeasurementQuality.Ok)]
    [InlineData("iperf 3.16", 4, 359, MeasurementQuality.Ok)]
    [InlineData("iperf 3.17.1+", 4, 360, MeasurementQuality.HostLimited)]
    [InlineData("iperf 3.21", 1, 90, MeasurementQuality.HostLimited)]
    [InlineData("iperf 4.0", 4, 90, MeasurementQuality.HostLimited)]
    [InlineData("no version", 4, 90, MeasurementQuality.HostLimited)]
    public void A_core_is_the_limit_of_each_thread(string version, int streams, double remote, MeasurementQuality expected)
    {
        var report = $$$"""{"start":{"version":"{{{version}}}"},"end":{"sum_received":{"bits_per_second":1e6},"cpu_utilization_percent":{"remote_total":{{{remote}}} } } }""";
        Assert.Equal(expected, IperfReport.Read(Encoding.UTF8.GetBytes(report), Fixture.Order with { ParallelStreams = streams }).Quality);
    }

    private static IEnumerable<(string From, string To)> Mutilations(Random random)
    {
        string[] names = ["end", "sum_received", "sum_sent", "sum", "streams", "sender", "receiver", "bits_per_second", "bytes", "seconds", "packets", "lost_packets", "lost_percent", "jitter_ms", "mean_rtt", "host_total", "version", "start", "retransmits"];
        string[] values = ["null", "-1", "1e308", "1e999", "-0.0", "[]", "{}", "\"x\"", "true", "18446744073709551615", "0"];
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var name = names[random.Next(names.Length)];
            var value = values[random.Next(values.Length)];
            yield return random.Next(3) switch
            {
                // A member goes, comes twice with another value first, or is of another kind.
                0 => ($"\"{name}\":", $"\"x{i}\":"),
                1 => ($"\"{name}\":", $"\"{name}\":{value},\"{name}\":"),
                _ => ($"\"{name}\":\t", $"\"{name}\":{value},\"y{i}\":"),
            };
        }
    }

    private static ThroughputResult Read(string report) => IperfReport.Read(Encoding.UTF8.GetBytes(report), Fixture.Order);

    private static bool IsSound(ThroughputResult result) =>
        result.Failure is not null
            ? result is { ThroughputBitsPerSecond: null, RetransmittedSegments: null, LossRatio: null, Opposite: null, FailureText.Length: > 0 }
            : result is { ThroughputBitsPerSecond: > 0 and <= 1e14, FailureText: null }
                && result.LossRatio is null or (>= 0 and <= 1) && (result.LostDatagrams is null || (result.LostDatagrams >= 0 && result.LostDatagrams <= result.SentDatagrams))
                && new[] { result.TransferredBytes, result.RetransmittedSegments, result.JitterSeconds, result.LocalCpuRatio, result.RemoteCpuRatio, result.RoundTripMeanSeconds, result.SentDatagrams }
                    .All(value => value is null or (>= 0 and < double.PositiveInfinity))
                && Enum.IsDefined(result.Quality) && (result.Opposite is null || IsSound(result.Opposite));
}
