using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetGraph.Collector.Discovery;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>Sends orders to agents.</summary>
internal sealed class AgentClient : IDisposable
{
    // What a dead agent costs its partner in a slot: starting a server takes a live one some ten milliseconds.
    private static readonly TimeSpan OrderLimit = TimeSpan.FromSeconds(3);
    private const int MaxProblemCharacters = 300;
    private const int MaxAnswerBytes = 1024 * 1024;
    private const int MaxLinksBytes = 32 * 1024 * 1024;
    private readonly HttpClient _http;
    private readonly HttpClient _links;
    private readonly string _scheme;

    /// <exception cref="StartupException">The authority's file cannot be read.</exception>
    public AgentClient(SharedToken token, string? authorityFile)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseProxy = false, AllowAutoRedirect = false };
        _scheme = authorityFile is null ? "http" : "https";
        if (authorityFile is not null) handler.SslOptions.RemoteCertificateValidationCallback = Trust(new RenewedFiles<X509Certificate2Collection>([authorityFile], () => ReadAuthority(authorityFile), TimeProvider.System));
        _http = Client(MaxAnswerBytes);
        _links = Client(MaxLinksBytes);

        HttpClient Client(int most)
        {
            var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = most };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
            return client;
        }
    }

    /// <summary>Which agents answer.</summary>
    public AgentHealth Health { get; } = new();

    public Task<ServerGrant> StartServerAsync(AgentNode agent, ServerOrder order, CancellationToken cancellation) =>
        SendAsync(agent, HttpMethod.Post, OrderRoutes.Servers, order, OrderJsonContext.Default.ServerOrder, OrderJsonContext.Default.ServerGrant, OrderLimit, cancellation);

    public Task<ThroughputResult> RunTestAsync(AgentNode agent, ThroughputOrder order, TimeSpan limit, CancellationToken cancellation) =>
        SendAsync(agent, HttpMethod.Post, OrderRoutes.Tests, order, OrderJsonContext.Default.ThroughputOrder, OrderJsonContext.Default.ThroughputResult, limit, cancellation);

    public Task<PeerListVersion> ReadPeersVersionAsync(AgentNode agent, CancellationToken cancellation) =>
        SendAsync<object, PeerListVersion>(agent, HttpMethod.Get, OrderRoutes.Peers, null, null, OrderJsonContext.Default.PeerListVersion, OrderLimit, cancellation);

    public Task<IReadOnlyList<AgentLink>> ReadLinksAsync(AgentNode agent, CancellationToken cancellation) =>
        SendAsync<object, IReadOnlyList<AgentLink>>(agent, HttpMethod.Get, OrderRoutes.Links, null, null, OrderJsonContext.Default.IReadOnlyListAgentLink, OrderLimit, cancellation);

    public Task<ServerReport> ReleaseServerAsync(AgentNode agent, string testId, CancellationToken cancellation) =>
        SendAsync<object, ServerReport>(agent, HttpMethod.Delete, $"{OrderRoutes.Servers}/{testId}", null, null, OrderJsonContext.Default.ServerReport, OrderLimit, cancellation);

    public Task SetPeersAsync(AgentNode agent, PeerList peers, CancellationToken cancellation) =>
        SendAsync<PeerList, object>(agent, HttpMethod.Put, OrderRoutes.Peers, peers, OrderJsonContext.Default.PeerList, null, OrderLimit, cancellation);

    public Task ReportFailureAsync(AgentNode agent, FailureReport report, CancellationToken cancellation) =>
        SendAsync<FailureReport, object>(agent, HttpMethod.Post, OrderRoutes.Failures, report, OrderJsonContext.Default.FailureReport, null, OrderLimit, cancellation);

    public Task ReportQualityAsync(AgentNode agent, QualityReport report, CancellationToken cancellation) =>
        SendAsync<QualityReport, object>(agent, HttpMethod.Post, OrderRoutes.Qualities, report, OrderJsonContext.Default.QualityReport, null, OrderLimit, cancellation);

    public void Dispose()
    {
        _http.Dispose();
        _links.Dispose();
    }

    private async Task<TAnswer> SendAsync<TOrder, TAnswer>(
        AgentNode agent, HttpMethod method, string path, TOrder? order, JsonTypeInfo<TOrder>? orderType, JsonTypeInfo<TAnswer>? answerType, TimeSpan limit, CancellationToken cancellation)
        where TAnswer : class
    {
        var uri = new UriBuilder(_scheme, agent.ManagementAddress.ToString(), agent.OrdersPort, path).Uri;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            using var request = new HttpRequestMessage(method, uri);
            if (orderType is not null) request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(order!, orderType));
            using var response = await (path == OrderRoutes.Links ? _links : _http).SendAsync(request, deadline.Token).ConfigureAwait(false);
            Health.NoteAnswer(agent);
            if (response.StatusCode == HttpStatusCode.Conflict) throw new AgentBusyException(agent.Name);
            if (!response.IsSuccessStatusCode)
            {
                var problem = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.NotImplemented) throw new AgentToolMissingException(agent.Name, Detail(problem));
                throw new AgentException(agent.Name, $"answered HTTP {(int)response.StatusCode} to {method} {path}: {Detail(problem)}");
            }

            if (answerType is null) return null!;
            // Not by the content's own reader: it throws for a charset that does not exist.
            var answer = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
            return JsonSerializer.Deserialize(answer, answerType)
                ?? throw new AgentException(agent.Name, $"answered {method} {path} with null");
        }
        catch (HttpRequestException exception)
        {
            Health.NoteSilence(agent);
            throw new AgentException(agent.Name, $"cannot be reached at {uri.GetLeftPart(UriPartial.Authority)}: {exception.InnerException?.Message ?? exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            throw new AgentException(agent.Name, $"answered {method} {path} with what was not expected: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            Health.NoteSilence(agent);
            throw new AgentException(agent.Name, $"did not answer {method} {path} within {limit.TotalSeconds:0.#} s", exception);
        }
    }

    private static string Detail(byte[] problem)
    {
        if (Problems.ReadDetail(problem) is { } detail) return detail;
        // Whatever listens there may have answered, not only an agent: it is shown as it came.
        var text = Encoding.UTF8.GetString(problem);
        return text.Length > MaxProblemCharacters ? text[..MaxProblemCharacters] + "…" : text;
    }

    private static X509Certificate2Collection ReadAuthority(string path)
    {
        try
        {
            var authority = new X509Certificate2Collection();
            authority.ImportFromPemFile(path);
            if (authority.Count == 0) throw new StartupException($"'{path}' holds no certificate: name the PEM file of the authority with --tls-ca.");
            return authority;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The authority's certificate '{path}' cannot be read ({exception.Message}): name a PEM file with --tls-ca.", exception);
        }
    }

    // Agents are reached by address, and all have the same name in their certificates: that name is checked, not the address.
    private static RemoteCertificateValidationCallback Trust(RenewedFiles<X509Certificate2Collection> authority) => (_, certificate, _, _) =>
    {
        if (certificate is not X509Certificate2 presented || !presented.MatchesHostname(OrderRoutes.CertificateName)) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority.Current);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(presented);
    };
}

/// <summary>An agent cannot be ordered.</summary>
internal class AgentException(string agent, string what, Exception? cause = null) : Exception($"The agent of '{agent}' {what}", cause);

/// <summary>An agent is taken by another test.</summary>
internal sealed class AgentBusyException(string agent) : AgentException(agent, "is busy with another test");

/// <summary>An agent lacks the program that a test needs.</summary>
internal sealed class AgentToolMissingException(string agent, string what) : AgentException(agent, $"cannot serve: {what}");
