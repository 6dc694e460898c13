using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetGraph.Collector.Links;
using NetGraph.Hosting;

namespace NetGraph.Collector;

/// <summary>Asks a running collector, here or elsewhere.</summary>
public sealed class CollectorClient : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private readonly Uri _address;

    /// <summary>Makes a client.</summary>
    /// <param name="address">Base address of the collector, such as <c>http://collector:9876</c>; a path is kept.</param>
    /// <param name="token">The token that collector and agents share.</param>
    /// <exception cref="StartupException">The address is none.</exception>
    public CollectorClient(string address, SharedToken token)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(token);
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new StartupException($"'{address}' is not the address of a collector: give one such as http://collector:9876.");
        _address = uri;
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
    }

    /// <summary>Orders a cycle now.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The number that it has.</returns>
    /// <exception cref="CollectorException">It cannot be: one runs already, the token is wrong, or the collector is away.</exception>
    public async Task<long> StartCycleAsync(CancellationToken cancellation) =>
        (await SendAsync(HttpMethod.Post, "api/v1/cycle", ProgressJsonContext.Default.RequestedCycle, cancellation).ConfigureAwait(false)).Cycle;

    /// <summary>Reads what runs, what ran last, and what is waited for.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CollectorException">It cannot be read.</exception>
    public Task<CycleProgress> ReadProgressAsync(CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "api/v1/cycle", ProgressJsonContext.Default.CycleProgress, cancellation);

    /// <summary>Reads tests of a cycle that have ended; when they are many, the first of them.</summary>
    /// <param name="cycle">Number of the cycle: the running or last, or the one before.</param>
    /// <param name="from">How many to leave out.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CollectorException">They cannot be read.</exception>
    public Task<TestReports> ReadTestsAsync(long cycle, int from, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"api/v1/cycle/tests?cycle={cycle}&from={from}"), ProgressJsonContext.Default.TestReports, cancellation);

    /// <summary>Reads what came of the echoes since the newest cycle began.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CollectorException">It cannot be read.</exception>
    public Task<IReadOnlyList<LinkEchoes>> ReadEchoesAsync(CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "api/v1/cycle/echoes", ProgressJsonContext.Default.IReadOnlyListLinkEchoes, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(_address, path));
            using var response = await _http.SendAsync(request, limit.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw new CollectorException(Problems.ReadDetail(body) ?? $"The collector answered HTTP {(int)response.StatusCode} at {_address}{path}: is that a collector, and as new as this program?", response.StatusCode);
            return JsonSerializer.Deserialize(body, type) ?? throw new CollectorException($"The collector answered null at {_address}{path}.");
        }
        catch (HttpRequestException exception)
        {
            throw new CollectorException($"The collector cannot be reached at {_address}: {exception.InnerException?.Message ?? exception.Message}. Check --collector, and that it runs.", null, exception);
        }
        catch (JsonException exception)
        {
            throw new CollectorException($"What {_address}{path} answered is not what a collector says: {exception.Message}", null, exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new CollectorException($"The collector did not answer at {_address} within {Limit.TotalSeconds:0} s.", null, exception);
        }
    }
}

/// <summary>A collector cannot be asked. The message says why and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="status">What it answered; <see langword="null"/> when it did not.</param>
/// <param name="innerException">What was behind it.</param>
public sealed class CollectorException(string message, HttpStatusCode? status = null, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What it answered; <see langword="null"/> when it did not.</summary>
    public HttpStatusCode? Status { get; } = status;
}
