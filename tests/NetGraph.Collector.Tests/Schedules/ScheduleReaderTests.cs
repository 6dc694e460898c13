using System.Text.Json;
using NetGraph.Collector.Planning;
using NetGraph.Collector.Schedules;
using NetGraph.Hosting;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Tests.Schedules;

public sealed class ScheduleReaderTests
{
    private static readonly CollectorOptions Collector = new() { Token = SharedToken.Random(), AggregateNode = "n1", BitrateBitsPerSecond = 5, CrossingsPerGroup = 3 };

    [Fact]
    public void Reads_all_that_can_be_written()
    {
        var settings = Read(
            """
            {"probe":"throughput","interval":"1h30m","timeZone":"Europe/Berlin","duration":"10s",
             "sources":{"matchLabels":{"rack":"a"}},"destinations":{"matchExpressions":[{"key":"gpu","operator":"Exists"}]},
             "pairs":"sampled","degree":4,"isolation":"direction",
             "iperf3":{"protocol":"both","streams":8,"bitrate":"1G","udpBitrate":"50M","omit":"2s","congestionControl":"cubic","mss":1400,"dscp":8},
             "windows":[{"days":["Mon","Sun"],"from":"22:00","to":"06:00"}],
             "suspend":true,"expectations":{"minBandwidth":"900M","maxRtt":"2ms","maxLoss":"0.1%"}}
            """);

        var options = settings.Options;
        Assert.Equal(
            ("s", 10, PairSelection.Sampled, 4, Isolation.Direction, ProtocolChoice.Both, 8, 1_000_000_000L, 50_000_000L, 2),
            (options.Schedule, options.DurationSeconds, options.Pairs, options.Degree, options.Isolation, options.Protocol, options.ParallelStreams, options.BitrateBitsPerSecond, options.UdpBitrateBitsPerSecond, options.OmitSeconds));
        Assert.Equal(("cubic", 1400, 8), (options.CongestionControl, options.MaximumSegmentBytes, options.Dscp));
        Assert.Equal((TimeSpan.FromMinutes(90), "Europe/Berlin"), (settings.Timing.Interval!.Value, settings.Timing.Zone.Id));
        var window = Assert.Single(settings.Timing.Windows);
        Assert.Equal((new TimeOnly(22, 0), new TimeOnly(6, 0), 2), (window.From, window.To, window.Days.Count));
        Assert.Equal(new MeshExpectations(900e6, 0.002, 0.001), settings.Expectations);
        Assert.True(settings.IsSuspended);
        Assert.Equal([true, false], new[] { "a", "b" }.Select(rack => settings.Sources.Matches(new Dictionary<string, string> { ["rack"] = rack })));
        Assert.Equal([true, false], new[] { "gpu", "cpu" }.Select(label => settings.Destinations.Matches(new Dictionary<string, string> { [label] = "" })));
    }

    [Fact]
    public void What_a_schedule_cannot_set_is_the_collectors_and_its_mesh_is_its_own()
    {
        var options = Read("""{"cron":"0 2 * * Mon-Fri"}""").Options;

        Assert.Equal((3, null, null, 5, ProtocolChoice.Tcp), (options.CrossingsPerGroup, options.AggregateNode, options.BitrateBitsPerSecond, options.DurationSeconds, options.Protocol));
        Assert.Same(Collector.Token, options.Token);
    }

