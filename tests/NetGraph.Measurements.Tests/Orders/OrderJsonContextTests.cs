using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Measurements.Orders;

namespace NetGraph.Measurements.Tests.Orders;

public sealed class OrderJsonContextTests
{
    private static readonly OrderJsonContext Json = OrderJsonContext.Default;

    [Fact]
    public void Any_order_for_a_test_reads_back() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var order = new ThroughputOrder
            {
                TestId = $"t-{random.Next()}",
                PeerNode = random.Next(3) switch { 0 => "n\"ode", 1 => "\u00e9\ud83d\ude00", _ => "b" },
                PeerAddress = "10.0.0.2",
                PeerPort = random.Next(65536),
                DurationSeconds = random.Next(3600),
                ParallelStreams = random.Next(128),
                BitrateBitsPerSecond = random.Next(2) == 0 ? null : random.NextInt64(),
                OmitSeconds = random.Next(60),
                Tool = (TestTool)random.Next(3),
                Protocol = (TestProtocol)random.Next(2),
                Direction = (TestDirection)random.Next(3),
                CongestionControl = random.Next(2) == 0 ? null : "cubic",
                MaximumSegmentBytes = random.Next(2) == 0 ? null : random.Next(9216),
                Dscp = random.Next(2) == 0 ? null : random.Next(64),
                Isolation = (Isolation)random.Next(3),
                Interfered = random.Next(2) == 0,
            };
            return RoundTrip(order, Json.ThroughputOrder) == order;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Everything_else_reads_back()
    {
        var server = new ServerOrder { TestId = "t", DurationSeconds = 3, Isolation = Isolation.Direction };
        var success = new ThroughputResult { ThroughputBitsPerSecond = 1.5e9, RetransmittedSegments = 3, LocalCpuRatio = 0.1, RemoteCpuRatio = 1.2, Quality = MeasurementQuality.Interfered };
        var aggregate = server with { Isolation = Isolation.Aggregate, AggregateId = "a", Tool = TestTool.Netperf };
        var datagrams = success with
        {
            JitterSeconds = 1e-5,
            SentDatagrams = 100,
            LostDatagrams = 2,
            LossRatio = 0.02,
            IsLossMended = true,
            TransferredBytes = 1e6,
            CongestionControl = "bbr",
            RoundTripMeanSeconds = 2e-3,
            RoundTripMinSeconds = 1e-3,
            RoundTripMaxSeconds = 3e-3,
            TransactionsPerSecond = 7,
            Opposite = success,
        };
        Assert.Equal(server, RoundTrip(server, Json.ServerOrder));
        Assert.Equal(aggregate, RoundTrip(aggregate, Json.ServerOrder));
        Assert.Equal(datagrams, RoundTrip(datagrams, Json.ThroughputResult));
        Assert.Equal(new ServerReport(0.5, true), RoundTrip(new ServerReport(0.5, true), Json.ServerReport));
        Assert.Equal(new ServerReport(), Read("{}", Json.ServerReport));
        Assert.Equal(new QualityReport("t", MeasurementQuality.HostLimited), RoundTrip(new QualityReport("t", MeasurementQuality.HostLimited), Json.QualityReport));
        Assert.Equal(new FailureReport("b", ProbeFailure.Busy, "text", TestProtocol.Udp), RoundTrip(new FailureReport("b", ProbeFailure.Busy, "text", TestProtocol.Udp), Json.FailureReport));
        Assert.Equal(success, RoundTrip(success, Json.ThroughputResult));
        Assert.All(ProbeFailureNames.All, failure =>
        {
            Assert.Equal(ThroughputResult.Failed(failure, "text"), RoundTrip(ThroughputResult.Failed(failure, "text"), Json.ThroughputResult));
            Assert.Equal(new FailureReport("b", failure, "text"), RoundTrip(new FailureReport("b", failure, "text"), Json.FailureReport));
        });
        Assert.Equal(new ServerGrant(5201), RoundTrip(new ServerGrant(5201), Json.ServerGrant));
        Assert.Equal(new PeerListVersion(""), RoundTrip(new PeerListVersion(""), Json.PeerListVersion));
        var list = RoundTrip(new PeerList("v", [new Peer("b", "10.0.0.2", 9878), new Peer("c", "fd00::3", 1)]), Json.PeerList);
        Assert.Equal("v", list.Version);
        Assert.Equal([new Peer("b", "10.0.0.2", 9878), new Peer("c", "fd00::3", 1)], list.Peers);
    }

