using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>Real agents in a lab whose every link has one fault or none, up for all tests of <see cref="EchoTests"/>.</summary>
public sealed class EchoLab : IAsyncLifetime
{
    /// <summary>First of the four ports that the echoes of <c>plain1</c> are sent from; <c>delayed</c> never sees the second.</summary>
    public const int FirstSourcePort = 20_000;

    public const double OneWayDelaySeconds = 0.005;
    public const double LossRatio = 0.02;
    public const double QueueSeconds = 0.050;

    private const string Topology =
        """
        { "name": "NAME", "mgmt": true, "hosts": ["plain1", "plain2", "queued", "delayed", "lossy"], "routers": ["r"], "defaults": { "rate_mbit": 1000 },
          "links": [ { "a": "plain1", "b": "r" }, { "a": "plain2", "b": "r" }, { "a": "queued", "b": "r", "rate_mbit": 50, "queue_ms": 50 },
                     { "a": "delayed", "b": "r", "delay_ms": 5 }, { "a": "lossy", "b": "r", "loss_ab_pct": 2 } ] }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-echo-").FullName;
    private readonly string _name = "q" + Guid.NewGuid().ToString("N")[..5];
    private readonly List<Process> _agents = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Dictionary<string, (string Address, string Management)> _hosts = [];

    public string? Lack { get; } = FindLack();

    public IEnumerable<string> Hosts => _hosts.Keys;

    private static string Netlab => Path.Combine(Repository.Root, "artifacts/bin/NetGraph.Lab/release/netlab");

    private Dictionary<string, string> Variables => new() { ["NETLAB_STATE"] = Path.Combine(_folder, "lab") };

    public async ValueTask InitializeAsync()
    {
        if (Lack is not null) return;
        var topology = Path.Combine(_folder, "topology.json");
        await File.WriteAllTextAsync(topology, Topology.Replace("NAME", _name, StringComparison.Ordinal));
        await DemandAsync(Command.RunAsync(Netlab, ["up", topology], Variables));
        var nodes = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "lab", _name, "nodes.json")))!["nodes"]!.AsArray();
        _hosts = nodes.ToDictionary(node => (string)node!["name"]!, node => ((string)node!["address"]!, (string)node["managementAddress"]!));

        await DemandAsync(InsideAsync("delayed", "nft", "add table inet faulty; add chain inet faulty in { type filter hook input priority 0; }; "
            + $"add rule inet faulty in udp dport 9878 udp sport {FirstSourcePort + 1} drop"));
        // Of the algorithms in common use, the one that fills a queue.
        var iperf3 = Path.Combine(_folder, "iperf3");
        await File.WriteAllTextAsync(iperf3, "#!/bin/sh\ncase \"$*\" in *-c*) set -- \"$@\" -C cubic ;; esac\nexec iperf3 \"$@\"\n");
        File.SetUnixFileMode(iperf3, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var token = Guid.NewGuid().ToString("N");
        var tokenFile = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(tokenFile, token);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var host in Hosts)
        {
            string[] agent = ["netns", "exec", $"{_name}-{host}", Repository.NetGraph, "agent", "--node", host, "--token-file", tokenFile, "--echo-interval", "1s", "--pair-detail", "all", "--log-level", "error"];
            if (host == "plain1") agent = [.. agent, "--iperf3", iperf3, "--echo-source-port", FirstSourcePort.ToString(CultureInfo.InvariantCulture)];
            _agents.Add(Command.Start("ip", agent));
        }

        foreach (var host in Hosts) await Wait.UntilAsync(() => IsAliveAsync(host), $"the agent of {host} answers", TimeSpan.FromSeconds(60));
        foreach (var host in Hosts)
        {
            var peers = new JsonArray([.. Hosts.Where(peer => peer != host).Select(peer => new JsonObject { ["node"] = peer, ["address"] = _hosts[peer].Address, ["echoPort"] = 9878 })]);
            using var answer = await _http.PutAsJsonAsync(Orders(host, "peers"), new JsonObject { ["version"] = "1", ["peers"] = peers });
            answer.EnsureSuccessStatusCode();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            agent.Kill();
            await agent.WaitForExitAsync();
            agent.Dispose();
        }

        if (Lack is null) await Command.RunAsync(Netlab, ["down", _name], Variables);
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public string AddressOf(string host) => _hosts[host].Address;

    public Task<Command.Outcome> InsideAsync(string host, params string[] command) => Command.RunAsync("ip", ["netns", "exec", $"{_name}-{host}", .. command]);

    /// <summary>Value of a node's or pair's sample, or of a histogram's sum or count; null when it is absent.</summary>
    public async Task<double?> ReadAsync(string host, string metric, string? destination = null)
    {
        var labels = $"source_node=\"{host}\"" + (destination is null ? "" : $",destination_node=\"{destination}\"");
        return Find(await ScrapeAsync(host), $"{metric}{{{labels}}} ");
    }

    /// <summary>Median of a pair's last 64 round-trip times, in seconds, as the agent tells the collector.</summary>
    public async Task<double> ReadMedianAsync(string source, string destination)
    {
        var links = (await _http.GetFromJsonAsync<JsonArray>(Orders(source, "links")))!;
        return TimeSpan.Parse((string)links.Single(link => (string)link!["destination"]! == destination)!["roundTripMedian"]!, CultureInfo.InvariantCulture).TotalSeconds;
    }

    /// <summary>Echoes of a pair, all of the same moment.</summary>
    public async Task<(long Sent, long Received, double RoundTripSeconds)> ReadEchoesAsync(string source, string destination)
    {
        var metrics = await ScrapeAsync(source);
        double Value(string metric) => Find(metrics, $"{metric}{{source_node=\"{source}\",destination_node=\"{destination}\"}} ") ?? 0;
        return ((long)Value("netgraph_probes_sent_total"), (long)Value("netgraph_probes_received_total"), Value("netgraph_probe_rtt_seconds_total"));
    }

    /// <summary>Runs a throughput test as a collector would, and returns the result.</summary>
    public async Task<JsonNode> TestAsync(string source, string destination, int seconds)
    {
        var test = Guid.NewGuid().ToString("N");
        var server = await PostAsync(destination, "servers", new JsonObject { ["testId"] = test, ["durationSeconds"] = seconds });
        try
        {
            return await PostAsync(source, "tests", new JsonObject
            {
                ["testId"] = test,
                ["peerNode"] = destination,
                ["peerAddress"] = _hosts[destination].Address,
                ["peerPort"] = (int)server["port"]!,
                ["durationSeconds"] = seconds,
            });
        }
        finally
        {
            using var released = await _http.DeleteAsync(Orders(destination, $"servers/{test}"));
        }
    }

    private Task<string> ScrapeAsync(string host) => _http.GetStringAsync(new Uri($"http://{_hosts[host].Management}:9876/metrics"));

    private static double? Find(string metrics, string sample) =>
        metrics.Split('\n').FirstOrDefault(line => line.StartsWith(sample, StringComparison.Ordinal)) is { } line ? double.Parse(line[sample.Length..], CultureInfo.InvariantCulture) : null;

    private async Task<JsonNode> PostAsync(string host, string what, JsonObject order)
    {
        using var answer = await _http.PostAsJsonAsync(Orders(host, what), order);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private Uri Orders(string host, string what) => new($"http://{_hosts[host].Management}:9877/v1/{what}");

    private async Task<bool> IsAliveAsync(string host)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{_hosts[host].Management}:9876/healthz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task DemandAsync(Task<Command.Outcome> command)
    {
        var outcome = await command;
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
    }

    private static string? FindLack()
    {
        if (!Environment.IsPrivilegedProcess) return "needs root, since it makes network namespaces";
        string[] tools = ["iperf3", "fping", "ip", "tc", "nft"];
        var missing = tools.Where(tool => !Command.Exists(tool)).ToList();
        return missing.Count == 0 ? null : $"not installed: {string.Join(", ", missing)}";
    }
}
