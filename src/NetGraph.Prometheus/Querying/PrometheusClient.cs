using System.Globalization;
using System.Net;

namespace NetGraph.Prometheus.Querying;

/// <summary>Asks a server that speaks Prometheus' query API: Prometheus, Thanos, Mimir, VictoriaMetrics.</summary>
public sealed class PrometheusClient
{
    private const int BufferBytes = 128 * 1024;
    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly PrometheusOptions? _options;

    /// <summary>Creates a client of a server that wants no authentication.</summary>
    /// <param name="http">Client whose base address is the server's, with a trailing slash; its timeout is not used.</param>
    /// <param name="timeout">Longest time for one query, its answer read to the end.</param>
    /// <param name="clock">For the time limit and the waits between attempts; <see langword="null"/> for the system's.</param>
    public PrometheusClient(HttpClient http, TimeSpan timeout, TimeProvider? clock = null)
    {
        _http = http;
        _timeout = timeout;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Creates a client of a server.</summary>
    /// <param name="options">How to reach it; <see cref="PrometheusOptions.FindFault"/> finds no fault with them. Its files are read anew for each query.</param>
    public PrometheusClient(PrometheusOptions options)
        : this(PrometheusHttp.Connect(options), options.Timeout) => _options = options;

    /// <summary>Called after each query, from any thread.</summary>
    public Action<QueryReport>? OnQuery { get; set; }

    /// <summary>Runs an instant query and hands over the samples of its answer one by one, while it arrives.</summary>
    /// <remarks>
    /// Sent by POST, so that the length of the expression does not matter. The answer is never held as a whole. While the server has not begun to answer,
    /// failures that may pass are tried again within the query's time.
    /// </remarks>
    /// <param name="expression">The PromQL expression.</param>
    /// <param name="at">The time to ask for, or <see langword="null"/> for now.</param>
    /// <param name="labels">The labels whose values are wanted.</param>
    /// <param name="onSample">Called for each sample.</param>
    /// <param name="cancellation">Ends the query.</param>
    /// <returns>How many samples there were.</returns>
    /// <exception cref="PrometheusQueryException">The server cannot be reached, is too slow, or does not answer the query.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public Task<int> QueryAsync(string expression, DateTimeOffset? at, IReadOnlyList<string> labels, SampleHandler onSample, CancellationToken cancellation) =>
        RunAsync(new Query("api/v1/query", expression, at is { } time ? [("time", Seconds(time))] : [], new VectorParser(labels, onSample), _clock.GetTimestamp()), cancellation);

    /// <summary>Runs a range query: the value of an expression at each step of a time, both ends included.</summary>
    /// <remarks>As <see cref="QueryAsync"/>, but the answer is held as a whole: meant for few series. Prometheus refuses more than 11,000 points a series.</remarks>
    /// <param name="expression">The PromQL expression.</param>
    /// <param name="from">The first time.</param>
    /// <param name="to">The last time, if the steps reach it.</param>
    /// <param name="step">From one time to the next; a millisecond or more.</param>
    /// <param name="onPoint">Called for each point, series by series; a time without a value has none.</param>
    /// <param name="cancellation">Ends the query.</param>
    /// <returns>How many points there were.</returns>
    /// <exception cref="PrometheusQueryException">The server cannot be reached, is too slow, or does not answer the query.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public Task<int> QueryRangeAsync(string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, PointHandler onPoint, CancellationToken cancellation) =>
        RunAsync(new Query("api/v1/query_range", expression, [("start", Seconds(from)), ("end", Seconds(to)), ("step", Seconds(step))], new MatrixParser(onPoint), _clock.GetTimestamp()), cancellation);

    private async Task<int> RunAsync(Query query, CancellationToken cancellation)
    {
        var isSuccess = false;
        using var timer = new CancellationTokenSource(_timeout, _clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            await AskAsync(query, deadline.Token).ConfigureAwait(false);
            isSuccess = true;
            return query.Parser.SampleCount;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure(query.Expression, HttpStatusCode.GatewayTimeout, string.Create(CultureInfo.InvariantCulture, $"it gave no full answer within {_timeout.TotalSeconds:0.#} s"), isTimeout: true);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw Failure(query.Expression, null, $"no secure connection comes about ({exception.InnerException?.Message ?? exception.Message}); --prometheus-ca names the authority of its certificate");
        }
        catch (HttpRequestException exception)
        {
            throw Failure(query.Expression, null, $"it cannot be reached ({exception.Message})");
        }
        catch (IOException exception)
        {
            throw Failure(query.Expression, null, $"the connection broke while it answered ({exception.Message})");
        }
        catch (SettingFileException exception)
        {
            throw Failure(query.Expression, null, $"it was not asked, since a file is unusable. {exception.Message}");
        }
        finally
        {
            OnQuery?.Invoke(new QueryReport(query.Expression, _clock.GetElapsedTime(query.Start), query.ToFirstByte, query.Bytes, query.Parser.SampleCount, query.Retries, isSuccess));
        }
    }

    private async Task AskAsync(Query query, CancellationToken deadline)
    {
        var retries = PrometheusHttp.Retries(_clock.GetUtcNow() + _timeout, _clock, () => query.Retries++);
        using var response = await retries.ExecuteAsync(
            async token =>
            {
                using var request = Request(query);
                return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
            }, deadline).ConfigureAwait(false);
        query.ToFirstByte = _clock.GetElapsedTime(query.Start);
        var status = (int)response.StatusCode;
        var body = await response.Content.ReadAsStreamAsync(deadline).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            try
            {
                await ParseAsync(body, query, deadline).ConfigureAwait(false);
            }
            catch (FormatException exception)
            {
                throw Failure(query.Expression, response.StatusCode, $"it answered HTTP {status}{Hint(response.StatusCode)} with what is not an answer of the query API{(response.IsSuccessStatusCode ? $" ({exception.Message})" : "")}");
            }
        }

        if (!response.IsSuccessStatusCode || query.Parser.Status != "success")
            throw Failure(query.Expression, response.StatusCode, $"it answered HTTP {status}: {query.Parser.ErrorType ?? "error"}: {query.Parser.Error ?? "no message"}{Hint(response.StatusCode)}");
    }

