using System.Diagnostics;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>The README's first command, run beside whatever else runs on the machine: own ports, own state, own lab name.</summary>
internal sealed class Demo : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-e2e-").FullName;

    public Demo(JsonNode topology, int testSeconds = 1, int cycleSeconds = 600)
    {
        Name = "e" + Guid.NewGuid().ToString("N")[..5];
        topology["name"] = Name;
        Topology = Path.Combine(_folder, "topology.json");
        File.WriteAllText(Topology, topology.ToJsonString());
        Variables = new Dictionary<string, string>
        {
            ["NETGRAPH_DEMO_STATE"] = State,
            ["NETGRAPH_DEMO_BUILT"] = "yes",
            ["NETLAB_STATE"] = Path.Combine(_folder, "lab"),
            ["API_PORT"] = ApiPort.ToString(),
            ["PROMETHEUS_PORT"] = PrometheusPort.ToString(),
            ["COLLECTOR_PORT"] = CollectorPort.ToString(),
            ["TEST_SECONDS"] = testSeconds.ToString(),
            ["CYCLE_SECONDS"] = cycleSeconds.ToString(),
        };
    }

    public string Name { get; }

    public string Topology { get; }

    public string State => Path.Combine(_folder, "state");

    public string TruthFile => Path.Combine(_folder, "lab", Name, "truth.json");

    public string NodesFile => Path.Combine(_folder, "lab", Name, "nodes.json");

    public int ApiPort { get; } = Repository.FreePort();

    public int PrometheusPort { get; } = Repository.FreePort();

    public int CollectorPort { get; } = Repository.FreePort();

    public Dictionary<string, string> Variables { get; }

    private static string Script => Path.Combine(Repository.Root, "samples/demo.sh");

    /// <summary>A topology of two hosts, so that a whole demo takes seconds.</summary>
    public static JsonNode TwoHosts() => JsonNode.Parse(
        """
        { "mgmt": true, "hosts": ["h1", "h2"], "routers": ["r1"],
          "links": [ { "a": "h1", "b": "r1", "rate_mbit": 50 }, { "a": "h2", "b": "r1", "rate_mbit": 50 } ] }
        """)!;

    /// <summary>What the demo needs and this machine lacks, or null.</summary>
    public static string? Lacks()
    {
        if (Environment.UserName != "root") return "the demo needs root";
        string[] tools = ["iperf3", "fping", "dot", "prometheus", "promtool", "ip", "tc", "openssl", "curl", "jq"];
        var missing = tools.Where(tool => !Command.Exists(tool)).ToList();
        return missing.Count == 0 ? null : $"not installed: {string.Join(", ", missing)}";
    }

    public Task<Command.Outcome> UpAsync() => Command.RunAsync(Script, [Topology], Variables, patience: Patience);

    public Task<Command.Outcome> RunAsync(params string[] arguments) => Command.RunAsync(Script, arguments, Variables, patience: Patience);

    public Process Start() => Command.Start(Script, [Topology], Variables);

    /// <summary>Namespaces of this demo's lab that exist now.</summary>
    public IReadOnlyList<string> Namespaces() =>
        Directory.Exists("/run/netns") ? [.. Directory.GetFiles("/run/netns").Select(Path.GetFileName).OfType<string>().Where(name => name.StartsWith(Name + "-", StringComparison.Ordinal))] : [];

    /// <summary>Processes that were started with this demo's folder in their command line.</summary>
    public IReadOnlyList<string> Processes() =>
        [.. Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(CommandLine).Where(line => line.Contains(State, StringComparison.Ordinal))];

    public void Dispose()
    {
        if (Directory.Exists(State)) RunAsync("down").GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        foreach (var picture in Directory.GetFiles(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts/demo")).FullName, $"{Name}.*")) File.Delete(picture);
    }

    private static string CommandLine(string processFolder)
    {
        try
        {
            return File.ReadAllText(processFolder + "/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
