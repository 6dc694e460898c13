using System.CommandLine;
using NetGraph.Collector;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Graphite;
using NetGraph.Kubernetes;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli;

/// <summary><c>netgraph collector</c>: plans and orders tests.</summary>
internal static class CollectorCommand
{
    private const string GraphitePreset = "netgraph.throughput";

    public static Command Create()
    {
        var nodes = new Option<string?>("--nodes") { Description = "JSON file that lists the nodes", HelpName = "file" };
        var cluster = new ClusterSettings();
        var interval = Options.Seconds("--interval", 300, 1, 7 * 86400, "Time from the start of a mesh cycle to the next");
        var streams = Options.Whole("--streams", 1, 1, 128, "Parallel TCP streams of a test", "count");
        var protocol = Options.Choice("--protocol", ProtocolChoice.Tcp, "What the tests send; both: TCP and UDP in turn, a cycle each", ("tcp", ProtocolChoice.Tcp), ("udp", ProtocolChoice.Udp), ("both", ProtocolChoice.Both));
        var udpBitrate = Options.BitsPerSecond("--udp-bitrate", "Rate of a UDP test", "10M");
        var congestion = new Option<string?>("--congestion") { Description = "TCP congestion control of the tests, such as cubic (default: the hosts' own)", HelpName = "name" };
        var segment = Options.OptionalWhole("--mss", 88, 9216, "Largest TCP segment of the tests", "bytes");
        var dscp = Options.OptionalWhole("--dscp", 0, 63, "Differentiated services code point of the tests", "number");
        var tool = Options.Choice("--tool", TestTool.Iperf3, "The program that tests; netperf runs TCP_STREAM, netperf-rr TCP_RR", ("iperf3", TestTool.Iperf3), ("netperf", TestTool.Netperf), ("netperf-rr", TestTool.NetperfRequestResponse));
        var aggregate = new Option<string?>("--aggregate") { Description = "Node to which all others, at most 10, send at once after each cycle; the sum is published (default: none)", HelpName = "node" };
        var (tests, settings, budget) = (new TestSettings(), new PlanSettings(), new BudgetSettings());
        var metricsPort = Options.Port("--metrics-port", 9876, "Port of /metrics, /healthz and /api/v1/cycle");
        var listen = Options.Address("--listen", "Local address to listen on (default: any)");
        var token = Options.TokenFile();
        var authority = new Option<string?>("--tls-ca") { Description = "PEM file of the authority that signed the agents' certificates (default: plain HTTP)", HelpName = "file" };
        var graphite = Options.HostAndPort("--graphite", 2003, "Graphite server to which results are written as lines; such as graphite.example or [fd00::1]:2003 (default: none)");
        var graphitePrefix = GraphitePrefix();
        var logLevel = CommandRun.LogLevelOption();
        var logForm = CommandRun.LogForm();
        var command = new Verb("collector", "Plan rounds in which no two tests disturb each other, and order the tests from the agents.")
        {
            Notes = "Nodes come from a file or from a cluster: --nodes or --kubernetes. 'netgraph plan' says beforehand what a schedule would cost.",
            Examples =
            [
                ("netgraph collector --nodes nodes.json --token-file token", "a full mesh every five minutes, as far as the budget allows it"),
                ("netgraph collector --nodes nodes.json --token-file token --protocol both --duration 10s --bitrate 1G", "TCP and UDP in turn, 10 s each, at 1 Gbit/s at most"),
                ("netgraph collector --kubernetes --network both --capped-groups zone --money-per-day 5 --price-per-gb 0.01", "in a cluster: hosts and pods in turn, one test at a time between zones, for 5 a day"),
            ],
            ExitCodes = CommandRun.ExitCodesOfService,
        };
        command.AddGroup("Nodes", nodes);
        command.AddGroup("Mesh", interval);
        settings.AddTo(command);
        command.AddGroup("Mesh", aggregate);
        tests.AddTo(command);
        command.AddGroup("Tests", protocol, udpBitrate, streams, tool, congestion, segment, dscp);
        budget.AddTo(command);
        cluster.AddTo(command, nodes);
        command.AddGroup("Graphite", graphite, graphitePrefix);
        command.AddGroup("Agents, metrics and log", token, authority, metricsPort, listen, logLevel, logForm);
        command.SetAction(async (parsed, stop) =>
        {
            var options = settings.Apply(parsed, tests.Apply(parsed, new CollectorOptions
            {
                Interval = parsed.GetValue(interval),
                ParallelStreams = parsed.GetValue(streams),
                Protocol = parsed.GetValue(protocol),
                UdpBitrateBitsPerSecond = parsed.GetValue(udpBitrate) ?? 10_000_000,
                CongestionControl = parsed.GetValue(congestion),
                MaximumSegmentBytes = parsed.GetValue(segment),
                Dscp = parsed.GetValue(dscp),
                Tool = parsed.GetValue(tool),
                AggregateNode = parsed.GetValue(aggregate),
                Budget = budget.Read(parsed),
                IsOrderingOff = cluster.IsOrderingOff(parsed),
                OnRequestOnly = cluster.IsSchedulesOnly(parsed),
                MetricsPort = parsed.GetValue(metricsPort),
                ListenAddress = parsed.GetValue(listen),
                Token = Options.ReadToken(parsed, token),
                AuthorityFile = parsed.GetValue(authority),
                Graphite = parsed.GetValue(graphite) is { } to ? new GraphiteOptions { Host = to.Host, Port = to.Port, Path = GraphitePaths.Mesh(parsed.GetValue(graphitePrefix)!) } : null,
            }));
            if (!cluster.IsCluster(parsed))
            {
                await using var collector = await CollectorHost.StartAsync(options, new NodeFile(parsed.GetValue(nodes)!), CommandRun.ReadLog(parsed, logLevel, logForm), stop).ConfigureAwait(false);
                await CommandRun.WaitAsync(stop, collector.Completion).ConfigureAwait(false);
                return 0;
            }

            var access = cluster.ReadAccess(parsed);
            using var client = new KubernetesClient(access);
            await using var inCluster = await CollectorHost.StartInClusterAsync(options, client, cluster.Read(parsed, access), CommandRun.ReadLog(parsed, logLevel, logForm), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop, inCluster.Completion).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static Option<string> GraphitePrefix() => new("--graphite-prefix")
    {
        Description = $"What the paths in Graphite begin with; the names of source and destination follow (default: {GraphitePreset})",
        HelpName = "path",
        DefaultValueFactory = _ => GraphitePreset,
        CustomParser = result =>
        {
            var prefix = result.Tokens[0].Value;
            if (GraphitePaths.FindFault(prefix) is { } fault) result.AddError($"'{prefix}' is not allowed for --graphite-prefix: it {fault}.");
            return prefix;
        },
    };
}
