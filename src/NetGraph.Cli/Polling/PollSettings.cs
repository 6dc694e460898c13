using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using NetGraph.Collector;
using NetGraph.Collector.Graphite;
using NetGraph.Hosting;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli.Polling;

/// <summary>What <c>netgraph poll</c> does: the settings of cloud-bandwidth's poller and of iperf3-monitor's exporter in one.</summary>
/// <remarks>
/// The settings file beats the command line, as in cloud-bandwidth; the command line beats the environment. Servers of the file are added to those listed
/// elsewhere. Where both programs have a variable for the same thing, cloud-bandwidth's counts.
/// </remarks>
internal sealed record PollSettings
{
    public const string DefaultFile = "configuration.yaml";
    private const int MaxSeconds = 7 * 86400;

    private static readonly PollSetting ServerList = new(
        "perf-servers", "iperf3 servers as address:name,address:name; the name may be left out, an address of IPv6 with a name stands in brackets", "list", ["CBANDWIDTH_PERF_SERVERS"]);
    private static readonly PollSetting Port = new("perf-server-port", "Port of the servers (1 to 65535; default: 5201, of netserver 12865)", "port", ["CBANDWIDTH_PERF_SERVER_PORT", "IPERF_SERVER_PORT"], "server-port");
    private static readonly PollSetting TestInterval = new(
        "test-interval", "Time from the start of a cycle to the start of the next, in seconds (1 to 604800)", "seconds", ["CBANDWIDTH_POLL_INTERVAL", "IPERF_TEST_INTERVAL"], "test-interval", "300");
    private static readonly PollSetting TestLength = new("test-length", "Length of a test in seconds (1 to 3600)", "seconds", ["CBANDWIDTH_POLL_LENGTH", "IPERF_TEST_DURATION"], "test-length", "5");
    private static readonly PollSetting TestTimeout = new("test-timeout", "How long a test may take in all, in seconds, longer than its length (default: 5 more)", "seconds", ["IPERF_TEST_TIMEOUT"]);
    private static readonly PollSetting Parallel = new("parallel-connections", "Parallel TCP streams of a test (1 to 128)", "count", ["CBANDWIDTH_IPERF_PARALLEL"], null, "1");
    private static readonly PollSetting ProtocolName = new("protocol", "What the tests send, tcp or udp; a UDP test sends 10 Mbit/s", "word", ["IPERF_TEST_PROTOCOL"], null, "tcp") { Words = ["tcp", "udp"] };
    private static readonly PollSetting GraphiteHost = new("grafana-address", "Name or address of Graphite (default: no lines are written)", "host", ["CBANDWIDTH_GRAFANA_ADDRESS"], "grafana-address");
    private static readonly PollSetting GraphitePort = new("grafana-port", "Port of Graphite's plaintext protocol (1 to 65535)", "port", ["CBANDWIDTH_GRAFANA_PORT"], "grafana-port", "2003");
    private static readonly PollSetting Download = new(
        "tsdb-download-prefix", "Graphite's path of what this machine sends: cloud-bandwidth calls that a download", "path", ["CBANDWIDTH_DOWNLOAD_PREFIX"], "tsdb-download-prefix", "bandwidth.download");
    private static readonly PollSetting Upload = new(
        "tsdb-upload-prefix", "Graphite's path of what this machine receives", "path", ["CBANDWIDTH_UPLOAD_PREFIX"], "tsdb-upload-prefix", "bandwidth.upload");
    private static readonly PollSetting Node = new("node", "Name of this machine (default: the host's name)", "name", ["SOURCE_NODE_NAME", "NODE_NAME"]);
    private static readonly PollSetting Listen = new("listen-port", "Port of /metrics and /healthz (1 to 65535)", "port", ["LISTEN_PORT"], null, "9876");
    private static readonly PollSetting LogWord = new("log-level", "Least level that is logged (debug, info, warning, error)", "word", ["LOG_LEVEL"], null, "info") { Words = ["debug", "info", "warning", "error"] };
    private static readonly PollSetting Image = new("image", "Accepted and without effect: no containers are used", "image", ["CBANDWIDTH_PERF_IMAGE"]);