    [Theory]
    [InlineData("""{}""", "spec: neither interval nor cron says when to run: set one of them")]
    [InlineData("""{"interval":"1h","cron":"0 2 * * *"}""", "spec: both interval and cron say when to run: set one of them")]
    [InlineData("""{"interval":"9s"}""", "spec.interval: '9s' must be whole seconds, minutes or hours from 10s to 604800s, such as 30s, 5m or 1h30m")]
    [InlineData("""{"interval":"soon"}""", "spec.interval: 'soon' must be whole seconds, minutes or hours from 10s to 604800s, such as 30s, 5m or 1h30m")]
    [InlineData("""{"cron":"0 99 * * *"}""", "spec.cron: '0 99 * * *' must be the five fields minute, hour, day of month, month and day of week, such as '0 2 * * Mon-Fri'")]
    [InlineData("""{"cron":"0 2 * * *","timeZone":"Mars/Base"}""", "spec.timeZone: 'Mars/Base' is not known here: it must be an IANA name, such as Europe/Berlin")]
    [InlineData("""{"interval":"1h","probe":"echo"}""", "spec.probe: 'echo' must be throughput")]
    [InlineData("""{"interval":"1h","pairs":"some"}""", "spec.pairs: 'some' must be auto or full or sampled or zones")]
    [InlineData("""{"interval":"1h","degree":0}""", "spec.degree: 0 must be a whole number from 1 to 1000")]
    [InlineData("""{"interval":"1h","iperf3":{"streams":99999999999}}""", "spec.iperf3.streams: 99999999999 must be a whole number from 1 to 128")]
    [InlineData("""{"interval":"1h","iperf3":{"bitrate":"fast"}}""", "spec.iperf3.bitrate: 'fast' must be a rate from 1K to 10000G, such as 500M or 10G")]
    [InlineData("""{"interval":"1h","iperf3":{"bidirectional":true},"isolation":"direction"}""", "spec.iperf3: the agents would refuse such tests: direction Bidirectional takes both directions of both nodes: it needs the isolation Pair")]
    [InlineData("""{"interval":"1h","sources":{"matchExpressions":[{"key":"a","operator":"Is"}]}}""", "spec.sources: it has the operator 'Is' for 'a': allowed are In, NotIn, Exists, DoesNotExist")]
    [InlineData("""{"interval":"1h","destinations":{"matchExpressions":[{"key":"a","operator":"In"}]}}""", "spec.destinations: it has no values for 'a', and In needs some")]
    [InlineData("""{"interval":"1h","windows":[{"days":["Monday"],"from":"22:00","to":"06:00"}]}""", "spec.windows[0].days: 'Monday' must be one of Mon, Tue, Wed, Thu, Fri, Sat, Sun")]
    [InlineData("""{"interval":"1h","windows":[{"from":"25:00","to":"06:00"}]}""", "spec.windows[0]: from '25:00' and to '06:00' must be times of the day, such as 22:00 and 06:00")]
    [InlineData("""{"cron":"0 12 * * *","windows":[{"from":"22:00","to":"06:00"}]}""", "spec: no time of cron lies in any of the windows: change one of them")]
    [InlineData("""{"interval":"1h","expectations":{"maxRtt":"2"}}""", "spec.expectations.maxRtt: '2' must be a time with its unit, us, ms or s, of at most an hour, such as 500us or 5ms")]
    [InlineData("""{"interval":"1h","expectations":{"maxLoss":"2"}}""", "spec.expectations.maxLoss: '2' must be a share from 0% to 100%, such as 1% or 0.01")]
    public void Says_what_is_wrong_what_is_allowed_and_where(string spec, string fault)
    {
        Assert.Null(ScheduleReader.Read(Schedule(spec), Collector, out var faults));
        Assert.Equal([fault], faults);
    }

    [Fact]
    public void Says_all_that_is_wrong_at_once()
    {
        Assert.Null(ScheduleReader.Read(Schedule("""{"interval":"1h","degree":0,"pairs":"x","iperf3":{"mss":1}}"""), Collector, out var faults));
        Assert.Equal(["spec.pairs", "spec.degree", "spec.iperf3.mss"], faults.Select(fault => fault.Split(':')[0]));
    }

    internal static TestSchedule Schedule(string spec, string name = "s") =>
        JsonSerializer.Deserialize($$"""{"metadata":{"name":"{{name}}","uid":"{{name}}-1","generation":1},"spec":{{spec}}}""", ScheduleJsonContext.Default.TestSchedule)!;

    private static ScheduleSettings Read(string spec)
    {
        var settings = ScheduleReader.Read(Schedule(spec), Collector, out var faults);
        Assert.Empty(faults);
        return settings!;
    }
}
