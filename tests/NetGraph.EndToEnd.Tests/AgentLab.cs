using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>A lab with a real agent on each host, which take their orders from the test.</summary>
internal sealed class AgentLab : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-lab-").FullName;
    private readonly string _name = "q" + Guid.NewGuid().ToString("N")[..5];
    private readonly List<Process> _agents = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Dictionary<string, (string Address, string Management)> _hosts = [];

    public IEnumerable<string> Hosts => _hosts.Keys;

    private static string Netlab => Path.Combine(Repository.Root, "artifacts/bin/NetGraph.Lab/release/netlab");

    private Dictionary<string, string> Variables => new() { ["NETLAB_STATE"] = Path.Combine(_folder, "lab") };

    private string TokenFile => Path.Combine(_folder, "token");

    /// <summary>What this machine lacks for such a lab, or null.</summary>
    public static string? FindLack(params string[] tools)
    {
        if (!Environment.IsPrivilegedProcess) return "needs root, since it makes network namespaces";
        var missing = tools.Concat(["iperf3", "ip", "tc"]).Where(tool => !Command.Exists(tool)).ToList();
        return missing.Count == 0 ? null : $"not installed: {string.Join(", ", missing)}";
    }

    /// <param name="topology">The topology, whose name is NAME.</param>
    public async Task UpAsync(string topology)
    {
        var file = Path.Combine(_folder, "topology.json");
        await File.WriteAllTextAsync(file, topology.Replace("NAME", _name, StringComparison.Ordinal));
        await DemandAsync(Command.RunAsync(Netlab, ["up", file], Variables));
        var nodes = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "lab", _name, "nodes.json")))!["nodes"]!.AsArray();
        _hosts = nodes.ToDictionary(node => (string)node!["name"]!, node => ((string)node!["address"]!, (string)node["managementAddress"]!));
        var token = Guid.NewGuid().ToString("N");
        await File.WriteAllTextAsync(TokenFile, token);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Starts an agent on each host, and waits until all answer.</summary>
    public async Task StartAgentsAsync(Func<string, IEnumerable<string>> arguments)
    {
        foreach (var host in Hosts)
            _agents.Add(Command.Start("ip", ["netns", "exec", $"{_name}-{host}", Repository.NetGraph, "agent", "--node", host, "--token-file", TokenFile, "--log-level", "error", .. arguments(host)]));
        foreach (var host in Hosts) await Wait.UntilAsync(() => IsAliveAsync(host), $"the agent of {host} answers", TimeSpan.FromSeconds(60));
    }

    /// <summary>Gives an agent all other hosts as peers, and what else its list has.</summary>
    public async Task GivePeersAsync(string host, string version, JsonObject? rest = null)
    {
        var list = (JsonObject)(rest ?? []).DeepClone();
        list["version"] = version;
        list["peers"] = new JsonArray([.. Hosts.Where(peer => peer != host).Select(peer => new JsonObject { ["node"] = peer, ["address"] = _hosts[peer].Address, ["echoPort"] = 9878 })]);
        using var answer = await _http.PutAsJsonAsync(Orders(host, "peers"), list);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            agent.Kill();
            await agent.WaitForExitAsync();
            agent.Dispose();
        }

        if (_hosts.Count > 0) await Command.RunAsync(Netlab, ["down", _name], Variables);
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public string AddressOf(string host) => _hosts[host].Address;

    public string FileOf(string name) => Path.Combine(_folder, name);

    public Task<Command.Outcome> InsideAsync(string node, params string[] command) => Command.RunAsync("ip", ["netns", "exec", $"{_name}-{node}", .. command]);

    public Task<string> ScrapeAsync(string host) => _http.GetStringAsync(new Uri($"http://{_hosts[host].Management}:9876/metrics"));

    /// <summary>Value of a sample of a node; null when it is absent.</summary>
    /// <param name="host">The node whose agent publishes it.</param>
    /// <param name="metric">Name of the metric, or of a histogram's sum or count.</param>
    /// <param name="labels">Labels beside the source, as text.</param>
    public async Task<double?> ReadAsync(string host, string metric, string labels = "")
    {
        var sample = $"{metric}{{source_node=\"{host}\"{(labels.Length > 0 ? "," : "")}{labels}}} ";
        return (await ScrapeAsync(host)).Split('\n').FirstOrDefault(line => line.StartsWith(sample, StringComparison.Ordinal)) is { } line ? double.Parse(line[sample.Length..], CultureInfo.InvariantCulture) : null;
    }

    /// <summary>What an agent tells the collector of a link.</summary>
    public async Task<JsonNode> ReadLinkAsync(string source, string destination) =>
        (await _http.GetFromJsonAsync<JsonArray>(Orders(source, "links")))!.Single(link => (string)link!["source"]! == source && (string)link["destination"]! == destination)!;

    public async Task<JsonNode> PostAsync(string host, string what, JsonObject order)
    {
        using var answer = await _http.PostAsJsonAsync(Orders(host, what), order);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    public async Task DeleteAsync(string host, string what)
    {
        using var answer = await _http.DeleteAsync(Orders(host, what));
    }

    public static async Task DemandAsync(Task<Command.Outcome> command)
    {
        var outcome = await command;
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
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
}
