using NetGraph.Graphs.Encoding;
using NetGraph.Hosting;
using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>Reads the newest whole matrix from a collector, in place of Prometheus: nothing to install, whatever the level of detail of the metrics, and no history.</summary>
internal sealed class CollectorSource(HttpClient http, Uri matrix, TimeSpan timeout) : IMeasurementSource
{
    private const int MaxAnswerBytes = 1 << 30;

    /// <summary>Makes a source.</summary>
    /// <param name="address">Base address of the collector.</param>
    /// <param name="timeout">Longest time to read the matrix.</param>
    /// <exception cref="StartupException">The address is none.</exception>
    public static CollectorSource Of(string address, TimeSpan timeout)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new StartupException($"'{address}' is not the address of a collector: give one such as http://localhost:9876.");
        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        return new CollectorSource(http, new Uri(uri, "api/v1/matrix"), timeout);
    }

    public bool HasHistory => false;

    public async Task<Mesh> ReadAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var response = await http.GetAsync(matrix, limit.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw new MeasurementSourceException(SourceFailure.Failed, $"The collector answered HTTP {(int)response.StatusCode} at {matrix}: is that a collector, and as new as this program?");
            var answer = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false)) return JsonReader.Read(answer, DateTimeOffset.UtcNow);
        }
        catch (HttpRequestException exception)
        {
            throw new MeasurementSourceException(
                SourceFailure.Unreachable, $"The collector cannot be reached at {matrix}: {exception.InnerException?.Message ?? exception.Message}. Check --collector, and that it runs.", exception);
        }
        catch (MeshFormatException exception)
        {
            throw new MeasurementSourceException(SourceFailure.Failed, $"What {matrix} answered is no matrix: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new MeasurementSourceException(SourceFailure.TimedOut, $"The collector did not answer at {matrix} within {timeout.TotalSeconds:0.#} s.", exception);
        }
    }

    public Task<IReadOnlyList<HistoryPoint>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException("A collector knows only the present.");
}
