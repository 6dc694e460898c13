using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetGraph.Lab.Topologies;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>The demo on <c>racks8</c>, up for all tests of <see cref="RacksTests"/>: eight hosts in two racks, one of them sick.</summary>
public sealed class RacksDemo : IAsyncLifetime
{
    private const int TestSeconds = 2;
    private const int CycleSeconds = 75;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Demo? _demo;
    private double _idleBefore;
    private (double Idle, double Stolen) _during;

    public string? Lack { get; } = Demo.Lacks();

    internal Demo Instance => _demo ?? throw new InvalidOperationException("The demo is not up.");

    public string Output { get; private set; } = "";

    internal Uri Api => new($"http://127.0.0.1:{Instance.ApiPort}/");

    public async ValueTask InitializeAsync()
    {
        if (Lack is not null) return;
        var topology = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples/lab/racks8.json")))!;
        _demo = new Demo(topology, TestSeconds, CycleSeconds);
        _idleBefore = (await SharesAsync(() => Command.RunAsync("sleep", ["1"]))).Idle;
        Command.Outcome? up = null;
        _during = await SharesAsync(async () => up = await _demo.UpAsync());
        Assert.True(up!.ExitCode == 0, up.Output + up.Error);
        Output = up.Output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_demo is not null) await _demo.RunAsync("down");
        _demo?.Dispose();
        _http.Dispose();
    }

    public string Idle => string.Create(CultureInfo.InvariantCulture, $"machine idle {_idleBefore:P0} before, {_during.Idle:P0} during, {_during.Stolen:P1} stolen");

    public async Task<JsonNode> GetJsonAsync(string path) => (await _http.GetFromJsonAsync<JsonNode>(new Uri(Api, path)))!;

    public Task<string> GetTextAsync(string path) => _http.GetStringAsync(new Uri(Api, path));

    public Task<string> GetAsync(Uri address) => _http.GetStringAsync(address);

    public Task<JsonNode> ReadCycleAsync() => GetJsonAsync($"http://127.0.0.1:{Instance.CollectorPort}/api/v1/cycle");

    /// <summary>Measured throughput of every link of the newest cycle, in bits per second.</summary>
    public async Task<Dictionary<(string Source, string Destination), double>> ReadThroughputAsync() =>
        (await GetJsonAsync("graph.json"))["links"]!.AsArray()
            .Where(link => link!["throughputBitsPerSecond"] is not null)
            .ToDictionary(link => ((string)link!["source"]!, (string)link["destination"]!), link => (double)link!["throughputBitsPerSecond"]!);

    /// <summary>What every link can carry, from the topology file alone.</summary>
    public Dictionary<(string Source, string Destination), double> ReadTruth() =>
        Truth.Of(Topology.Read(Instance.Topology)).ToDictionary(pair => (pair.Source, pair.Destination), pair => pair.TcpGoodputBitsPerSecond);

    // Stolen: wanted by this machine, and given to others on the same hardware.
    private static async Task<(double Idle, double Stolen)> SharesAsync(Func<Task> work)
    {
        static (double Idle, double Stolen, double All) Read()
        {
            var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(double.Parse).ToArray();
            return (fields[3] + fields[4], fields[7], fields.Sum());
        }

        var before = Read();
        await work();
        var after = Read();
        var all = after.All - before.All;
        return ((after.Idle - before.Idle) / all, (after.Stolen - before.Stolen) / all);
    }
}