    private static readonly PollSetting PodNamespace = new("server-namespace", "Namespace of pods with an iperf3 server, found in the Kubernetes API (default: default)", "name", ["IPERF_SERVER_NAMESPACE"]);
    private static readonly PollSetting PodSelector = new("server-selector", "Labels of pods with an iperf3 server, found in the Kubernetes API (default: app=iperf3-server)", "selector", ["IPERF_SERVER_LABEL_SELECTOR"]);
    private static readonly PollSetting Kubeconfig = new("kubeconfig", "Access to the Kubernetes API from outside the cluster (default: the pod's own, else variable KUBECONFIG)", "file", []);

    private static readonly Dictionary<string, LogLevel> LogLevels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["trace"] = LogLevel.Trace,
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["information"] = LogLevel.Information,
        ["warning"] = LogLevel.Warning,
        ["warn"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
        ["critical"] = LogLevel.Critical,
    };

    /// <summary>All settings that have a value, in the order of the help.</summary>
    public static IReadOnlyList<PollSetting> All => [.. Tests, .. OfPods, .. OfGraphite, .. OfMetrics, .. WithoutEffect];

    /// <summary>Those of what is tested, and how.</summary>
    public static IReadOnlyList<PollSetting> Tests { get; } = [ServerList, Port, TestInterval, TestLength, TestTimeout, Parallel, ProtocolName];

    /// <summary>Those of servers found in a Kubernetes cluster.</summary>
    public static IReadOnlyList<PollSetting> OfPods { get; } = [PodNamespace, PodSelector, Kubeconfig];

    /// <summary>Those of where results are written.</summary>
    public static IReadOnlyList<PollSetting> OfGraphite { get; } = [GraphiteHost, GraphitePort, Download, Upload];

    /// <summary>Those of metrics and log.</summary>
    public static IReadOnlyList<PollSetting> OfMetrics { get; } = [Node, Listen, LogWord];

    /// <summary>Those that are accepted for the sake of old command lines.</summary>
    public static IReadOnlyList<PollSetting> WithoutEffect { get; } = [Image];

    /// <summary>Name of this machine: the source of what it sends.</summary>
    public required string NodeName { get; init; }

    /// <summary>The servers, with different names.</summary>
    public required IReadOnlyList<PolledServer> Servers { get; init; }

    /// <summary>Where servers are found beside those listed, or <see langword="null"/> for nowhere.</summary>
    public PolledPods? Pods { get; init; }

    /// <summary>Whether the servers are netservers, and tests are netperf's <c>TCP_STREAM</c> and <c>TCP_MAERTS</c>.</summary>
    public bool IsNetperf { get; init; }

    /// <summary>Port of all servers.</summary>
    public required int ServerPort { get; init; }

    /// <summary>Time from the start of a cycle to the start of the next.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Length of a test in whole seconds.</summary>
    public required int DurationSeconds { get; init; }

    /// <summary>How much longer than its length a test may take.</summary>
    public required TimeSpan Overrun { get; init; }

    /// <summary>Parallel TCP streams of a test.</summary>
    public required int ParallelStreams { get; init; }

    /// <summary>Port of the metrics.</summary>
    public required int ListenPort { get; init; }

    /// <summary>Least level that is logged.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>Where lines go, or <see langword="null"/> for nowhere.</summary>
    public GraphiteOptions? Graphite { get; init; }

    /// <summary>What the tests send, TCP or UDP.</summary>
    public ProtocolChoice Protocol { get; init; }

