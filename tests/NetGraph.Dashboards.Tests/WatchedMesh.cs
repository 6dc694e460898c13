using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;
using NetGraph.Testing;

namespace NetGraph.Dashboards.Tests;

/// <summary>
/// A lab of four hosts with all of NetGraph, a Prometheus that evaluates these rules and an Alertmanager: healthy, then with a throttled link, then healed. All dashboards' queries are asked
/// while the link is throttled, so that each has something to show.
/// </summary>
/// <remarks>
/// The rules are a copy with the same expressions and other times: evaluated each second (bands each three), a minute of <c>for</c> and <c>keep_firing_for</c> is a second; the mesh is analysed each three seconds. The week before is written
/// into the store as hourly points, since nobody waits for it. What only a collector in a Kubernetes cluster publishes is planted: the lab is none.
/// </remarks>
public sealed partial class WatchedMesh : IAsyncLifetime
{
    private const string Sick = "h2";
    private const string Alert = "NetGraphNodeEgressSuspect";
    private const double Megabits = 50;
    private const double SickMegabits = 5;
    private const int HoursOfWeek = 7 * 24;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-watched-").FullName;
    private readonly string _name = "w" + Guid.NewGuid().ToString("N")[..5];
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Notifications _notifications = new(OfCluster());
    private readonly int _prometheusPort = Repository.FreePort(), _managerPort = Repository.FreePort(), _collectorPort = Repository.FreePort(), _apiPort = Repository.FreePort();
    private JsonArray _nodes = [];
    private bool _isUp, _isGone;

    public string? Lack { get; } = FindLack();

    /// <summary>From throttling the link to the message about it.</summary>
    public TimeSpan Detected { get; private set; }

    /// <summary>From healing the link to the message that it is over.</summary>
    public TimeSpan Resolved { get; private set; }

    /// <summary>Alerts on what the sick node's links show, of which one message each was sent, while the link was throttled.</summary>
    internal IReadOnlyList<JsonNode> Sent { get; private set; } = [];

    /// <summary>What each query that answered nothing or an error had to say, by dashboard.</summary>
    public IReadOnlyDictionary<string, List<string>> Faults { get; private set; } = new Dictionary<string, List<string>>();

    /// <summary>How many queries were asked, by dashboard.</summary>
    public IReadOnlyDictionary<string, int> Asked { get; private set; } = new Dictionary<string, int>();

    private static string NetLab => Path.Combine(Repository.Root, "artifacts/bin/NetGraph.Lab/release/netlab");

