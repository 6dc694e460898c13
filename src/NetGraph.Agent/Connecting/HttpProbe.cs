using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Connecting;

/// <summary>The probe <c>http</c>: the time from connecting to the head of the answer, over a connection of its own. 2xx and 3xx are successes; no redirect is followed and no body read.</summary>
internal sealed class HttpProbe : IDisposable
{
    private const int MaxHeadKilobytes = 64;
    private static readonly HttpRequestOptionsKey<StrongBox<TimeSpan?>> ConnectTime = new("connect time");
    // Made when they are needed first: an agent without such targets saves the memory.
    private readonly Lazy<HttpClient> _strict;
    private readonly Lazy<HttpClient> _anyCertificate;

    /// <param name="bind">Local address, used when it is of the target's family.</param>
    public HttpProbe(IPAddress? bind)
    {
        _strict = new Lazy<HttpClient>(() => Client(bind, anyCertificate: false));
        _anyCertificate = new Lazy<HttpClient>(() => Client(bind, anyCertificate: true));
    }

    public async Task<ProbeOutcome> RunAsync(ProbeTarget target, CancellationToken end)
    {
        var connect = new StrongBox<TimeSpan?>();
        using var request = new HttpRequestMessage(target.Head ? HttpMethod.Head : HttpMethod.Get, target.Url);
        request.Options.Set(ConnectTime, connect);
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await (target.AnyCertificate ? _anyCertificate : _strict).Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end).ConfigureAwait(false);
            var time = Stopwatch.GetElapsedTime(start);
            var outcome = (int)response.StatusCode switch
            {
                >= 200 and < 400 => ProbeOutcome.Success(time),
                >= 400 and < 500 => ProbeOutcome.Fault(ProbeFailure.Rejected, $"HTTP {(int)response.StatusCode}"),
                >= 500 and < 600 => ProbeOutcome.Fault(ProbeFailure.ServerFailure, $"HTTP {(int)response.StatusCode}"),
                _ => ProbeOutcome.Fault(ProbeFailure.InvalidOutput, $"HTTP {(int)response.StatusCode}"),
            };
            return outcome with { ConnectTime = connect.Value };
        }
        catch (HttpRequestException exception)
        {
            return ProbeOutcome.Fault(Judge(exception), (exception.InnerException ?? exception).Message) with { ConnectTime = connect.Value };
        }
    }

    public void Dispose()
    {
        foreach (var client in (Lazy<HttpClient>[])[_strict, _anyCertificate])
        {
            if (client.IsValueCreated) client.Value.Dispose();
        }
    }

    private static ProbeFailure Judge(HttpRequestException exception)
    {
        if (exception.HttpRequestError == HttpRequestError.SecureConnectionError) return ProbeFailure.TlsError;
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket) return socket.ToFailure();
        }

        return exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => ProbeFailure.NameNotResolved,
            HttpRequestError.ResponseEnded => ProbeFailure.PeerTerminated,
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => ProbeFailure.InvalidOutput,
            _ => ProbeFailure.ToolError,
        };
    }

    private static HttpClient Client(IPAddress? bind, bool anyCertificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // Each request makes a connection, or there would be no time to connect.
            PooledConnectionLifetime = TimeSpan.Zero,
            // Or up to a megabyte of each body would be read, to keep a connection that nobody uses again.
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = MaxHeadKilobytes,
            ConnectCallback = async (context, end) =>
            {
                _ = context.InitialRequestMessage.Options.TryGetValue(ConnectTime, out var box);
                // When a connection ends before a byte came, the handler would try again by another, up to three times: the probe would not see what it is for.
                if (box is { Value: not null }) throw new SocketException((int)SocketError.ConnectionReset);
                var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, end).ConfigureAwait(false);
                if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
                var (socket, time) = await TcpProbe.ConnectAsync(new IPEndPoint(addresses[0], context.DnsEndPoint.Port), bind, end).ConfigureAwait(false);
                box?.Value = time;
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
#pragma warning disable CA5359 // Asked for target by target: whether it answers is the question, and nothing secret is sent.
        if (anyCertificate) handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("netgraph-agent", null));
        return client;
    }
}
