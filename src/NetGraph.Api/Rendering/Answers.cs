using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using NetGraph.Api.Snapshots;
using NetGraph.Hosting;

namespace NetGraph.Api.Rendering;

/// <summary>Turns a request into an answer: checks it, reads the graph, renders, and adds what every answer carries; turns every failure into problem details.</summary>
internal sealed class Answers(SnapshotCache cache, TimeProvider clock)
{
    public TimeProvider Clock => clock;

    /// <summary>Answers with text that was rendered from the graph.</summary>
    public Task SendTextAsync(HttpContext context, GraphQuery query, string mediaType, Action<RequestedGraph, TextWriter> render) =>
        SendAsync(context, query, mediaType, (graph, body) =>
        {
            using var writer = new StreamWriter(body, new System.Text.UTF8Encoding(false), leaveOpen: true);
            render(graph, writer);
        });

    /// <summary>Answers with JSON that was written from the graph.</summary>
    public Task SendJsonAsync(HttpContext context, GraphQuery query, Action<RequestedGraph, Utf8JsonWriter> render) =>
        SendAsync(context, query, "application/json", (graph, body) =>
        {
            using var json = new Utf8JsonWriter(body);
            render(graph, json);
        });

    public async Task SendAsync(HttpContext context, GraphQuery query, string mediaType, Action<RequestedGraph, Stream> render)
    {
        // Problems repeat what was asked for: no browser may take them for a page.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            if (!Accepts(context.Request, mediaType))
            {
                await Problems.WriteAsync(context, 406, "Not acceptable", $"This is {mediaType}, which the request's Accept header rules out: choose another ending of the path (.svg, .dot, .graphml, .json, .csv), or accept {mediaType}.").ConfigureAwait(false);
                return;
            }

            var parameters = GraphParameters.Parse(query, context.Request.Query);
            var graph = await RequestedGraph.ReadAsync(cache, parameters, context.RequestAborted).ConfigureAwait(false);
            using var body = new MemoryStream();
            render(graph, body);
            await WriteAsync(context, graph, mediaType, body).ConfigureAwait(false);
        }
        catch (Exception exception) when (ProblemOf(exception) is { } problem)
        {
            await Problems.WriteAsync(context, problem.Status, problem.Title, exception.Message, (exception as BadParameterException)?.Parameter).ConfigureAwait(false);
        }
    }

    /// <summary>The status and title of a failure; <see langword="null"/> for bugs and for callers that went away.</summary>
    public static (int Status, string Title)? ProblemOf(Exception exception) => exception switch
    {
        BadParameterException => (400, "Bad parameter"),
        UnknownNodeException or NoPathException => (404, "Not found"),
        TooLargeException => (413, "Too large to draw"),
        NoHistoryException => (501, "No history"),
        MeasurementSourceException { Kind: SourceFailure.Unreachable } => (503, "No measurements yet"),
        MeasurementSourceException { Kind: SourceFailure.TimedOut } => (504, "Prometheus is too slow"),
        MeasurementSourceException => (502, "Prometheus failed"),
        _ => null,
    };

    private async Task WriteAsync(HttpContext context, RequestedGraph graph, string mediaType, MemoryStream body)
    {
        var content = body.GetBuffer().AsMemory(0, (int)body.Length);
        var headers = context.Response.Headers;
        var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content.Span).AsSpan(0, 12))}\"";
        headers.ETag = etag;
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"max-age={Math.Max(1, (int)cache.FreshFor.TotalSeconds)}");
        if (graph.Snapshot.Failure is { } failure)
        {
            headers.Age = ((long)(clock.GetUtcNow() - graph.Snapshot.ReadAt).TotalSeconds).ToString(CultureInfo.InvariantCulture);
            headers[HeaderNames.Warning] = "110 - \"Response is Stale\"";
            headers["NetGraph-Source-Failure"] = new string([.. failure.Where(c => c is >= ' ' and < '\x7f')]);
        }

        if (context.Request.Headers.IfNoneMatch.Any(match => match is not null && match.Contains(etag, StringComparison.Ordinal)))
        {
            context.Response.StatusCode = 304;
            return;
        }

        context.Response.ContentType = mediaType.StartsWith("text/", StringComparison.Ordinal) ? mediaType + "; charset=utf-8" : mediaType;
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool Accepts(HttpRequest request, string mediaType)
    {
        if (request.Headers.Accept.Count == 0) return true;
        return MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
            && accepted.Any(range => range.Quality is not 0 && new MediaTypeHeaderValue(mediaType).IsSubsetOf(new MediaTypeHeaderValue(range.MediaType)));
    }
}

/// <summary>A view has too much in it to be drawn. The message names the view to use.</summary>
internal sealed class TooLargeException(string message) : Exception(message);

/// <summary>No measured path leads from one node to another.</summary>
internal sealed class NoPathException(string message) : Exception(message);
