using System.Globalization;
using System.Net;

namespace NetGraph.Prometheus.Querying;

/// <summary>Asks a server that speaks Prometheus' query API: Prometheus, Thanos, Mimir, VictoriaMetrics.</summary>
/// <param name="http">Client whose base address is the server's, with a trailing slash; its timeout is not used.</param>
/// <param name="timeout">Longest time for one query, its answer read to the end.</param>
public sealed class PrometheusClient(HttpClient http, TimeSpan timeout)
{
    /// <summary>Runs an instant query and hands over the samples of its answer one by one, while it arrives.</summary>
    /// <remarks>Sent by POST, so that the length of the expression does not matter. The answer is never held as a whole.</remarks>
    /// <param name="expression">The PromQL expression.</param>
    /// <param name="at">The time to ask for, or <see langword="null"/> for now.</param>
    /// <param name="labels">The labels whose values are wanted.</param>
    /// <param name="onSample">Called for each sample.</param>
    /// <param name="cancellation">Ends the query.</param>
    /// <returns>How many samples there were.</returns>
    /// <exception cref="PrometheusQueryException">The server cannot be reached, is too slow, or does not answer the query.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public async Task<int> QueryAsync(string expression, DateTimeOffset? at, IReadOnlyList<string> labels, SampleHandler onSample, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout);
        try
        {
            var form = new Dictionary<string, string> { ["query"] = expression };
            if (at is { } time) form["time"] = (time.ToUnixTimeMilliseconds() / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
            // A plain number is seconds. Prometheus takes no fraction in front of a unit, as in 2.5s.
            form["timeout"] = timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/query") { Content = new FormUrlEncodedContent(form) };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                var parser = new VectorParser(labels, onSample);
                try
                {
                    await ParseAsync(body, parser, deadline.Token).ConfigureAwait(false);
                }
                catch (FormatException exception)
                {
                    throw Failure(expression, response.StatusCode, $"it answered HTTP {(int)response.StatusCode} with what is not an answer of the query API ({exception.Message})");
                }

                if (!response.IsSuccessStatusCode || parser.Status != "success")
                    throw Failure(expression, response.StatusCode, $"it answered HTTP {(int)response.StatusCode}: {parser.ErrorType ?? "error"}: {parser.Error ?? "no message"}");
                return parser.SampleCount;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure(expression, HttpStatusCode.GatewayTimeout, string.Create(CultureInfo.InvariantCulture, $"it gave no full answer within {timeout.TotalSeconds:0.#} s"), isTimeout: true);
        }
        catch (HttpRequestException exception)
        {
            throw Failure(expression, null, $"it cannot be reached ({exception.Message})");
        }
        catch (IOException exception)
        {
            throw Failure(expression, null, $"the connection broke while it answered ({exception.Message})");
        }
    }

    private static async Task ParseAsync(Stream body, VectorParser parser, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        var held = 0;
        while (true)
        {
            // A token longer than the buffer makes it grow; label values are short, so that it seldom happens.
            if (held == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = await body.ReadAsync(buffer.AsMemory(held), cancellation).ConfigureAwait(false);
            var filled = held + read;
            var consumed = parser.Feed(buffer.AsSpan(0, filled), isFinal: read == 0);
            if (read == 0) return;
            held = filled - consumed;
            buffer.AsSpan(consumed, held).CopyTo(buffer);
        }
    }

    private PrometheusQueryException Failure(string expression, HttpStatusCode? status, string what, bool isTimeout = false) =>
        new($"Prometheus at {http.BaseAddress} did not answer a query: {what}. Check that the address is that of a server with Prometheus' query API and that it is ready.")
        {
            Expression = expression,
            StatusCode = status,
            IsTimeout = isTimeout,
        };
}

/// <summary>Takes one sample of an answer.</summary>
/// <param name="labels">Values of the labels asked for, in their order; <see langword="null"/> where the sample has none. Valid only during the call.</param>
/// <param name="value">The sample's value; may be NaN or infinite.</param>
public delegate void SampleHandler(ReadOnlySpan<string?> labels, double value);
