using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NetGraph.Kubernetes.Configuration;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Kubernetes.Tests;

/// <summary>What becomes of an answer on its way back.</summary>
internal abstract record Fault
{
    /// <summary>The server is not asked; this is the answer.</summary>
    public sealed record Status(int Code, string Reason, string? RetryAfter = null) : Fault;

    /// <summary>The connection is cut in the middle of the line after so many lines.</summary>
    public sealed record CutAfterLines(int Lines) : Fault;

    /// <summary>Every byte arrives by itself.</summary>
    public sealed record ByteByByte : Fault;

    /// <summary>The answer begins, and nothing of it ever comes.</summary>
    public sealed record Silence : Fault;

    /// <summary>The connection is cut before the answer.</summary>
    public sealed record Hangup : Fault;

    /// <summary>Something else answers: a login page, a load balancer.</summary>
    public sealed record Nonsense(string Text) : Fault;
}

/// <summary>Stands between client and API server, without TLS on the client's side, and does what networks and servers do at times.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _upstream;
    private readonly ConcurrentQueue<(Func<HttpRequest, bool> When, Fault Fault)> _faults = new();
    private readonly ConcurrentDictionary<HttpContext, bool> _open = new();

    private FaultProxy(WebApplication app, HttpClient upstream)
    {
        _app = app;
        _upstream = upstream;
    }

    /// <summary>All requests: method, path and query.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Applied while it is set, in place of the queue.</summary>
    public Fault? Always { get; set; }

    public int Watches => Requests.Count(IsWatch);

    public int Lists => Requests.Count(request => !IsWatch(request));

    public static async Task<FaultProxy> StartAsync(ControlPlane plane)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var proxy = new FaultProxy(app, plane.Http);
        app.Run(proxy.AnswerAsync);
        await app.StartAsync();
        return proxy;
    }

    public KubernetesClient Connect(TimeProvider? clock = null) => new(new KubernetesConfiguration { Server = new Uri(_app.Urls.Single()) }, clock);

    /// <summary>The next answer to a watch suffers this.</summary>
    public void NextWatch(Fault fault) => _faults.Enqueue((request => IsWatch(request.QueryString.Value!), fault));

    /// <summary>The next answer to anything but a watch suffers this.</summary>
    public void NextOther(Fault fault) => _faults.Enqueue((request => !IsWatch(request.QueryString.Value!), fault));

    /// <summary>Cuts all connections that stand.</summary>
    public void HangUp()
    {
        foreach (var connection in _open.Keys) connection.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(TimeSpan.Zero)) await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private static bool IsWatch(string query) => query.Contains("watch=true", StringComparison.Ordinal);

    private Fault? Take(HttpRequest request)
    {
        if (Always is { } always) return always;
        return _faults.TryPeek(out var next) && next.When(request) && _faults.TryDequeue(out next) ? next.Fault : null;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimStart('/') + context.Request.QueryString.Value;
        Requests.Enqueue($"{context.Request.Method} {path}");
        var fault = Take(context.Request);
        _open[context] = true;
        try
        {
            await AnswerAsync(context, path, fault);
        }
        finally
        {
            _open.TryRemove(context, out _);
        }
    }

    private async Task AnswerAsync(HttpContext context, string path, Fault? fault)
    {
        switch (fault)
        {
            case Fault.Status status:
                context.Response.StatusCode = status.Code;
                if (status.RetryAfter is { } after) context.Response.Headers.RetryAfter = after;
                await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"kind":"Status","status":"Failure","reason":"{{status.Reason}}","message":"by the proxy","code":{{status.Code}}}"""));
                return;
            case Fault.Hangup:
                context.Abort();
                return;
            case Fault.Nonsense nonsense:
                await context.Response.WriteAsync(nonsense.Text);
                return;
            case Fault.Silence:
                await context.Response.StartAsync();
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            default:
                await ForwardAsync(context, path, fault);
                return;
        }
    }

    private async Task ForwardAsync(HttpContext context, string path, Fault? fault)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), path);
        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        try
        {
            using var answer = await _upstream.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            await context.Response.StartAsync(context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
            await CopyAsync(body, context, fault);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // One of the two went away; so does the other.
            context.Abort();
        }
    }

    private static async Task CopyAsync(Stream body, HttpContext context, Fault? fault)
    {
        var buffer = new byte[16 * 1024];
        var left = fault is Fault.CutAfterLines cut ? cut.Lines : int.MaxValue;
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            var at = 0;
            while (at < read)
            {
                var newline = Array.IndexOf(buffer, (byte)'\n', at, read - at);
                var end = fault is Fault.ByteByByte ? at + 1 : newline < 0 ? read : newline + 1;
                if (left == 0) end = at + Math.Max(1, (end - at) / 2);
                await context.Response.Body.WriteAsync(buffer.AsMemory(at, end - at), context.RequestAborted);
                if (newline >= 0 || left == 0 || fault is Fault.ByteByByte) await context.Response.Body.FlushAsync(context.RequestAborted);
                if (left == 0)
                {
                    context.Abort();
                    return;
                }

                if (newline >= 0 && fault is Fault.CutAfterLines) left--;
                at = end;
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
