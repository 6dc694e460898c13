using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>Agents and a collector on a lab of their own, every process of which may be killed and started anew.</summary>
internal sealed class FaultLab : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-faults-").FullName;
    private readonly Dictionary<string, Process> _agents = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private JsonNode _nodes = new JsonObject();
    private Process? _collector;

    private FaultLab(JsonNode topology)
    {
        Name = "f" + Guid.NewGuid().ToString("N")[..5];
        topology["name"] = Name;
        File.WriteAllText(Topology, topology.ToJsonString());
    }

    public string Name { get; }

    public int CollectorPort { get; } = Repository.FreePort();

    public IReadOnlyList<string> Hosts => [.. _nodes["nodes"]!.AsArray().Select(node => (string)node!["name"]!)];

    private string Topology => Path.Combine(_folder, "topology.json");

    private string NodesFile => Path.Combine(_folder, "lab", Name, "nodes.json");

    private string TokenFile => Path.Combine(_folder, "token");

    private static string NetLab => Path.Combine(Repository.Root, "artifacts/bin/NetGraph.Lab/release/netlab");

    private Dictionary<string, string> Variables => new() { ["NETLAB_STATE"] = Path.Combine(_folder, "lab"), ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin" };

    /// <summary>What this needs and the machine lacks, or null.</summary>
    public static string? Lacks()
    {
        if (Environment.UserName != "root") return "network namespaces need root";
        var missing = new[] { "iperf3", "ip", "tc" }.Where(tool => !Command.Exists(tool)).ToList();
        return missing.Count == 0 ? null : $"not installed: {string.Join(", ", missing)}";
    }

    public static async Task<FaultLab> StartAsync(string topology)
    {
        var lab = new FaultLab(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples/lab", topology)))!);
        try
        {
            var up = await Command.RunAsync(NetLab, ["up", lab.Topology], lab.Variables);
            Assert.True(up.ExitCode == 0, up.Output + up.Error);
            lab._nodes = JsonNode.Parse(await File.ReadAllTextAsync(lab.NodesFile))!;
            await File.WriteAllTextAsync(lab.TokenFile, Guid.NewGuid().ToString("N"));
            foreach (var host in lab.Hosts) lab.StartAgent(host);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public void StartAgent(string host) =>
        _agents[host] = Start($"agent-{host}", $"ip netns exec {Name}-{host} {Repository.NetGraph} agent --node {host} --bind {NodeOf(host)["address"]} --token-file {TokenFile}");

    public void StartCollector() => _collector = Start(
        "collector", $"{Repository.NetGraph} collector --nodes {NodesFile} --token-file {TokenFile} --duration 1s --interval 1s --max-duty-cycle 1 --bytes-per-day unlimited --max-concurrent 1 --listen 127.0.0.1 --metrics-port {CollectorPort}");

    public async Task KillAgentAsync(string host) => await EndAsync(_agents[host], "KILL");

    public async Task KillCollectorAsync() => await EndAsync(_collector!, "KILL");

    public async Task StopCollectorAsync() => await EndAsync(_collector!, "TERM");

    public async Task StopAgentsAsync() => await Task.WhenAll(_agents.Values.Select(agent => EndAsync(agent, "TERM")));

    public Task WaitForAgentAsync(string host) => WaitForAsync($"http://{NodeOf(host)["managementAddress"]}:9876/healthz", $"the agent of {host} answers");

    public Task WaitForCollectorAsync() => WaitForAsync($"http://127.0.0.1:{CollectorPort}/healthz", "the collector answers");

    public async Task<JsonNode> ReadAsync(string path) => (await _http.GetFromJsonAsync<JsonNode>(new Uri($"http://127.0.0.1:{CollectorPort}{path}")))!;

    /// <summary>Processes of iperf3 inside the lab, with whether an agent of this lab is their parent.</summary>
    public async Task<IReadOnlyList<(int Id, bool HasAgent)>> ReadIperf3Async()
    {
        var agents = _agents.Values.Where(agent => !agent.HasExited).Select(agent => agent.Id).ToHashSet();
        var found = new List<(int, bool)>();
        foreach (var id in await ReadProcessesAsync())
        {
            if (ReadStat(id) is not { } stat || !stat.Contains("(iperf3)", StringComparison.Ordinal)) continue;
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] != "Z") found.Add((id, agents.Contains(int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture))));
        }

        return found;
    }

    /// <summary>All processes inside the lab's hosts.</summary>
    public async Task<IReadOnlyList<int>> ReadProcessesAsync()
    {
        var all = new List<int>();
        foreach (var host in Hosts)
        {
            var ids = await Command.RunAsync("ip", ["netns", "pids", $"{Name}-{host}"], Variables);
            all.AddRange(ids.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
        }

        return all;
    }

    /// <summary>What the programs said, for the message of a test that fails.</summary>
    public string ReadLogs() => string.Concat(Directory.GetFiles(_folder, "*.log").Select(file => $"\n{Path.GetFileName(file)}:\n{string.Join('\n', File.ReadLines(file).TakeLast(40))}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _agents.Values.Append(_collector).OfType<Process>())
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        await Command.RunAsync(NetLab, ["down", Name], Variables);
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task EndAsync(Process process, string signal)
    {
        await Command.RunAsync("kill", ["-s", signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await process.WaitForExitAsync(limit.Token);
    }

    private JsonNode NodeOf(string host) => _nodes["nodes"]!.AsArray().Single(node => (string)node!["name"]! == host)!;

    // Replaced by the program itself, so that its id is the process's.
    private Process Start(string name, string command) => Command.Start("sh", ["-c", $"exec {command} >>{_folder}/{name}.log 2>&1"], Variables);

    private Task WaitForAsync(string address, string what) => Wait.UntilAsync(async () =>
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
    }, what, TimeSpan.FromSeconds(30));

    private static string? ReadStat(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
