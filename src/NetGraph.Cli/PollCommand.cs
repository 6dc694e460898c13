using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using NetGraph.Agent;
using NetGraph.Cli.Polling;
using NetGraph.Collector;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Planning;
using NetGraph.Hosting;
using NetGraph.Kubernetes;
using NetGraph.Kubernetes.Configuration;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli;

/// <summary><c>netgraph poll</c>: measures from this machine to plain iperf3 or netperf servers, as cloud-bandwidth's poller and iperf3-monitor's exporter do.</summary>
internal static class PollCommand
{
    public static Command Create()
    {
        var values = PollSettings.All.Select(setting => (setting.Flag, Option: Value(setting))).ToList();
        var file = new Option<string?>("--configuration", "-configuration", "--config", "-config")
        {
            Description = $"cloud-bandwidth's settings in YAML; they beat the command line (or variable CBANDWIDTH_CONFIG; default: {PollSettings.DefaultFile} if it is there)",
            HelpName = "file",
        };
        var fix = new Option<bool>("--graphite-direction-fix") { Description = "Call download what this machine receives, and upload what it sends" };
        var debug = Switch("debug", "Log everything of use for finding faults");
        var netperf = Switch("netperf", "Poll netservers with netperf: TCP_STREAM to them, TCP_MAERTS from them (or variable CBANDWIDTH_NETPERF)");
        var noContainer = Switch("nocontainer", "Accepted and without effect: no containers are used");
        var logForm = CommandRun.LogForm();
        var iperf3 = Options.Program("--iperf3", "iperf3", "Name or path of iperf3 3.10 or newer");
        var netperfProgram = Options.Program("--netperf-program", "netperf", "Name or path of netperf 2.7 or newer");
        var command = new Verb("poll", "Measure from this machine to plain iperf3 or netperf servers, both ways, one at a time: in place of cloud-bandwidth's poller or iperf3-monitor's exporter.")
        {
            Notes = $"Settings come from {PollSettings.DefaultFile} first, then from here, then from the environment: cloud-bandwidth's (CBANDWIDTH_PERF_SERVERS, ...) and iperf3-monitor's (IPERF_TEST_INTERVAL, ...) variables. "
                + "Servers of the file and of the list are both polled. One dash before a flag will do.",
            Examples =
            [
                ("netgraph poll -perf-servers 10.0.0.1:azure,10.0.0.2:home -grafana-address graphite.example", "with cloud-bandwidth's flags"),
                ("netgraph poll -configuration configuration.yaml", "with its file"),
            ],
            ExitCodes = CommandRun.ExitCodesOfService,
        };
        IEnumerable<Option> Of(IEnumerable<PollSetting> settings) => settings.Select(setting => values.First(value => value.Flag == setting.Flag).Option);
        command.AddGroup("Tests", [.. Of(PollSettings.Tests), iperf3, netperf, netperfProgram]);
        command.AddGroup("Servers in Kubernetes", [.. Of(PollSettings.OfPods)]);
        command.AddGroup("Graphite", [.. Of(PollSettings.OfGraphite), fix]);
        command.AddGroup("Settings, metrics and log", [file, .. Of(PollSettings.OfMetrics), debug, logForm]);
        command.AddGroup("Without effect", [.. Of(PollSettings.WithoutEffect), noContainer]);
        command.SetAction(async (parsed, stop) =>
        {
            var flags = values.Select(item => (item.Flag, Text: parsed.GetValue(item.Option))).Where(item => item.Text is not null).ToDictionary(item => item.Flag, item => item.Text!);
            var switches = new PollSwitches(parsed.GetValue(debug), parsed.GetValue(netperf), parsed.GetValue(fix));
            var settings = PollSettings.Read(flags, switches, parsed.GetValue(file), Environment.GetEnvironmentVariable);
            var log = new LogSettings(settings.LogLevel, parsed.GetValue(logForm) == AnswerForm.Json);
            await RunAsync(settings, log, parsed.GetValue(iperf3)!, parsed.GetValue(netperfProgram)!, stop).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static async Task RunAsync(PollSettings settings, LogSettings log, string iperf3, string netperf, CancellationToken stop)
    {
        foreach (var remark in settings.Remarks) await Console.Error.WriteLineAsync($"netgraph: {remark}").ConfigureAwait(false);
        using var client = settings.Pods is { } access ? Connect(access) : null;
        var token = SharedToken.Random();
        CollectorHost? started = null;
        using var cycle = Activity.Show(() => started?.Progress is var (done, planned) && planned > 0 ? ((double)done / planned, $"{done} of {planned} tests done") : null);
        var agentOptions = new AgentOptions
        {
            NodeName = settings.NodeName,
            MetricsPort = settings.ListenPort,
            MetricsPortOption = "--listen-port",
            OrdersPort = 0,
            EchoPort = 0,
            IsPrivate = true,
            OtherMetrics = writer => started?.WriteMetrics(writer),
            Iperf3 = iperf3,
            NeedsIperf3 = !settings.IsNetperf,
            Netperf = netperf,
            Token = token,
            Overrun = settings.Overrun,
        };
        await using var agent = await AgentHost.StartAsync(agentOptions, log, stop).ConfigureAwait(false);
        var own = new AgentNode(new MeshNode(settings.NodeName), IPAddress.Loopback) { ManagementAddress = IPAddress.Loopback, OrdersPort = agent.OrdersPort, EchoPort = agent.EchoPort };
        var targets = settings.Servers.Select(server => new TargetNode(new MeshNode(server.Name), server.Host) { ServerPort = settings.ServerPort, IsNetserver = settings.IsNetperf });
        var collectorOptions = new CollectorOptions
        {
            Interval = settings.Interval,
            DurationSeconds = settings.DurationSeconds,
            ParallelStreams = settings.ParallelStreams,
            // Each server is due each time, however many there are.
            Pairs = PairSelection.Full,
            Protocol = settings.Protocol,
            Tool = settings.IsNetperf ? TestTool.Netperf : TestTool.Iperf3,
            ListenAddress = IPAddress.Loopback,
            MetricsPort = 0,
            Token = token,
            // A server that serves somebody else is asked again for as long as a test may take.
            SlotMargin = settings.Overrun,
            AnswerMargin = settings.Overrun + new CollectorOptions { Token = token }.AnswerMargin,
            Graphite = settings.Graphite,
        };
        IReadOnlyList<MeshMember> known = [own, .. targets];
        var pods = client is null ? null : new PodServers(client, settings.Pods!.Namespace, settings.Pods.Selector, settings.ServerPort, known);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var following = pods?.RunAsync(end.Token) ?? Task.CompletedTask;
        try
        {
            await using var collector = await CollectorHost.StartAsync(collectorOptions, (INodeSource?)pods ?? new FixedNodes(known), log, stop).ConfigureAwait(false);
            started = collector;
            var graphite = settings.Graphite is { } to ? $"; Graphite: {to.Host} port {to.Port}" : "";
            await CommandRun.TellAsync(
                log,
                $"{settings.NodeName} polls {Describe(settings)} every {settings.Interval.TotalSeconds:0} s; metrics: port {agent.MetricsPort}, /metrics{graphite}",
                new()
                {
                    ["event"] = "started",
                    ["node"] = settings.NodeName,
                    ["servers"] = new JsonArray([.. settings.Servers.Select(server => (JsonNode)server.Name)]),
                    ["intervalSeconds"] = settings.Interval.TotalSeconds,
                    ["metricsPort"] = agent.MetricsPort,
                }).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop, collector.Completion).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Describe(PollSettings settings)
    {
        var pods = settings.Pods is { } found ? $"pods of namespace {found.Namespace} with {found.Selector}" : null;
        return string.Join(", ", settings.Servers.Select(server => server.Name).Append(pods).OfType<string>());
    }

    private static KubernetesClient Connect(PolledPods pods)
    {
        try
        {
            return new KubernetesClient(KubernetesConfiguration.Load(pods.Kubeconfig));
        }
        catch (KubernetesConfigurationException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private static Option<string?> Value(PollSetting setting)
    {
        var what = setting.Preset is null ? setting.What : setting.What.EndsWith(')') ? $"{setting.What[..^1]}; default: {setting.Preset})" : $"{setting.What} (default: {setting.Preset})";
        var variables = setting.Variables.Length == 0 ? "" : $"; or {string.Join(", ", setting.Variables)}";
        var option = new Option<string?>("--" + setting.Flag, "-" + setting.Flag) { Description = $"{what}{variables}", HelpName = setting.HelpName };
        option.CompletionSources.Add(setting.Words);
        return option;
    }

    private static Option<bool> Switch(string name, string what) => new("--" + name, "-" + name) { Description = what };
}