    /// <summary>What the user should know of the settings, as sentences.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Puts the settings together.</summary>
    /// <param name="flags">The values given on the command line, by flag.</param>
    /// <param name="switches">The switches given there.</param>
    /// <param name="file">The settings file named there, if one is.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="StartupException">Something is wrong; the message says all of it.</exception>
    public static PollSettings Read(IReadOnlyDictionary<string, string> flags, PollSwitches switches, string? file, Func<string, string?> variable)
    {
        var source = new Source(flags, variable, FindFile(file ?? Given(variable, "CBANDWIDTH_CONFIG")));
        var isNetperf = switches.IsNetperf || source.IsOn("CBANDWIDTH_NETPERF");
        var duration = source.Whole(TestLength, 1, 3600);
        var interval = source.Whole(TestInterval, 1, MaxSeconds);
        var node = source.Text(Node) ?? Dns.GetHostName();
        var settings = new PollSettings
        {
            NodeName = node,
            Servers = ReadServers(source, node),
            Pods = ReadPods(source),
            IsNetperf = isNetperf,
            ServerPort = source.Text(Port) is null ? isNetperf ? 12865 : 5201 : source.Whole(Port, 1, 65535),
            Interval = TimeSpan.FromSeconds(interval),
            DurationSeconds = duration,
            Overrun = ReadOverrun(source, duration),
            ParallelStreams = source.Whole(Parallel, 1, 128),
            ListenPort = source.Whole(Listen, 1, 65535),
            LogLevel = switches.IsDebug || source.IsOn("CBANDWIDTH_DEBUG") ? LogLevel.Debug : ReadLogLevel(source),
            Protocol = source.Text(ProtocolName) is { } protocol && Enum.TryParse<ProtocolChoice>(protocol, ignoreCase: true, out var choice) && !int.TryParse(protocol, out _) ? choice : ProtocolChoice.Both,
            Graphite = ReadGraphite(source, node, switches.IsDirectionFixed),
            Remarks = source.Remarks,
        };
        var leastSeconds = 2L * settings.Servers.Count * duration;
        if (leastSeconds > interval)
            source.Remarks.Add($"Testing {settings.Servers.Count} servers both ways for {duration} s takes at least {leastSeconds} s, longer than the interval of {interval} s: cycles follow one another at once.");
        if (settings.Protocol is not (ProtocolChoice.Tcp or ProtocolChoice.Udp))
            source.Faults.Add($"'{source.Text(ProtocolName)}' is not allowed for {source.Origin(ProtocolName)}: choose tcp or udp.");
        if (isNetperf && (settings.Protocol, settings.ParallelStreams, settings.Pods) is not (ProtocolChoice.Tcp, 1, null))
            source.Faults.Add("netperf runs one TCP stream at a time, to servers that are listed: leave UDP, parallel streams and servers in Kubernetes out, or -netperf.");
        if (source.Text(Image) is not null) source.Remarks.Add($"{source.Origin(Image)} has no effect: NetGraph runs the {(isNetperf ? "netperf" : "iperf3")} of this machine, without containers.");
        if (source.Faults.Count > 0) throw new StartupException(string.Join(" ", source.Faults));
        return settings;
    }

    private static PollFile? FindFile(string? named) => named is not null ? PollFile.Read(named) : File.Exists(DefaultFile) ? PollFile.Read(DefaultFile) : null;

    private static List<PolledServer> ReadServers(Source source, string node)
    {
        List<PolledServer> servers = [.. (source.File?.Servers ?? []).Concat(PolledServer.ReadList(source.Text(ServerList) ?? "")).Distinct()];
        source.Faults.AddRange(servers.Select(server => server.FindFault()).OfType<string>());
        foreach (var same in servers.GroupBy(server => server.Name).Where(same => same.Count() > 1))
            source.Faults.Add($"The name '{same.Key}' is given to {string.Join(" and ", same.Select(server => server.Host))}: every server needs a name of its own.");
        if (servers.Any(server => server.Name == node)) source.Faults.Add($"The name '{node}' is that of this machine and of a server: give this machine another with --node.");
        if (servers.Count == 0 && !FindsPods(source))
            source.Faults.Add($"There are no servers to poll: list them with -perf-servers ADDRESS:NAME,ADDRESS:NAME, in CBANDWIDTH_PERF_SERVERS, or under iperf-servers in {DefaultFile}; or have them found in Kubernetes by --{PodSelector.Flag}.");
        return servers;
    }

    private static bool FindsPods(Source source) => source.Text(PodNamespace) is not null || source.Text(PodSelector) is not null;

    // The defaults are iperf3-monitor's, as soon as one of its two variables asks for pods.
    private static PolledPods? ReadPods(Source source) =>
        FindsPods(source) ? new PolledPods(source.Text(PodNamespace) ?? "default", source.Text(PodSelector) ?? "app=iperf3-server", source.Text(Kubeconfig)) : null;

