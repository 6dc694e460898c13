using System.CommandLine;
using NetGraph.Collector;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Graphite;
using NetGraph.Kubernetes;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli;

/// <summary><c>netgraph collector</c>: plans and orders tests.</summary>
internal static class CollectorCommand
{
    public static Command Create()
    {
        var nodes = new Option<string?>("--nodes") { Description = "JSON file that lists the nodes", HelpName = "file" };
        var cluster = new ClusterSettings();
        var interval = Options.Seconds("--interval", 300, 1, 7 * 86400, "Time from the start of a mesh cycle to the next");
        var duration = Options.Seconds("--duration", 5, 1, 3600, "Length of a test");
        var streams = Options.Whole("--streams", 1, 1, 128, "Parallel TCP streams of a test", "count");
        var bitrate = Options.BitsPerSecond("--bitrate", "Limit of a test");
        var protocol = Options.Choice("--protocol", ProtocolChoice.Tcp, "What the tests send; both: TCP and UDP in turn, a cycle each", ("tcp", ProtocolChoice.Tcp), ("udp", ProtocolChoice.Udp), ("both", ProtocolChoice.Both));
        var udpBitrate = Options.BitsPerSecond("--udp-bitrate", "Rate of a UDP test", "10M");
        var omit = Options.Seconds("--omit", 0, 0, 60, "Traffic before each test that does not count");
        var bidirectional = new Option<bool>("--bidirectional") { Description = "Let both ends send at once: half the slots, but both directions disturb each other" };
        var congestion = new Option<string?>("--congestion") { Description = "TCP congestion control of the tests, such as cubic (default: the hosts' own)", HelpName = "name" };
        var segment = Options.OptionalWhole("--mss", 88, 9216, "Largest TCP segment of the tests", "bytes");
        var dscp = Options.OptionalWhole("--dscp", 0, 63, "Differentiated services code point of the tests", "number");
        var tool = Options.Choice("--tool", TestTool.Iperf3, "The program that tests; netperf runs TCP_STREAM, netperf-rr TCP_RR", ("iperf3", TestTool.Iperf3), ("netperf", TestTool.Netperf), ("netperf-rr", TestTool.NetperfRequestResponse));
        var aggregate = new Option<string?>("--aggregate") { Description = "Node to which all others, at most 10, send at once after each cycle; the sum is published (default: none)", HelpName = "node" };
        var capped = CappedGroups();
        var settings = new PlanSettings();
        var metricsPort = Options.Port("--metrics-port", 9876, "Port of /metrics, /healthz and /api/v1/cycle");
        var listen = Options.Address("--listen", "Local address to listen on (default: any)");
        var token = Options.TokenFile();
        var authority = new Option<string?>("--tls-ca") { Description = "PEM file of the authority that signed the agents' certificates (default: plain HTTP)", HelpName = "file" };
        var graphite = Options.HostAndPort("--graphite", 2003, "Graphite server to which results are written as lines; such as graphite.example or [fd00::1]:2003 (default: none)");
        var graphitePrefix = GraphitePrefix();
        var logLevel = CommandRun.LogLevelOption();
        var command = new Command("collector", "Plan rounds in which no two tests disturb each other, and order the tests from the agents.")
        {
            nodes, interval, duration, streams, bitrate, protocol, udpBitrate, omit, bidirectional, congestion, segment, dscp, tool, aggregate, capped,
            metricsPort, listen, token, authority, graphite, graphitePrefix, logLevel,
        };
        settings.AddTo(command);
        cluster.AddTo(command, nodes);
        command.SetAction(async (parsed, stop) =>
        {
            var plan = settings.ReadPlan(parsed);
            var options = new CollectorOptions
            {
                Interval = parsed.GetValue(interval),
                DurationSeconds = (int)parsed.GetValue(duration).TotalSeconds,
                ParallelStreams = parsed.GetValue(streams),
                BitrateBitsPerSecond = parsed.GetValue(bitrate),
                Protocol = parsed.GetValue(protocol),
                UdpBitrateBitsPerSecond = parsed.GetValue(udpBitrate) ?? 10_000_000,
                OmitSeconds = (int)parsed.GetValue(omit).TotalSeconds,
                IsBidirectional = parsed.GetValue(bidirectional),
                CongestionControl = parsed.GetValue(congestion),
                MaximumSegmentBytes = parsed.GetValue(segment),
                Dscp = parsed.GetValue(dscp),
                Tool = parsed.GetValue(tool),
                AggregateNode = parsed.GetValue(aggregate),
                CappedGroup = parsed.GetValue(capped),
                Isolation = plan.Isolation,
                Pairs = plan.Pairs,
                Degree = plan.Degree,
                CrossingsPerGroup = plan.Limits.CrossingsPerGroup,
                MaxConcurrent = plan.Limits.MaxConcurrent,
                Budget = settings.ReadBudget(parsed),
                IsOrderingOff = cluster.IsOrderingOff(parsed),
                OnRequestOnly = cluster.IsSchedulesOnly(parsed),
                MetricsPort = parsed.GetValue(metricsPort),
                ListenAddress = parsed.GetValue(listen),
                Token = Options.ReadToken(parsed, token),
                AuthorityFile = parsed.GetValue(authority),
                Graphite = parsed.GetValue(graphite) is { } to ? new GraphiteOptions { Host = to.Host, Port = to.Port, Path = GraphitePaths.Mesh(parsed.GetValue(graphitePrefix)!) } : null,
            };
            if (!cluster.IsCluster(parsed))
            {
                await using var collector = await CollectorHost.StartAsync(options, new NodeFile(parsed.GetValue(nodes)!), parsed.GetValue(logLevel), stop).ConfigureAwait(false);
                await CommandRun.WaitAsync(stop, collector.Completion).ConfigureAwait(false);
                return 0;
            }

            var access = cluster.ReadAccess(parsed);
            using var client = new KubernetesClient(access);
            await using var inCluster = await CollectorHost.StartInClusterAsync(options, client, cluster.Read(parsed, access), parsed.GetValue(logLevel), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop, inCluster.Completion).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static Option<string> GraphitePrefix() => new("--graphite-prefix")
    {
        Description = "What the paths in Graphite begin with; the names of source and destination follow",
        HelpName = "path",
        DefaultValueFactory = _ => "netgraph.throughput",
        CustomParser = result =>
        {
            var prefix = result.Tokens[0].Value;
            if (GraphitePaths.FindFault(prefix) is { } fault) result.AddError($"'{prefix}' is not allowed for --graphite-prefix: it {fault}.");
            return prefix;
        },
    };

    private static Option<GroupKey> CappedGroups() => Options.Choice(
        "--capped-groups", GroupKey.Rack, "Which groups of nodes share an uplink", ("rack", GroupKey.Rack), ("zone", GroupKey.Zone), ("region", GroupKey.Region), ("none", GroupKey.None));
}
