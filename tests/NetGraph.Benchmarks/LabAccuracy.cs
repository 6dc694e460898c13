using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetGraph.Lab.Topologies;
using NetGraph.Testing;

namespace NetGraph.Benchmarks;

/// <summary>A full mesh of real iperf3 tests on lab networks whose truth is known, planned in one way after another: how long it takes, and how wrong it is.</summary>
internal static partial class LabAccuracy
{
    private const int TestSeconds = 2;
    private const double CloseEnough = 0.05;
    private const double BarCloseShare = 0.95;
    private const double BarWallRatio = 1.15;
    private static readonly string[] Topologies = ["racks8", "racks12", "star16"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    // Only the third is promised to be right.
    private static readonly Way[] Ways =
    [
        new("one test at a time", ["--max-concurrent", "1"]),
        new("rounds without caps", ["--capped-groups", "none"]),
        new("pair, with caps", [], IsPromised: true),
        new("direction", ["--isolation", "direction", "--capped-groups", "none"]),
    ];

    /// <param name="names">Topologies of <c>samples/lab</c>; none for the three of the table.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> names)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            await Console.Error.WriteLineAsync("benchmarks: the lab is made of network namespaces, which need root.");
            return 2;
        }

        Console.WriteLine("| lab | way | slots | cycle | cycle / (slots x test) | busy | median error | 95th percentile | largest | within 5 % |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var fails = false;
        foreach (var name in names.Count > 0 ? names : Topologies)
        {
            await using var mesh = await Mesh.StartAsync(name);
            foreach (var way in Ways) fails |= !await MeasureAsync(name, mesh, way);
        }

        return fails ? 1 : 0;
    }