    [Fact]
    public void What_an_agent_knows_of_a_link_reads_back_and_members_of_newer_agents_are_skipped()
    {
        var link = new AgentLink("a", "b")
        {
            ThroughputBitsPerSecond = 1.5e9,
            RetransmittedSegments = 3,
            Quality = MeasurementQuality.Capped,
            IsSuccess = true,
            LastSuccess = DateTimeOffset.UnixEpoch,
            TestedAt = DateTimeOffset.UnixEpoch.AddSeconds(1),
            ProbesSent = 10,
            ProbesReceived = 9,
            RoundTripSum = TimeSpan.FromMilliseconds(12.3456),
        };

        Assert.Equal([link], RoundTrip([link], Json.IReadOnlyListAgentLink));
        Assert.Equal([new AgentLink("a", "b")], Read("""[{"source":"a","destination":"b","newer":1}]""", Json.IReadOnlyListAgentLink));
        Assert.Throws<JsonException>(() => Read("""[{"source":"a"}]""", Json.IReadOnlyListAgentLink));
    }

    [Fact]
    public void Absent_members_keep_their_defaults()
    {
        var test = Read("""{"testId":"t","peerNode":"b","peerAddress":"10.0.0.2","peerPort":5201,"durationSeconds":10}""", Json.ThroughputOrder);
        Assert.Equal(1, test.ParallelStreams);
        Assert.Equal(Isolation.Pair, test.Isolation);
        Assert.Null(test.BitrateBitsPerSecond);
        Assert.Equal((TestTool.Iperf3, TestProtocol.Tcp, TestDirection.Forward, 0), (test.Tool, test.Protocol, test.Direction, test.OmitSeconds));
        Assert.False(test.Interfered);
        Assert.Equal(Isolation.Pair, Read("""{"testId":"t","durationSeconds":10}""", Json.ServerOrder).Isolation);
        var result = Read("""{"throughputBitsPerSecond":1}""", Json.ThroughputResult);
        Assert.Equal((MeasurementQuality.Ok, null, null), (result.Quality, result.Failure, result.FailureText));
    }

    [Fact]
    public void Writes_camel_case_and_names_and_leaves_out_what_is_not_known()
    {
        var text = JsonSerializer.Serialize(ThroughputResult.Failed(ProbeFailure.ConnectionRefused, "no"), Json.ThroughputResult);
        Assert.Equal("""{"isLossMended":false,"quality":"Ok","failure":"ConnectionRefused","failureText":"no"}""", text);
    }

    [Theory]
    [InlineData("""{"testId":"t","durationSeconds":10,"duration":3}""")]
    [InlineData("""{"testId":"t","durationSeconds":10,"isolation":"Node"}""")]
    [InlineData("""{"testId":"t","durationSeconds":10,"tool":"iperf2"}""")]
    [InlineData("""{"testId":"t","durationSeconds":2.5}""")]
    [InlineData("""{"testId":"t","durationSeconds":"10"}""")]
    [InlineData("""{"testId":"t"}""")]
    [InlineData("""{"durationSeconds":10}""")]
    [InlineData("""{"testId":"t","durationSeconds":10""")]
    [InlineData("""["t",10]""")]
    [InlineData("")]
    public void Refuses_an_order_for_a_server_that_is_not_of_this_form(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, Json.ServerOrder));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"peerNode":"b","text":"no"}""")]
    [InlineData("""{"failure":"Timeout","text":"no"}""")]
    [InlineData("""{"peerNode":"b","failure":"Tired","text":"no"}""")]
    [InlineData("""{"peerNode":"b","failure":"Timeout","text":"no","when":1}""")]
    public void Refuses_a_failure_report_that_does_not_say_whose_and_which_failure(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, Json.FailureReport));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"version":"v"}""")]
    [InlineData("""{"peers":[]}""")]
    [InlineData("""{"version":"v","peers":[{"node":"b","address":"10.0.0.2"}]}""")]
    [InlineData("""{"version":"v","peers":[{"node":"b","address":"10.0.0.2","echoPort":1,"zone":"z"}]}""")]
    public void Refuses_a_list_of_peers_that_is_not_whole(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, Json.PeerList));

    private static T RoundTrip<T>(T value, JsonTypeInfo<T> type) => Read(JsonSerializer.Serialize(value, type), type);

    private static T Read<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;
}
