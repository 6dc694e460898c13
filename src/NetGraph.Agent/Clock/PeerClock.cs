using System.Net.Sockets;
using System.Text.Json;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Clock;

/// <summary>Asks another agent how far its clock may be off.</summary>
internal sealed class PeerClock : IDisposable
{
    private const int MaxAnswerBytes = 1024;
    private readonly Lazy<HttpClient> _http = new(() =>
        new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1) })
        {
            Timeout = TimeSpan.FromSeconds(2),
            MaxResponseContentBufferSize = MaxAnswerBytes,
        });

    /// <returns>The peer's bound; <see langword="null"/> when it does not know it, does not answer in two seconds, or answers what is no bound.</returns>
    public async Task<TimeSpan?> ReadAsync(Peer peer, CancellationToken end)
    {
        var uri = new UriBuilder("http", peer.Address, peer.MetricsPort, ClockReport.Route).Uri;
        try
        {
            using var response = await _http.Value.GetAsync(uri, end).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) return null;
            var answer = await response.Content.ReadAsByteArrayAsync(end).ConfigureAwait(false);
            return JsonSerializer.Deserialize(answer, OrderJsonContext.Default.ClockReport)?.ErrorBoundSeconds is >= 0 and < ClockWatch.UselessSeconds and var seconds ? TimeSpan.FromSeconds(seconds) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_http.IsValueCreated) _http.Value.Dispose();
    }
}
