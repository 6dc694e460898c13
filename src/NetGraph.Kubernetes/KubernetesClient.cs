using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetGraph.Kubernetes.Configuration;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;

namespace NetGraph.Kubernetes;

/// <summary>A thin client of the Kubernetes API: what is asked, typed; no cache, no retries, no discovery. Safe to use from several threads.</summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/api-concepts/</remarks>
public sealed class KubernetesClient : IDisposable
{
    private const string FieldManager = "netgraph";
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PageTimeout = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    /// <summary>Creates a client; connects when it is first used.</summary>
    /// <param name="configuration">How the server is reached.</param>
    /// <param name="clock">For time limits and waits; <see langword="null"/> for the system's.</param>
    public KubernetesClient(KubernetesConfiguration configuration, TimeProvider? clock = null)
        : this(configuration, KubernetesHttp.Handler(configuration), clock)
    {
    }

    /// <summary>Creates a client whose requests go through a handler, as tests want it.</summary>
    /// <param name="configuration">How the server is reached; its TLS settings and proxy are the handler's affair.</param>
    /// <param name="handler">Takes the requests; disposed with the client.</param>
    /// <param name="clock">For time limits and waits; <see langword="null"/> for the system's.</param>
    public KubernetesClient(KubernetesConfiguration configuration, HttpMessageHandler handler, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        _http = KubernetesHttp.Connect(configuration, handler);
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>How the server is reached.</summary>
    public KubernetesConfiguration Configuration { get; }

    internal TimeProvider Clock => _clock;

    /// <summary>Reads all objects of a kind that fit a query, in pages.</summary>
    /// <remarks>An answer is read object by object while it arrives. When the pages' common version grows too old between two of them (410), the list is begun anew; the second time, in one page.</remarks>
    /// <param name="kind">The kind.</param>
    /// <param name="query">Which objects.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="KubernetesException">The server cannot be reached or refuses.</exception>
    public async Task<ResourceList<T>> ListAsync<T>(ResourceKind<T> kind, ResourceQuery query, CancellationToken cancellation)
        where T : class, IResource
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(query);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ListOnceAsync(kind, query, attempt <= 2 ? query.PageSize : null, cancellation).ConfigureAwait(false);
            }
            catch (KubernetesException exception) when (exception.IsGone && attempt <= 2)
            {
                // The next attempt begins with the first page.
            }
        }
    }

    /// <summary>Tells what happens to objects of a kind, from a version on, without end.</summary>
    /// <remarks>
    /// A watch that the server ends (which it does after its time), that is cut, or that is silent for too long, even without bookmarks, is begun anew where it was. When
    /// that too is silent, or cannot be begun, it is the caller's turn.
    /// </remarks>
    /// <param name="kind">The kind.</param>
    /// <param name="query">Which objects.</param>
    /// <param name="resourceVersion">Version of the list, or of the last event, from which it goes on.</param>
    /// <param name="options">Time limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Events in order; never ends by itself.</returns>
    /// <exception cref="KubernetesException">The version is too old (<see cref="KubernetesException.IsGone"/>: list anew), the server cannot be reached or refuses, or it is silent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(ResourceKind<T> kind, ResourceQuery query, string resourceVersion, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
        where T : class, IResource
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(query);
        options ??= WatchOptions.Default;
        var backoff = new Backoff();
        var silences = 0;
        while (true)
        {
            var begun = _clock.GetTimestamp();
            var events = 0;
            var request = new ResourceRequest("watch", HttpMethod.Get, kind, query.Namespace)
            {
                Parameters =
                [
                    ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", resourceVersion), ("timeoutSeconds", $"{options.NextServerTimeout().TotalSeconds:0}"),
                    ("labelSelector", query.LabelSelector), ("fieldSelector", query.FieldSelector),
                ],
            };
            using var response = await SendAsync(request, RequestTimeout, cancellation).ConfigureAwait(false);
            options.OnBegun?.Invoke();
            using var watch = new WatchReader<T>(kind.Json, await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), options.SilenceLimit, _clock, request);
            while (await watch.NextAsync(cancellation).ConfigureAwait(false) is { } found)
            {
                events++;
                silences = 0;
                backoff.Reset();
                resourceVersion = found.ResourceVersion;
                yield return found;
            }

            if (watch.WasSilent && ++silences == 2)
                throw new KubernetesException($"The API server was silent on {request.What} for {options.SilenceLimit.TotalSeconds:0} s twice in a row.") { IsTimeout = true, IsSilence = true };
            // A server that ends every watch at once must not be asked again at once.
            if (events == 0 && _clock.GetElapsedTime(begun) < TimeSpan.FromSeconds(5)) await Task.Delay(backoff.Next(), _clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Reads an object.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">Its namespace; <see langword="null"/> for one of the whole cluster.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="KubernetesException">There is none (<see cref="KubernetesException.IsNotFound"/>), or the server cannot be reached or refuses.</exception>
    public Task<T> GetAsync<T>(ResourceKind<T> kind, string? ns, string name, CancellationToken cancellation)
        where T : class, IResource => AskAsync(kind, new ResourceRequest("get", HttpMethod.Get, kind, ns, name), cancellation);

    /// <summary>Makes an object.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">Its namespace; <see langword="null"/> for one of the whole cluster.</param>
    /// <param name="value">The object.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The object as the server made it.</returns>
    /// <exception cref="KubernetesException">There is one of that name (<see cref="KubernetesException.IsConflict"/>), or the server cannot be reached or refuses.</exception>
    public Task<T> CreateAsync<T>(ResourceKind<T> kind, string? ns, T value, CancellationToken cancellation)
        where T : class, IResource =>
        AskAsync(kind, new ResourceRequest("create", HttpMethod.Post, kind, ns) { Body = Body(kind, value), Parameters = [("fieldManager", FieldManager)] }, cancellation);

    /// <summary>Puts an object in the place of the one of its name and version; fields that its type does not have are lost, so that it is for kinds that are our own, as a lease.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">Its namespace; <see langword="null"/> for one of the whole cluster.</param>
    /// <param name="value">The object, with the version that was read.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The object as it is now.</returns>
    /// <exception cref="KubernetesException">Somebody else changed it (<see cref="KubernetesException.IsConflict"/>), or the server cannot be reached or refuses.</exception>
    public Task<T> ReplaceAsync<T>(ResourceKind<T> kind, string? ns, T value, CancellationToken cancellation)
        where T : class, IResource
    {
        ArgumentNullException.ThrowIfNull(value);
        return AskAsync(kind, new ResourceRequest("update", HttpMethod.Put, kind, ns, value.Metadata.Name) { Body = Body(kind, value), Parameters = [("fieldManager", FieldManager)] }, cancellation);
    }

    /// <summary>Changes an object by a merge patch (RFC 7386): members replace, objects are merged, <c>null</c> removes.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">Its namespace; <see langword="null"/> for one of the whole cluster.</param>
    /// <param name="name">Its name.</param>
    /// <param name="patch">The patch. With <c>metadata.resourceVersion</c> it is refused (409) when somebody else changed the object.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The object as it is now.</returns>
    /// <exception cref="KubernetesException">There is none, or the server cannot be reached or refuses.</exception>
    public Task<T> PatchAsync<T>(ResourceKind<T> kind, string? ns, string name, JsonObject patch, CancellationToken cancellation)
        where T : class, IResource => PatchAsync(kind, ns, name, null, patch, cancellation);

    /// <summary>Changes the status of an object by a merge patch (RFC 7386).</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">Its namespace; <see langword="null"/> for one of the whole cluster.</param>
    /// <param name="name">Its name.</param>
    /// <param name="status">What to merge into <c>status</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The object as it is now.</returns>
    /// <exception cref="KubernetesException">There is none, or the server cannot be reached or refuses.</exception>
    public Task<T> PatchStatusAsync<T>(ResourceKind<T> kind, string? ns, string name, JsonNode status, CancellationToken cancellation)
        where T : class, IResource
    {
        ArgumentNullException.ThrowIfNull(status);
        return PatchAsync(kind, ns, name, "status", new JsonObject { ["status"] = status.DeepClone() }, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Task<T> PatchAsync<T>(ResourceKind<T> kind, string? ns, string name, string? subresource, JsonObject patch, CancellationToken cancellation)
        where T : class, IResource
    {
        ArgumentNullException.ThrowIfNull(patch);
        return AskAsync(kind, new ResourceRequest("patch", HttpMethod.Patch, kind, ns, name, subresource)
        {
            Body = JsonBytes(patch),
            MediaType = "application/merge-patch+json",
            Parameters = [("fieldManager", FieldManager)],
        }, cancellation);
    }

    private async Task<ResourceList<T>> ListOnceAsync<T>(ResourceKind<T> kind, ResourceQuery query, int? pageSize, CancellationToken cancellation)
        where T : class, IResource
    {
        var items = new List<T>();
        var unreadable = new List<string>();
        string? next = null;
        while (true)
        {
            var request = new ResourceRequest("list", HttpMethod.Get, kind, query.Namespace)
            {
                Parameters = [("limit", pageSize?.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("continue", next), ("labelSelector", query.LabelSelector), ("fieldSelector", query.FieldSelector)],
            };
            var reader = new ListReader<T>(kind.Json, items, unreadable);
            await ReadAsync(request, PageTimeout, reader.ReadAsync, cancellation).ConfigureAwait(false);
            next = reader.Meta?.Continue;
            if (!string.IsNullOrEmpty(next)) continue;
            return new ResourceList<T>(items, reader.Meta?.ResourceVersion ?? throw new KubernetesException($"The API server gave a list without a version to {request.What}: is it one?"), unreadable);
        }
    }

    private async Task<T> AskAsync<T>(ResourceKind<T> kind, ResourceRequest request, CancellationToken cancellation)
        where T : class, IResource
    {
        T? value = null;
        await ReadAsync(request, RequestTimeout, async (body, token) => value = await JsonSerializer.DeserializeAsync(body, kind.Json, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        return value ?? throw new KubernetesException($"The API server answered {request.What} with nothing.");
    }

    /// <summary>Asks, and reads the answer to its end within one time limit.</summary>
    private async Task ReadAsync(ResourceRequest request, TimeSpan timeout, Func<Stream, CancellationToken, Task> read, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(timeout, _clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            using var response = await SendAsync(request, timeout, deadline.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false)) await read(body, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new KubernetesException($"The API server gave no full answer to {request.What} within {timeout.TotalSeconds:0} s.", exception) { IsTimeout = true };
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new KubernetesException($"The connection to the API server broke while it answered {request.What}: {exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            throw new KubernetesException($"The API server answered {request.What} with what cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Sends a request; returns once the answer begins, if it is a good one.</summary>
    private async Task<HttpResponseMessage> SendAsync(ResourceRequest request, TimeSpan timeout, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(timeout, _clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            using var message = Message(request);
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw await ServerFault.ReadAsync(response, request, _clock, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            var what = exception.InnerException is TimeoutException ? "took no connection" : $"did not begin to answer {request.What}";
            throw new KubernetesException($"The API server at {Configuration.Server} {what} in time.", exception) { IsTimeout = true };
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new KubernetesException($"No secure connection to the API server at {Configuration.Server} comes about ({exception.InnerException?.Message ?? exception.Message}): its certificate must be for that name and signed by the authority that {Configuration.Origin} names.", exception);
        }
        catch (HttpRequestException exception)
        {
            throw new KubernetesException($"The API server at {Configuration.Server} cannot be reached: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw new KubernetesException($"The connection to the API server at {Configuration.Server} broke: {exception.Message}", exception);
        }
        catch (KubernetesConfigurationException exception)
        {
            throw new KubernetesException($"The API server was not asked. {exception.Message}", exception);
        }
    }

    private HttpRequestMessage Message(ResourceRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Path)
        {
            // Watches share one connection, whose pings tell that the server is there. A request that gets no answer must not meet the same dead connection again: by HTTP/1.1 its connection is closed with it.
            Version = request.Verb == "watch" ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (Configuration.ReadToken() is { } token) message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (Configuration.ServerName is { } name) message.Headers.Host = name;
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.MediaType);
        }

        return message;
    }

    private static byte[] Body<T>(ResourceKind<T> kind, T value)
        where T : class, IResource
    {
        var body = JsonSerializer.SerializeToNode(value, kind.Json)!.AsObject();
        body["apiVersion"] = kind.ApiVersion;
        body["kind"] = kind.Kind;
        return JsonBytes(body);
    }

    private static byte[] JsonBytes(JsonObject node)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) node.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
