using System.CommandLine;
using NetGraph.Collector;
using NetGraph.Collector.Discovery;
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
        var bytes = Options.Bytes("--max-bytes-per-day", "Bytes that tests may move in 24 hours; a cycle waits until they are there");
        var duty = Options.Ratio("--max-duty-cycle", "Share of the time that cycles may take (default: 100%)");
        var metricsPort = Options.Port("--metrics-port", 9876, "Port of /metrics, /healthz and /api/v1/cycle");
        var listen = Options.Address("--listen", "Local address to listen on (default: any)");
        var token = Options.TokenFile();
        var authority = new Option<string?>("--tls-ca") { Description = "PEM file of the authority that signed the agents' certificates (default: plain HTTP)", HelpName = "file" };
        var logLevel = CommandRun.LogLevelOption();
        var command = new Command("collector", "Plan rounds in which no two tests disturb each other, and order the tests from the agents.")
        {
            nodes, interval, duration, streams, bitrate, capped, crossings, maxConcurrent, bytes, duty, metricsPort, listen, token, authority, logLevel,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(duty) is 0) result.AddError("'0' is not allowed for --max-duty-cycle: it must be above 0%, or nothing would ever be measured");
        });
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
                BytesPerDay = parsed.GetValue(bytes),
                MaxDutyRatio = parsed.GetValue(duty) ?? 1,
                MetricsPort = parsed.GetValue(metricsPort),
                ListenAddress = parsed.GetValue(listen),
                Token = Options.ReadToken(parsed, token),
                AuthorityFile = parsed.GetValue(authority),
            };
            await using var collector = await CollectorHost.StartAsync(options, new NodeFile(parsed.GetValue(nodes)!), parsed.GetValue(logLevel), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop, collector.Completion).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static Option<GroupKey> CappedGroups() => Options.Choice(
        "--capped-groups", GroupKey.Rack, "Which groups of nodes share an uplink", ("rack", GroupKey.Rack), ("zone", GroupKey.Zone), ("region", GroupKey.Region), ("none", GroupKey.None));
}
