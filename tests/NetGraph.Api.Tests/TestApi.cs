using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using NetGraph.Api.Snapshots;
using NetGraph.Graphs.Suspects;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Api.Tests;

/// <summary>An api on loopback with a source of measurements.</summary>
internal sealed class TestApi : IAsyncDisposable
{
    private readonly ApiHost _host;

    private TestApi(ApiHost host)
    {
        _host = host;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{host.Port}/") };
    }

    public HttpClient Http { get; }

    public static async Task<TestApi> StartAsync(IMeasurementSource source, double freshSeconds = 0, Expectations? expectations = null) =>
        new(await ApiHost.StartAsync(new ApiOptions { ListenAddress = IPAddress.Loopback, Port = 0, FreshFor = TimeSpan.FromSeconds(freshSeconds), Expectations = expectations }, source, LogSettings.None, CancellationToken.None));

    public static Task<TestApi> StartAsync(FakePrometheus prometheus, double timeoutSeconds = 20) =>
        StartAsync(ApiHost.ReadFromPrometheus(prometheus.Address, TimeSpan.FromSeconds(timeoutSeconds)));

    /// <summary>Asks for a path and expects a status.</summary>
    public async Task<string> GetAsync(string path, int status = 200)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{path} gave {(int)response.StatusCode}: {text}");
        return text;
    }

    /// <summary>Asks for JSON.</summary>
    public async Task<JsonElement> GetJsonAsync(string path) => JsonDocument.Parse(await GetAsync(path)).RootElement;

    /// <summary>Asks for a problem: its parameter and detail.</summary>
    public async Task<(string? Parameter, string Detail)> GetProblemAsync(string path, int status)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{path} gave {(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        return (problem.TryGetProperty("parameter", out var parameter) ? parameter.GetString() : null, problem.GetProperty("detail").GetString()!);
    }

    public static XDocument ParseXml(string xml)
    {
        using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XDocument.Load(reader);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
    }
}

/// <summary>A source that gives what it is told to.</summary>
internal sealed class FakeSource(Func<SnapshotQuery, Task<Mesh>> read, bool hasHistory = true, Mesh? deviation = null) : IMeasurementSource
{
    private int _reads;

    public FakeSource(Mesh mesh, bool hasHistory = true)
        : this(_ => Task.FromResult(mesh), hasHistory)
    {
    }

    public bool HasHistory => hasHistory;

    public int Reads => _reads;

    /// <summary>What is known of a pair over time.</summary>
    public Func<HistoryQuery, IReadOnlyList<HistoryPoint>> History { get; init; } = _ => [];

    public Task<Mesh> ReadAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _reads);
        return query.Statistic == Statistic.StandardDeviation ? Task.FromResult(deviation ?? new Mesh([], [], default)) : read(query);
    }

    public Task<IReadOnlyList<HistoryPoint>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellation) => Task.FromResult(History(query));

    /// <summary>A mesh of so many nodes with links as "a>b:throughput", where "down" and "?" stand for no throughput.</summary>
    public static Mesh Mesh(string names, string links = "")
    {
        var list = names.Split(' ');
        return new Mesh([.. list.Select(name => new MeshNode(name))], [.. links.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Link)], DateTimeOffset.FromUnixTimeSeconds(1_767_225_600));

        LinkMeasurement Link(string text)
        {
            var parts = text.Split('>', ':');
            var link = new LinkMeasurement(Array.IndexOf(list, parts[0]), Array.IndexOf(list, parts[1]));
            return parts[2] switch
            {
                "down" => link with { State = LinkState.Down },
                "?" => link,
                _ => link with { State = LinkState.Up, ThroughputBitsPerSecond = double.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture) },
            };
        }
    }

    public static Mesh Large(int nodes) => Mesh(string.Join(' ', Enumerable.Range(0, nodes).Select(i => $"n{i:0000}")), "n0000>n0001:1e9");
}
