using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NetGraph.Testing;

/// <summary>An agent's order interface on a loopback address and a port of the system's choice; does what it is told to instead of measuring.</summary>
public sealed class FakeAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _token;
    private int _busyTimes;

    private FakeAgent(WebApplication app, IPAddress address, string token)
    {
        _app = app;
        _token = token;
        Address = address;
    }

    /// <summary>An order as it came in.</summary>
    public sealed record Order(string Method, string Path, JsonNode? Body);

    public IPAddress Address { get; }

    public int Port { get; private set; }

    /// <summary>Everything that was ordered, in order; from those with the right token only.</summary>
    public ConcurrentQueue<Order> Orders { get; } = new();

    /// <summary>Tests whose servers were started and not released.</summary>
    public ConcurrentDictionary<string, bool> Servers { get; } = new();

    /// <summary>So many orders are refused as busy first.</summary>
    public int BusyTimes
    {
        get => _busyTimes;
        set => _busyTimes = value;
    }

    /// <summary>What it says of a server that is released.</summary>
    public string ServerReport { get; set; } = "{}";

    /// <summary>Called in place of the usual answer to an order when it returns true.</summary>
    public Func<HttpContext, Order, Task<bool>>? Instead { get; set; }

    /// <summary>Called while a test runs, from its begin to its end.</summary>
    public Func<Order, Task> WhileTesting { get; set; } = _ => Task.CompletedTask;

    /// <summary>What it says of its links, as JSON.</summary>
    public string Links { get; set; } = "[]";

    /// <summary>Version of the peer list that it was given last.</summary>
    public string PeersVersion { get; private set; } = "";

    /// <summary>Starts an agent.</summary>
    /// <param name="number">Last part of its address.</param>
    /// <param name="token">The token that orders must carry.</param>
    /// <param name="certificate">Certificate for TLS, if any.</param>
    public static async Task<FakeAgent> StartAsync(int number, string token, X509Certificate2? certificate = null)
    {
        var address = new IPAddress(new byte[] { 127, 0, 7, (byte)number });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var agent = new FakeAgent(app, address, token);
        app.Run(agent.AnswerAsync);
        await app.StartAsync();
        agent.Port = new Uri(app.Urls.Single()).Port;
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(TimeSpan.Zero)) await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    /// <summary>Answers with JSON.</summary>
    public static Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != "Bearer " + _token)
        {
            await JsonAsync(context, 401, """{"detail":"The order carries no token or a wrong one."}""");
            return;
        }

        JsonNode? body = null;
        if (context.Request.ContentLength > 0) body = await JsonNode.ParseAsync(context.Request.Body);
        var order = new Order(context.Request.Method, context.Request.Path, body);
        Orders.Enqueue(order);
        if (Instead is { } instead && await instead(context, order)) return;
        if (order.Method == "POST" && order.Path is "/v1/servers" or "/v1/tests" && TakeBusyTime())
        {
            await JsonAsync(context, 409, """{"title":"busy"}""");
            return;
        }

        switch (order.Method, order.Path)
        {
            case ("POST", "/v1/servers"):
                Servers[(string)body!["testId"]!] = true;
                await JsonAsync(context, 201, string.Create(CultureInfo.InvariantCulture, $$"""{"port":{{5200 + Address.GetAddressBytes()[3]}}}"""));
                break;
            case ("DELETE", _):
                Servers.TryRemove(order.Path.Split('/')[^1], out _);
                await JsonAsync(context, 200, ServerReport);
                break;
            case ("POST", "/v1/tests"):
                await WhileTesting(order);
                await JsonAsync(context, 200, """{"throughputBitsPerSecond":1000000,"quality":"Ok"}""");
                break;
            case ("GET", "/v1/links"):
                await JsonAsync(context, 200, Links);
                break;
            case ("GET", "/v1/peers"):
                await JsonAsync(context, 200, $$"""{"version":"{{PeersVersion}}"}""");
                break;
            case ("PUT", "/v1/peers"):
                PeersVersion = (string)body!["version"]!;
                context.Response.StatusCode = 204;
                break;
            default:
                context.Response.StatusCode = 204;
                break;
        }
    }

    // Several orders may come at once.
    private bool TakeBusyTime()
    {
        for (var times = _busyTimes; times > 0; times = _busyTimes)
        {
            if (Interlocked.CompareExchange(ref _busyTimes, times - 1, times) == times) return true;
        }

        return false;
    }
}
