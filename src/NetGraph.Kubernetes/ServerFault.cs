using System.Net;
using System.Text;
using System.Text.Json;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Kubernetes;

/// <summary>Makes a sentence of what the API server answers when it does not do what it was asked.</summary>
internal static class ServerFault
{
    private const int MostBytes = 64 * 1024;
    private const int MostCharacters = 500;

    public static async Task<KubernetesException> ReadAsync(HttpResponseMessage response, ResourceRequest request, TimeProvider clock, CancellationToken cancellation)
    {
        var (status, text) = await ReadBodyAsync(response, cancellation).ConfigureAwait(false);
        var after = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => Positive(date - clock.GetUtcNow()),
            _ => Seconds(status?.Details?.RetryAfterSeconds),
        };
        return Of(response.StatusCode, status?.Reason, status?.Message ?? text, after, request);
    }

    /// <summary>Of an <c>ERROR</c> inside a watch.</summary>
    public static KubernetesException Of(ServerStatus? status, ResourceRequest request) =>
        Of((HttpStatusCode)(status?.Code ?? 500), status?.Reason, status?.Message, Seconds(status?.Details?.RetryAfterSeconds), request);

    private static KubernetesException Of(HttpStatusCode code, string? reason, string? message, TimeSpan? after, ResourceRequest request)
    {
        var said = string.IsNullOrWhiteSpace(message) ? "no message" : message.Trim();
        if (said.Length > MostCharacters) said = said[..MostCharacters] + "…";
        var rule = code == HttpStatusCode.Forbidden ? request.MissingRule : null;
        var sentence = code switch
        {
            HttpStatusCode.Forbidden => $"{rule}. It says: {said}",
            HttpStatusCode.Unauthorized => $"The API server does not know who asks for {request.What}: the token or client certificate is wrong or has expired. It says: {said}",
            HttpStatusCode.NotFound when request.Name is null && request.Kind.Group.Contains('.', StringComparison.Ordinal) => $"The API server knows no '{request.Kind}' in version '{request.Kind.Version}'{(request.Verb == "create" ? ", or no such namespace" : "")}: is its CustomResourceDefinition installed? It says: {said}",
            _ => $"The API server answered {request.What} with HTTP {(int)code}{(reason is null ? "" : $" {reason}")}: {said}",
        };
        return new KubernetesException(sentence) { StatusCode = code, Reason = reason, RetryAfter = after, MissingRule = rule };
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is > 0 ? TimeSpan.FromSeconds(seconds.Value) : null;

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static async Task<(ServerStatus? Status, string Text)> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[MostBytes];
        int length;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (body.ConfigureAwait(false)) length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return (null, exception.Message);
        }

        try
        {
            return (JsonSerializer.Deserialize(buffer.AsSpan(0, length), KubernetesJsonContext.Default.ServerStatus), "");
        }
        catch (JsonException)
        {
            return (null, Encoding.UTF8.GetString(buffer, 0, length));
        }
    }
}
