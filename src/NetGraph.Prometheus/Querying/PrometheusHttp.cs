using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Polly;
using Polly.Retry;

namespace NetGraph.Prometheus.Querying;

/// <summary>The HTTP side of a query: whom to trust, and what to try again.</summary>
internal static class PrometheusHttp
{
    private const int MostRetries = 3;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    public static HttpClient Connect(PrometheusOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // A redirected POST would come as a GET without its query.
            AllowAutoRedirect = false,
            // A server packs slower than a network of today carries: 100 MB of samples take it a second.
            AutomaticDecompression = DecompressionMethods.None,
        };
        if (options.AuthorityFile is not null)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(options, certificate, chain, errors);
        var http = new HttpClient(handler) { BaseAddress = options.Uri, Timeout = Timeout.InfiniteTimeSpan };
        if (options.Tenant is { } tenant) http.DefaultRequestHeaders.Add("X-Scope-OrgID", tenant);
        return http;
    }

    /// <summary>Tries again, a little later each time, what may pass by itself: a connection that fails, 429 and the 5xx answers; when the server says how long to wait, that long.</summary>
    /// <param name="endsAt">When the query's time is over: no wait lasts beyond it.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="onRetry">Called before each further attempt.</param>
    public static ResiliencePipeline<HttpResponseMessage> Retries(DateTimeOffset endsAt, TimeProvider clock, Action onRetry) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = MostRetries,
                Delay = FirstDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = outcome => ValueTask.FromResult(MayPass(outcome.Outcome) && clock.GetUtcNow() + (RetryAfter(outcome.Outcome.Result, clock) ?? TimeSpan.Zero) < endsAt),
                DelayGenerator = outcome => ValueTask.FromResult(RetryAfter(outcome.Outcome.Result, clock)),
                OnRetry = _ =>
                {
                    onRetry();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    private static bool MayPass(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        // A certificate is no better the second time.
        { Exception: HttpRequestException failure } => failure.HttpRequestError != HttpRequestError.SecureConnectionError,
        { Result.StatusCode: var status } => status == HttpStatusCode.TooManyRequests || (int)status >= 500,
        _ => false,
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider clock) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > clock.GetUtcNow() ? date - clock.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    // The file is read at each handshake, so that a new authority needs no restart.
    private static bool IsTrusted(PrometheusOptions options, X509Certificate? certificate, X509Chain? given, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(options.ReadAuthority()!);
        if (given is not null) chain.ChainPolicy.ExtraStore.AddRange(given.ChainPolicy.ExtraStore);
        using var leaf = new X509Certificate2(certificate);
        return chain.Build(leaf);
    }
}