    /// <returns>Whether the promises that this way makes were kept.</returns>
    private static async Task<bool> MeasureAsync(string name, Mesh mesh, Way way)
    {
        var last = await mesh.RunCycleAsync(way.Options);
        var measured = await mesh.ReadThroughputAsync();
        var errors = mesh.Truth.Select(pair => measured.TryGetValue((pair.Source, pair.Destination), out var found) ? Math.Abs((found / pair.TcpGoodputBitsPerSecond) - 1) : 1).Order().ToArray();
        var slots = (int)last["slots"]!;
        var seconds = (double)last["durationSeconds"]!;
        var wall = seconds / (slots * TestSeconds);
        var busy = (int)last["busyRetries"]!;
        var close = errors.Count(error => error <= CloseEnough);
        var isKept = !way.IsPromised || (close >= BarCloseShare * errors.Length && wall <= BarWallRatio && busy == 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {way.Name} | {slots} | {seconds:0.0} s | {wall:0.00} | {busy} | {errors[errors.Length / 2]:P2} | {errors[(int)(0.95 * (errors.Length - 1))]:P1} | {errors[^1]:P1} | {close} of {errors.Length} |{(isKept ? "" : " FAILED")}"));
        return isKept;
    }

    [GeneratedRegex("""^iperf_network_bandwidth_mbps\{source_node="([^"]+)",destination_node="([^"]+)",protocol="tcp"\} (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex Bandwidth();

    /// <summary>A way of planning.</summary>
    /// <param name="Name">For the table.</param>
    /// <param name="Options">The collector's options.</param>
    /// <param name="IsPromised">Whether the bars hold for it.</param>
    private sealed record Way(string Name, string[] Options, bool IsPromised = false);

    /// <summary>A lab that is up, with an agent on each host.</summary>
    private sealed class Mesh : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-lab-").FullName;
        private readonly Dictionary<string, string> _variables;
        private readonly List<Process> _processes = [];
        private readonly HttpClient _http = new();
        private readonly List<Uri> _metrics = [];
        private readonly string _lab = "b" + Guid.NewGuid().ToString("N")[..5];

        private Mesh(string topology)
        {
            _variables = new() { ["NETLAB_STATE"] = Path.Combine(_folder, "lab") };
            var draft = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, $"samples/lab/{topology}.json")))!;
            draft["name"] = _lab;
            File.WriteAllText(TopologyFile, draft.ToJsonString());
            Truth = Lab.Topologies.Truth.Of(Topology.Read(TopologyFile));
            File.WriteAllText(TokenFile, Guid.NewGuid().ToString("N"));
        }

        public IReadOnlyList<Truth> Truth { get; }

        private string TopologyFile => Path.Combine(_folder, "topology.json");

        private string TokenFile => Path.Combine(_folder, "token");

        private string NodesFile => Path.Combine(_folder, "lab", _lab, "nodes.json");

        private static string Netlab => Path.Combine(Repository.Root, "artifacts/bin/NetGraph.Lab/release/netlab");

        public static async Task<Mesh> StartAsync(string topology)
        {
            var mesh = new Mesh(topology);
            try
            {
                await mesh.UpAsync();
                return mesh;
            }
            catch
            {
                await mesh.DisposeAsync();
                throw;
            }
        }

        /// <summary>Has a collector of its own run one cycle.</summary>
        /// <returns>What it says of the cycle.</returns>
        public async Task<JsonNode> RunCycleAsync(IEnumerable<string> options)
        {
            var port = Repository.FreePort();
            using var collector = Command.Start(Repository.NetGraph,
            [
                "collector", "--nodes", NodesFile, "--duration", $"{TestSeconds}s", "--interval", "1h", "--token-file", TokenFile, "--max-duty-cycle", "1", "--bytes-per-day", "unlimited",
                "--listen", "127.0.0.1", "--metrics-port", $"{port}", "--log-level", "error", .. options,
            ]);
            try
            {
                JsonNode? last = null;
                await Wait.UntilAsync(async () => !collector.HasExited && (last = (await TryGetAsync($"http://127.0.0.1:{port}/api/v1/cycle"))?["last"]) is not null, "the cycle ends", Patience);
                return last!;
            }
            finally
            {
                if (!collector.HasExited) collector.Kill();
                await collector.WaitForExitAsync();
            }
        }

        /// <summary>What the agents publish now, in bits per second.</summary>
        public async Task<Dictionary<(string Source, string Destination), double>> ReadThroughputAsync()
        {
            var found = new Dictionary<(string, string), double>();
            foreach (var address in _metrics)
            {
                foreach (Match line in Bandwidth().Matches(await _http.GetStringAsync(address)))
                    found[(line.Groups[1].Value, line.Groups[2].Value)] = double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture) * 1e6;
            }

            return found;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var process in _processes)
            {
                if (!process.HasExited) process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }

            await Command.RunAsync(Netlab, ["down", _lab], _variables);
            Directory.Delete(_folder, recursive: true);
            _http.Dispose();
        }

        private async Task UpAsync()
        {
            var up = await Command.RunAsync(Netlab, ["up", TopologyFile], _variables);
            if (up.ExitCode != 0) throw new InvalidOperationException($"The lab did not come up: {up.Error}");
            foreach (var node in JsonNode.Parse(await File.ReadAllTextAsync(NodesFile))!["nodes"]!.AsArray())
            {
                string host = (string)node!["name"]!, address = (string)node["address"]!;
                _processes.Add(Command.Start("ip",
                    ["netns", "exec", $"{_lab}-{host}", Repository.NetGraph, "agent", "--node", host, "--bind", address, "--token-file", TokenFile, "--log-level", "error"]));
                _metrics.Add(new Uri($"http://{node["managementAddress"]}:9876/metrics"));
            }

            foreach (var address in _metrics) await Wait.UntilAsync(async () => await TryReadAsync(address) is not null, $"the agent at {address} answers", Patience);
        }

        private async Task<JsonNode?> TryGetAsync(string address) => await TryReadAsync(new Uri(address)) is { } text ? JsonNode.Parse(text) : null;

        private async Task<string?> TryReadAsync(Uri address)
        {
            try
            {
                return await _http.GetStringAsync(address);
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }
}
