using System.CommandLine;
using NetGraph.Collector;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Graphite;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary><c>netgraph collector</c>: plans and orders tests.</summary>
internal static class CollectorCommand
{
    public static Command Create()
    {
        var nodes = new Option<string>("--nodes") { Description = "JSON file that lists the nodes", HelpName = "file", Required = true };
        var interval = Options.Seconds("--interval", 300, 1, 7 * 86400, "Time from the start of a mesh cycle to the next");
        var duration = Options.Seconds("--duration", 5, 1, 3600, "Length of a test");
        var streams = Options.Whole("--streams", 1, 1, 128, "Parallel TCP streams of a test", "count");
        var bitrate = Options.BitsPerSecond("--bitrate", "Limit of a test");
        var capped = CappedGroups();
        var crossings = Options.Whole("--crossings", 1, 1, 1000, "Tests that may cross the boundary of such a group at once", "count");
        var maxConcurrent = Options.Whole("--max-concurrent", int.MaxValue, 1, int.MaxValue, "Tests that may run at once", "count");
        var metricsPort = Options.Port("--metrics-port", 9876, "Port of /metrics, /healthz and /api/v1/cycle");
        var listen = Options.Address("--listen", "Local address to listen on (default: any)");
        var token = Options.TokenFile();
        var authority = new Option<string?>("--tls-ca") { Description = "PEM file of the authority that signed the agents' certificates (default: plain HTTP)", HelpName = "file" };
        var graphite = Options.HostAndPort("--graphite", 2003, "Graphite server to which results are written as lines; such as graphite.example or [fd00::1]:2003 (default: none)");
        var graphitePrefix = GraphitePrefix();
        var logLevel = CommandRun.LogLevelOption();
        var command = new Command("collector", "Plan rounds in which no two tests disturb each other, and order the tests from the agents.")
        {
            nodes, interval, duration, streams, bitrate, capped, crossings, maxConcurrent, metricsPort, listen, token, authority, graphite, graphitePrefix, logLevel,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var options = new CollectorOptions
            {
                Interval = parsed.GetValue(interval),
                DurationSeconds = (int)parsed.GetValue(duration).TotalSeconds,
                ParallelStreams = parsed.GetValue(streams),
                BitrateBitsPerSecond = parsed.GetValue(bitrate),
                CappedGroup = parsed.GetValue(capped),
                CrossingsPerGroup = parsed.GetValue(crossings),
                MaxConcurrent = parsed.GetValue(maxConcurrent) is var most && most < int.MaxValue ? most : null,
                MetricsPort = parsed.GetValue(metricsPort),
                ListenAddress = parsed.GetValue(listen),
                Token = Options.ReadToken(parsed, token),
                AuthorityFile = parsed.GetValue(authority),
                Graphite = parsed.GetValue(graphite) is { } to ? new GraphiteOptions { Host = to.Host, Port = to.Port, Path = GraphitePaths.Mesh(parsed.GetValue(graphitePrefix)!) } : null,
            };
            await using var collector = await CollectorHost.StartAsync(options, new NodeFile(parsed.GetValue(nodes)!), parsed.GetValue(logLevel), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop, collector.Completion).ConfigureAwait(false);
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