    private HttpRequestMessage Request(Query query)
    {
        IEnumerable<(string Name, string Value)> form = [("query", query.Expression), .. query.Times, ("timeout", Seconds(_timeout))];
        var request = new HttpRequestMessage(HttpMethod.Post, query.Path) { Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        request.Headers.Authorization = _options?.ReadAuthorization();
        return request;
    }

    private static async Task ParseAsync(Stream body, Query query, CancellationToken cancellation)
    {
        var buffer = new byte[BufferBytes];
        var held = 0;
        while (true)
        {
            // A token longer than the buffer makes it grow; label values are short, so that it seldom happens.
            if (held == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = await body.ReadAsync(buffer.AsMemory(held), cancellation).ConfigureAwait(false);
            query.Bytes += read;
            var filled = held + read;
            var consumed = query.Parser.Feed(buffer.AsSpan(0, filled), isFinal: read == 0);
            if (read == 0) return;
            held = filled - consumed;
            buffer.AsSpan(consumed, held).CopyTo(buffer);
        }
    }

    private static string Seconds(DateTimeOffset time) => Seconds(time - DateTimeOffset.UnixEpoch);

    // A plain number is seconds, to VictoriaMetrics too. Prometheus takes no fraction in front of a unit, as in 2.5s.
    private static string Seconds(TimeSpan time) => (Math.Floor(time.TotalMilliseconds) / 1000).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Hint(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => " (it wants a user and password, or a token: --prometheus-user with --prometheus-password-file, or --prometheus-token-file)",
        HttpStatusCode.Forbidden => " (it knows who asks and refuses)",
        HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.RedirectKeepVerb or HttpStatusCode.PermanentRedirect => " (it sends us elsewhere: give the address that it sends to)",
        _ => "",
    };

    private PrometheusQueryException Failure(string expression, HttpStatusCode? status, string what, bool isTimeout = false) =>
        new($"Prometheus at {_http.BaseAddress} did not answer a query: {what}. Check that the address is that of a server with Prometheus' query API and that it is ready.")
        {
            Expression = expression,
            StatusCode = status,
            IsTimeout = isTimeout,
        };

    /// <summary>A query under way.</summary>
    private sealed class Query(string path, string expression, IReadOnlyList<(string Name, string Value)> times, IAnswerParser parser, long start)
    {
        public string Path => path;

        public string Expression => expression;

        public IReadOnlyList<(string Name, string Value)> Times => times;

        public IAnswerParser Parser => parser;

        public long Start => start;

        public TimeSpan ToFirstByte { get; set; }

        public long Bytes { get; set; }

        public int Retries { get; set; }
    }
}