    private static TimeSpan ReadOverrun(Source source, int duration)
    {
        const int Usual = 5;
        if (source.Text(TestTimeout) is null) return TimeSpan.FromSeconds(Usual);
        var timeout = source.Whole(TestTimeout, 1, MaxSeconds);
        if (timeout > duration) return TimeSpan.FromSeconds(timeout - duration);
        // iperf3-monitor never read it: a value that would fail every test stood there without harm.
        source.Remarks.Add($"{source.Origin(TestTimeout)} of {timeout} s is too short for tests of {duration} s: {duration + Usual} s are used.");
        return TimeSpan.FromSeconds(Usual);
    }

    private static LogLevel ReadLogLevel(Source source)
    {
        var word = source.Text(LogWord)!;
        if (LogLevels.TryGetValue(word, out var level)) return level;
        source.Faults.Add($"'{word}' is not allowed for {source.Origin(LogWord)}: choose one of debug, info, warning, error.");
        return LogLevel.Information;
    }

    private static GraphiteOptions? ReadGraphite(Source source, string node, bool isDirectionFixed)
    {
        string download = source.Text(Download)!, upload = source.Text(Upload)!;
        foreach (var (setting, prefix) in new[] { (Download, download), (Upload, upload) })
        {
            if (GraphitePaths.FindFault(prefix) is { } fault) source.Faults.Add($"'{prefix}' is not allowed for {source.Origin(setting)}: it {fault}.");
        }

        var port = source.Whole(GraphitePort, 1, 65535);
        if (source.Text(GraphiteHost) is not { } host) return null;
        if (download == upload) source.Faults.Add($"'{download}' is the prefix of downloads and of uploads: give them different ones.");
        if (!OrderRules.IsHost(host)) source.Faults.Add($"'{host}' is not allowed for {source.Origin(GraphiteHost)}: it must be an IP address or a host name.");
        return new GraphiteOptions { Host = host, Port = port, Path = GraphitePaths.Poller(node, download, upload, isDirectionFixed) };
    }

    private static string? Given(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } text ? text : null;

    /// <summary>Where values come from, and what was found wrong with them.</summary>
    private sealed class Source(IReadOnlyDictionary<string, string> flags, Func<string, string?> variable, PollFile? file)
    {
        public PollFile? File => file;

        public Func<string, string?> Variable => variable;

        public List<string> Faults { get; } = [];

        public List<string> Remarks { get; } = [];

        public string? Text(PollSetting setting) => Find(setting).Text;

        /// <summary>What to name in a message on the setting.</summary>
        public string Origin(PollSetting setting) => Find(setting).Origin;

        public int Whole(PollSetting setting, int least, int most)
        {
            var (text, origin) = Find(setting);
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
            Faults.Add($"'{text}' is not allowed for {origin}: it must be a whole number from {least} to {most}.");
            return least;
        }

        // As Go reads a truth value, which cloud-bandwidth is written in.
        public bool IsOn(string name) => Given(variable, name) is "1" or "t" or "T" or "true" or "TRUE" or "True";

        private (string? Text, string Origin) Find(PollSetting setting)
        {
            if (setting.Key is not null && file is not null && file.Values.TryGetValue(setting.Key, out var value)) return (value, $"{setting.Key} in '{file.Path}'");
            if (flags.TryGetValue(setting.Flag, out var flag)) return (flag, $"--{setting.Flag}");
            foreach (var name in setting.Variables)
            {
                if (Given(variable, name) is { } text) return (text, name);
            }

            return (setting.Preset, $"--{setting.Flag}");
        }
    }
}

/// <summary>Pods of a Kubernetes cluster in which iperf3 servers run, as iperf3-monitor finds them.</summary>
/// <param name="Namespace">Their namespace.</param>
/// <param name="Selector">Their labels.</param>
/// <param name="Kubeconfig">File with the access to the API; <see langword="null"/> for that of the pod this runs in.</param>
internal sealed record PolledPods(string Namespace, string Selector, string? Kubeconfig);

/// <summary>Switches of the command line.</summary>
/// <param name="IsDebug">Log everything of use for finding faults.</param>
/// <param name="IsNetperf">Measure with netperf.</param>
/// <param name="IsDirectionFixed">Call download what this machine receives.</param>
internal sealed record PollSwitches(bool IsDebug = false, bool IsNetperf = false, bool IsDirectionFixed = false);