    private Dictionary<string, string> Variables => new() { ["NETLAB_STATE"] = Path.Combine(_folder, "lab"), ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin" };

    private string Base => $"http://127.0.0.1:{_prometheusPort}";

    public async ValueTask InitializeAsync()
    {
        if (Lack is not null) return;
        try
        {
            await StartAsync();
            await Wait.UntilAsync(async () => await CountAsync("iperf_test_success{protocol=\"tcp\"} == 1") == 12 && await CountAsync("iperf_network_jitter_ms") == 12, "all pairs are measured by TCP and UDP", Patience);
            await Wait.UntilAsync(async () => await CountAsync("last_over_time(netgraph_one_way_delay_seconds[15m])") == 12, "the one-way delay of all pairs is known", Patience);
            await Wait.UntilAsync(async () => await CountAsync("netgraph_analysis_timestamp_seconds") == 1, "the mesh is analysed", Patience);

            var watch = Stopwatch.StartNew();
            await ThrottleAsync(SickMegabits);
            await AwaitMessageAsync("firing");
            Detected = watch.Elapsed;
            await AskAllAsync();
            Sent = [.. _notifications.Received.Where(message => message.Status == "firing").Select(message => message.Alert)];

            watch.Restart();
            await ThrottleAsync(Megabits);
            await AwaitMessageAsync("resolved");
            Resolved = watch.Elapsed;
        }
        catch (Exception exception)
        {
            var words = exception.Message + ReadLogs();
            await DisposeAsync();
            throw new InvalidOperationException(words, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isGone) return;
        _isGone = true;
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (_isUp) await Command.RunAsync(NetLab, ["down", _name], Variables);
        await _notifications.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What a collector says of its cluster and of two TestSchedules, in the names and labels of the catalogue.</summary>
    private static string OfCluster()
    {
        var writer = new ExpositionWriter();
        writer.Write(Metrics.CollectorLeader, 1);
        writer.Begin(Metrics.CollectorClusterAge);
        foreach (var resource in new[] { "nodes", "pods", "testschedules" }) writer.Sample(0, resource);
        writer.Begin(Metrics.CollectorNodesLeftOut);
        writer.Sample(1, "cordoned");
        void PerSchedule(MetricFamily family, double nightly, double hourly)
        {
            writer.Begin(family);
            writer.Sample(nightly, "nightly");
            writer.Sample(hourly, "hourly");
        }

        PerSchedule(Metrics.ScheduleAccepted, 1, 1);
        writer.Begin(Metrics.SchedulePairs);
        foreach (var (schedule, state, pairs) in new[] { ("nightly", "planned", 12), ("nightly", "succeeded", 11), ("nightly", "failed", 1) }) writer.Sample(pairs, schedule, state);
        PerSchedule(Metrics.ScheduleLastRun, DateTimeOffset.UtcNow.AddHours(-3).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddMinutes(-7).ToUnixTimeSeconds());
        PerSchedule(Metrics.ScheduleBytes, 3e9, 2e8);
        PerSchedule(Metrics.ScheduleExpectationsMet, 0, 1);
        return writer.ToString();
    }

    private static string? FindLack()
    {
        if (!Environment.IsPrivilegedProcess) return "needs root, since it makes network namespaces";
        var missing = new[] { "iperf3", "irtt", "ip", "tc", "prometheus", "promtool", "prometheus-alertmanager" }.Where(tool => !Command.Exists(tool)).ToList();
        return missing.Count == 0 ? null : $"not installed: {string.Join(", ", missing)}";
    }

    private async Task StartAsync()
    {
        var topology = Path.Combine(_folder, "topology.json");
        await File.WriteAllTextAsync(topology, $$"""
            { "name": "{{_name}}", "mgmt": true, "hosts": ["h1", "h2", "h3", "h4"], "routers": ["r1"], "groups": { "rack-a": ["h1", "h2"], "rack-b": ["h3", "h4"] },
              "links": [ { "a": "h1", "b": "r1", "rate_mbit": 50 }, { "a": "h2", "b": "r1", "rate_mbit": 50 }, { "a": "h3", "b": "r1", "rate_mbit": 50 }, { "a": "h4", "b": "r1", "rate_mbit": 50 } ] }
            """);
        var up = await Command.RunAsync(NetLab, ["up", topology], Variables);
        Assert.True(up.ExitCode == 0, up.Output + up.Error);
        _isUp = true;
        var list = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "lab", _name, "nodes.json")))!;
        _nodes = list["nodes"]!.AsArray();
        list["probes"] = new JsonObject { ["oneWayDelaySeconds"] = 5, ["pathMtuSeconds"] = 5, ["icmpSeconds"] = 5 };
        await File.WriteAllTextAsync(Path.Combine(_folder, "nodes.json"), list.ToJsonString());
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), Guid.NewGuid().ToString("N"));

        await WriteWeekAsync();
        WriteConfiguration();
        foreach (var node in _nodes)
            Start($"agent-{node!["name"]}", $"ip netns exec {_name}-{node["name"]} {Repository.NetGraph} agent --node {node["name"]} --bind {node["address"]} --token-file {_folder}/token --pair-detail all --echo-interval 1s --clock-error-bound 100us");
        Start("prometheus", $"prometheus --config.file={_folder}/prometheus.yml --storage.tsdb.path={_folder}/store --storage.tsdb.retention.time=10y --web.listen-address=127.0.0.1:{_prometheusPort} --log.level=warn");
        Start("alertmanager", $"prometheus-alertmanager --config.file={_folder}/alertmanager.yml --storage.path={_folder}/alertmanager --web.listen-address=127.0.0.1:{_managerPort} --cluster.listen-address= --log.level=warn");
        await AwaitAsync($"{Base}/-/ready", "Prometheus is ready");
        await AwaitAsync($"http://127.0.0.1:{_managerPort}/-/ready", "Alertmanager is ready");
        foreach (var node in _nodes) await AwaitAsync($"http://{node!["managementAddress"]}:9876/healthz", $"the agent of {node["name"]} answers");
        // Between cycles the nodes rest for a moment: one-way delay is not told of loaded ones.
        // Graphite is nowhere: only its counters are wanted.
        Start("collector", $"{Repository.NetGraph} collector --nodes {_folder}/nodes.json --token-file {_folder}/token --duration 1s --interval 15s --protocol both --max-duty-cycle 1 --bytes-per-day 10T --capped-groups none --aggregate h1 --graphite 127.0.0.1:1 --listen 127.0.0.1 --metrics-port {_collectorPort} --log-level error");
        Start("api", $"{Repository.NetGraph} api --prometheus {Base} --listen 127.0.0.1 --port {_apiPort} --fresh 1s --analysis-interval 3s");
    }

    /// <summary>The hourly points of a healthy week, as the rules would have recorded them.</summary>
    private async Task WriteWeekAsync()
    {
        var text = new StringBuilder();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string[] hosts = [.. _nodes.Select(node => (string)node!["name"]!)];
        foreach (var (name, value) in new[] { ("netgraph_pair:throughput_bytes_per_second:mean1h", Megabits * 1e6 / 8 * 0.95), ("netgraph_pair:rtt_seconds:mean1h", 0.0003), ("netgraph_pair:path_mtu_bytes:max1h", 1500) })
        {
            foreach (var source in hosts)
            {
                foreach (var destination in hosts.Where(host => host != source))
                {
                    for (var hour = HoursOfWeek; hour >= 3; hour--)
                        text.Append(CultureInfo.InvariantCulture, $"{name}{{source_node=\"{source}\",destination_node=\"{destination}\"}} {value * (1 + (hour % 5 * 0.01)):R} {now - (hour * 3600)}\n");
                }
            }
        }

        var file = Path.Combine(_folder, "week");
        await File.WriteAllTextAsync(file, text.Append("# EOF\n").ToString());
        var blocks = await Command.RunAsync("promtool", ["tsdb", "create-blocks-from", "openmetrics", file, Path.Combine(_folder, "store")]);
        Assert.True(blocks.ExitCode == 0, blocks.Output + blocks.Error);
    }

    private void WriteConfiguration()
    {
        foreach (var path in RuleFile.Paths)
        {
            var quick = EachHour().Replace(File.ReadAllText(path), "interval: 3s");
            quick = EachMinute().Replace(quick, "interval: 1s");
            File.WriteAllText(Path.Combine(_folder, $"rule-{Path.GetFileName(Path.GetDirectoryName(path))}-{Path.GetFileName(path)}"), Holding().Replace(quick, match => $"{match.Groups[1].Value}: {match.Groups[2].Value}{(match.Groups[3].Value == "h" ? "m" : "s")}"));
        }

        string Job(string name, IEnumerable<(string Address, string Instance)> targets) =>
            $"  - job_name: {name}\n    static_configs:\n" + string.Concat(targets.Select(target => $"      - {{ targets: ['{target.Address}'], labels: {{ instance: {target.Instance} }} }}\n"));
        File.WriteAllText(Path.Combine(_folder, "prometheus.yml"),
            $"global: {{ scrape_interval: 1s, scrape_timeout: 1s }}\nrule_files: ['{_folder}/rule-*.yaml']\n"
            + $"alerting: {{ alertmanagers: [ {{ static_configs: [ {{ targets: ['127.0.0.1:{_managerPort}'] }} ] }} ] }}\nscrape_configs:\n"
            + Job("agent", _nodes.Select(node => ($"{node!["managementAddress"]}:9876", (string)node["name"]!)))
            + Job("collector", [($"127.0.0.1:{_collectorPort}", "collector")]) + Job("api", [($"127.0.0.1:{_apiPort}", "api")])
            + Job("cluster", [(new Uri(_notifications.Address).Authority, "cluster")]));
        File.WriteAllText(Path.Combine(_folder, "alertmanager.yml"),
            $"route: {{ receiver: test, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }}\nreceivers: [ {{ name: test, webhook_configs: [ {{ url: '{_notifications.Address}', send_resolved: true }} ] }} ]\n");
    }

    private Task ThrottleAsync(double megabits) => DemandAsync(Command.RunAsync(
        "ip", ["netns", "exec", $"{_name}-{Sick}", "tc", "qdisc", "replace", "dev", "to-r1", "root", "tbf", "rate", string.Create(CultureInfo.InvariantCulture, $"{megabits}mbit"), "burst", "30000", "limit", "512000"], Variables));

    private Task AwaitMessageAsync(string status) => Wait.UntilAsync(
        () => Task.FromResult(_notifications.Received.Any(message => message.Name == Alert && message.Status == status && (string)message.Alert["labels"]!["node"]! == Sick)), $"{Alert} of {Sick} is {status}", Patience);

    private async Task AskAllAsync()
    {
        var (faults, asked) = (new Dictionary<string, List<string>>(), new Dictionary<string, int>());
        foreach (var dashboard in Dashboard.All)
        {
            faults[dashboard.File] = [];
            var questions = dashboard.Queries
                .Select(query => (What: $"{query.Panel["title"]} {query.Target["refId"]}", Address: AddressOf(Substitute(dashboard, (string)query.Target["expr"]!), (bool?)query.Target["instant"] == true)))
                .Concat(dashboard.Variables.Where(variable => (string)variable["type"]! == "query").Select(variable => (What: $"variable {variable["name"]}", Address: AddressOfValues(Substitute(dashboard, (string)variable["definition"]!)))))
                .ToList();
            asked[dashboard.File] = questions.Count;
            foreach (var (what, address) in questions)
            {
                // What is measured now and then may be a moment away; what never answers is a fault.
                var fault = "";
                var watch = Stopwatch.StartNew();
                while ((fault = await AskAsync(address)).Length > 0 && watch.Elapsed < TimeSpan.FromSeconds(6)) await Task.Yield();
                if (fault.Length > 0) faults[dashboard.File].Add($"{what}: {fault}");
            }
        }

        (Faults, Asked) = (faults, asked);
    }

    /// <summary>An empty text, or what is wrong with the answer.</summary>
    private async Task<string> AskAsync(string address)
    {
        using var response = await _http.GetAsync(new Uri(address));
        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        if ((string?)answer["status"] != "success") return $"{answer["error"]}";
        var result = answer["data"] is JsonArray values ? values : answer["data"]!["result"]!.AsArray();
        if (result.Count == 0) return "no answer";
        // Something that is a number, at least once.
        var samples = result.SelectMany(series => series is JsonObject ? (series["values"]?.AsArray() ?? [series["value"]!.DeepClone()]).Select(sample => (string)sample![1]!) : ["0"]);
        return samples.All(sample => sample == "NaN") ? "nothing but NaN" : "";
    }

    private string AddressOf(string expression, bool isInstant)
    {
        var query = Uri.EscapeDataString(expression);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return isInstant ? $"{Base}/api/v1/query?query={query}" : $"{Base}/api/v1/query_range?query={query}&start={now - 60}&end={now}&step=5";
    }

    private string AddressOfValues(string definition)
    {
        var parts = LabelValues().Match(definition);
        Assert.True(parts.Success, definition);
        return $"{Base}/api/v1/label/{parts.Groups[2].Value}/values?match[]={Uri.EscapeDataString(parts.Groups[1].Value)}";
    }

    private static string Substitute(Dashboard dashboard, string text)
    {
        foreach (var variable in dashboard.Variables)
        {
            var name = (string)variable["name"]!;
            var value = (bool?)variable["multi"] == true ? ".*" : name switch { "source_node" => Sick, "destination_node" => "h1", "protocol" => "tcp", _ => "" };
            text = text.Replace("$" + name, value, StringComparison.Ordinal);
        }

        return text;
    }

    private async Task<int> CountAsync(string expression)
    {
        var answer = await _http.GetFromJsonAsync<JsonNode>(new Uri($"{Base}/api/v1/query?query={Uri.EscapeDataString(expression)}"));
        return answer!["data"]!["result"]!.AsArray().Count;
    }

    // Replaced by the program itself, so that its id is the process's.
    private void Start(string name, string command) => _processes.Add(Command.Start("sh", ["-c", $"exec {command} >>{_folder}/{name}.log 2>&1"], Variables));

    private Task AwaitAsync(string address, string what) => Wait.UntilAsync(async () =>
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(address));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }, what, TimeSpan.FromSeconds(60));

    private static async Task DemandAsync(Task<Command.Outcome> command)
    {
        var outcome = await command;
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
    }

    private string ReadLogs() => string.Concat(Directory.GetFiles(_folder, "*.log").Select(file => $"\n{Path.GetFileName(file)}:\n{string.Join('\n', File.ReadLines(file).TakeLast(5))}"));

    [GeneratedRegex(@"(?<=^    )interval: 1h$", RegexOptions.Multiline)]
    private static partial Regex EachHour();

    [GeneratedRegex(@"(?<=^    )interval: 1m$", RegexOptions.Multiline)]
    private static partial Regex EachMinute();

    [GeneratedRegex(@"\b(for|keep_firing_for): (\d+)([mh])$", RegexOptions.Multiline)]
    private static partial Regex Holding();

    [GeneratedRegex(@"^label_values\((.+), (\w+)\)$")]
    private static partial Regex LabelValues();
}
