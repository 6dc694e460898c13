using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NetGraph.Hosting;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests;

/// <summary>A whole agent on loopback, with a fake iperf3 and ports that the system chose.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    public static readonly SharedToken Token = SharedToken.Of("0123456789abcdef", "the test");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private TestAgent(AgentHost host, FakeIperf3 iperf3)
    {
        Host = host;
        Iperf3 = iperf3;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token.Value);
    }

    public AgentHost Host { get; }

    public FakeIperf3 Iperf3 { get; }

    public static async Task<TestAgent> StartAsync(string? client = null, string? server = null, Func<AgentOptions, AgentOptions>? change = null)
    {
        client ??= FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp.json"));
        var iperf3 = server is null ? new FakeIperf3(client) : new FakeIperf3(client, server);
        try
        {
            var options = Options(iperf3.Path);
            return new TestAgent(await AgentHost.StartAsync(change?.Invoke(options) ?? options, LogSettings.None, CancellationToken.None), iperf3);
        }
        catch
        {
            iperf3.Dispose();
            throw;
        }
    }

    public static AgentOptions Options(string iperf3) => new()
    {
        NodeName = "a",
        BindAddress = IPAddress.Loopback,
        MetricsPort = 0,
        OrdersPort = 0,
        EchoPort = 0,
        FirstServerPort = 5301,
        LastServerPort = 5303,
        Iperf3 = iperf3,
        Token = Token,
        Overrun = TimeSpan.FromSeconds(60),
    };

    public Uri Orders(string path) => new($"http://127.0.0.1:{Host.OrdersPort}{path}");

    public Uri Metrics(string path) => new($"http://127.0.0.1:{Host.MetricsPort}{path}");

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _http.Dispose();
        Iperf3.Dispose();
    }

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, Orders(path));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(HttpStatusCode Status, string Body)> SendAsync(ServerOrder order) =>
        SendAsync(HttpMethod.Post, OrderRoutes.Servers, JsonSerializer.Serialize(order, OrderJsonContext.Default.ServerOrder));

    public Task<(HttpStatusCode Status, string Body)> SendAsync(ThroughputOrder order) =>
        SendAsync(HttpMethod.Post, OrderRoutes.Tests, JsonSerializer.Serialize(order, OrderJsonContext.Default.ThroughputOrder));

    public Task<(HttpStatusCode Status, string Body)> SendAsync(PeerList list) =>
        SendAsync(HttpMethod.Put, OrderRoutes.Peers, JsonSerializer.Serialize(list, OrderJsonContext.Default.PeerList));

    public Task<(HttpStatusCode Status, string Body)> SendAsync(FailureReport report) =>
        SendAsync(HttpMethod.Post, OrderRoutes.Failures, JsonSerializer.Serialize(report, OrderJsonContext.Default.FailureReport));

    public async Task<ThroughputResult> RunAsync(ThroughputOrder order)
    {
        var (status, body) = await SendAsync(order);
        Assert.Equal(HttpStatusCode.OK, status);
        return JsonSerializer.Deserialize(body, OrderJsonContext.Default.ThroughputResult)!;
    }

    /// <summary>The lines of <c>/metrics</c>, without comments.</summary>
    public async Task<IReadOnlyList<string>> ScrapeAsync() =>
        [.. (await _http.GetStringAsync(Metrics("/metrics"))).Split('\n').Where(line => line.Length > 0 && line[0] != '#')];

    public Task<string> ReadMetricsAsync() => _http.GetStringAsync(Metrics("/metrics"));
}
