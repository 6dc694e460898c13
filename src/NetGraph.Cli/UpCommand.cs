using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NetGraph.Agent;
using NetGraph.Api;
using NetGraph.Collector;
using NetGraph.Collector.Discovery;
using NetGraph.Hosting;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary><c>netgraph up</c>: all parts in one process on loopback addresses; needs no root, no Prometheus, no set-up.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var count = Options.Whole("--nodes", 4, 2, 50, "How many agents to run, on 127.0.0.2 and up", "count");
        var interval = Options.Seconds("--interval", 60, 1, 7 * 86400, "Time from the start of a mesh cycle to the next");
        var duration = Options.Seconds("--duration", 1, 1, 3600, "Length of a test");
        var bitrate = Options.BitsPerSecond("--bitrate", "Limit of a test");
        var port = Options.Port("--port", 8080, "Port of the page and the api, on 127.0.0.1");
        var iperf3 = Options.Program("--iperf3", "iperf3", "Name or path of iperf3 3.10 or newer");
        var logLevel = CommandRun.LogLevelOption(LogLevel.Warning);
        var logForm = CommandRun.LogForm();
        var command = new Verb("up", "Run agents, collector and api in one process on loopback addresses: a first picture without any set-up.")
        {
            Examples =
            [
                ("netgraph up", "four agents; page at http://127.0.0.1:8080/"),
                ("netgraph up --nodes 8 --bitrate 100M --interval 30s --port 8081", "eight, gently, twice a minute"),
            ],
            ExitCodes = CommandRun.ExitCodesOfService,
        };
        command.AddGroup("Mesh", count, interval, duration, bitrate, iperf3);
        command.AddGroup("Page and log", port, logLevel, logForm);
        command.SetAction(async (parsed, stop) =>
        {
            var token = SharedToken.Random();
            var nodes = Enumerable.Range(1, parsed.GetValue(count)).Select(i => new AgentNode(new MeshNode($"node{i:00}"), LoopbackAddress(i + 1)) { ManagementAddress = LoopbackAddress(i + 1) }).ToList();
            var log = CommandRun.ReadLog(parsed, logLevel, logForm);
            var agents = new List<AgentHost>();
            try
            {
                using var starting = Activity.Show(() => ((double)agents.Count / nodes.Count, $"{agents.Count} of {nodes.Count} agents started"));
                foreach (var node in nodes)
                {
                    var options = new AgentOptions { NodeName = node.Name, BindAddress = node.Address, Token = token, Iperf3 = parsed.GetValue(iperf3)! };
                    // That orders come by plain HTTP is no news where they never leave the machine.
                    agents.Add(await StartAgentAsync(options, log.Level == LogLevel.Warning ? log with { Level = LogLevel.Error } : log, stop).ConfigureAwait(false));
                }

                var source = new EmbeddedSource(agents, [.. nodes.Select(node => node.Node)], TimeProvider.System);
                var apiOptions = new ApiOptions { ListenAddress = IPAddress.Loopback, Port = parsed.GetValue(port), FreshFor = TimeSpan.FromSeconds(1) };
                await using var api = await ApiHost.StartAsync(apiOptions, source, log, stop).ConfigureAwait(false);
                var collectorOptions = new CollectorOptions
                {
                    Interval = parsed.GetValue(interval),
                    DurationSeconds = (int)parsed.GetValue(duration).TotalSeconds,
                    BitrateBitsPerSecond = parsed.GetValue(bitrate),
                    // All tests cross the same processor: one at a time is the only fair way.
                    MaxConcurrent = 1,
                    ListenAddress = IPAddress.Loopback,
                    MetricsPort = 0,
                    Token = token,
                };
                await using var collector = await CollectorHost.StartAsync(collectorOptions, new FixedNodes(nodes), log, stop).ConfigureAwait(false);
                starting.Dispose();
                var page = $"http://127.0.0.1:{api.Port}/";
                await CommandRun.TellAsync(log, $"{nodes.Count} agents on {nodes[0].Address} to {nodes[^1].Address}; page: {page}", new() { ["event"] = "started", ["agents"] = nodes.Count, ["page"] = page }).ConfigureAwait(false);
                await AwaitFirstCycleAsync(collector, stop).ConfigureAwait(false);
                if (collector.CyclesDone > 0) await CommandRun.TellAsync(log, $"First cycle done: {page}graph.svg. Ctrl-C ends everything.", new() { ["event"] = "first_cycle_done", ["graph"] = page + "graph.svg" }).ConfigureAwait(false);
                await CommandRun.WaitAsync(stop, collector.Completion).ConfigureAwait(false);
                return 0;
            }
            finally
            {
                foreach (var agent in agents) await agent.DisposeAsync().ConfigureAwait(false);
            }
        });
        return command;
    }

    private static async Task<AgentHost> StartAgentAsync(AgentOptions options, LogSettings log, CancellationToken stop)
    {
        try
        {
            return await AgentHost.StartAsync(options, log, stop).ConfigureAwait(false);
        }
        catch (StartupException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
        {
            throw new StartupException($"The agents' ports on {options.BindAddress} are in use: another 'netgraph up' or an agent runs on this machine; stop it first.", exception);
        }
    }

    private static IPAddress LoopbackAddress(int last) => new([127, 0, 0, (byte)last]);

    private static async Task AwaitFirstCycleAsync(CollectorHost collector, CancellationToken stop)
    {
        using var progress = Activity.Show(() => collector.Progress is var (done, planned) && planned > 0 ? ((double)done / planned, $"first cycle: {done} of {planned} tests done") : (null, "first cycle: planning"));
        while (collector.CyclesDone == 0 && !stop.IsCancellationRequested && !collector.Completion.IsCompleted) await Task.Delay(200, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
