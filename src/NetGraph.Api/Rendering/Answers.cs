using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using NetGraph.Api.Snapshots;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Views;
using NetGraph.Hosting;

namespace NetGraph.Api.Rendering;

/// <summary>Turns a request into an answer: checks it, reads the graph, renders, and adds what every answer carries; turns every failure into problem details.</summary>
internal sealed class Answers(SnapshotCache cache, TimeProvider clock, Expectations? expectations = null)
{
    private readonly RenderedAnswers _rendered = new();

    public TimeProvider Clock => clock;

    /// <summary>Answers with text that was rendered from the graph.</summary>
    public Task SendTextAsync(HttpContext context, GraphQuery query, string mediaType, Action<RequestedGraph, TextWriter> render, Func<GraphParameters, SnapshotDetail>? needs = null) =>
        SendAsync(context, query, mediaType, (graph, body) =>
        {
            using var writer = new StreamWriter(body, new System.Text.UTF8Encoding(false), leaveOpen: true);
            render(graph, writer);
        }, needs);

    /// <summary>Answers with JSON that was written from the graph.</summary>
    public Task SendJsonAsync(HttpContext context, GraphQuery query, Action<RequestedGraph, Utf8JsonWriter> render, Func<GraphParameters, SnapshotDetail>? needs = null) =>
        SendAsync(context, query, "application/json", (graph, body) =>
        {
            using var json = new Utf8JsonWriter(body);
            render(graph, json);
        }, needs);

    /// <summary>Answers with what was rendered from the graph.</summary>
    public Task SendAsync(HttpContext context, GraphQuery query, string mediaType, Action<RequestedGraph, Stream> render, Func<GraphParameters, SnapshotDetail>? needs = null) =>
        SendAsync(context, query, mediaType, (graph, body) =>
        {
            render(graph, body);
            return Task.CompletedTask;
        }, needs);

    /// <summary>Answers with what was rendered from the graph, with waiting in between.</summary>
    /// <param name="context">The request.</param>
    /// <param name="query">Its parameters.</param>
    /// <param name="mediaType">Of the answer.</param>
    /// <param name="render">Renders it.</param>
    /// <param name="needs">What of the links it needs; by default what the metric needs.</param>
    public Task SendAsync(HttpContext context, GraphQuery query, string mediaType, Func<RequestedGraph, Stream, Task> render, Func<GraphParameters, SnapshotDetail>? needs = null) =>
        SendAsync(context, query, mediaType, parameters => (parameters.Needing(needs?.Invoke(parameters) ?? parameters.DetailOfMetric), render));

    /// <summary>Answers with what was rendered from the graph, and from what is known before it is read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="query">Its parameters.</param>
    /// <param name="mediaType">Of the answer.</param>
    /// <param name="prepare">Checks what is asked for; says what to read, and how to render it.</param>
    public async Task SendAsync(HttpContext context, GraphQuery query, string mediaType, Func<GraphParameters, (GraphParameters Reads, Func<RequestedGraph, Stream, Task> Render)> prepare)
    {
        // Problems repeat what was asked for: no browser may take them for a page.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            if (!Preconditions.Accepts(context.Request, mediaType))
            {
                await Problems.WriteAsync(context, 406, "Not acceptable", $"This is {mediaType}, which the request's Accept header rules out: choose another ending of the path (.svg, .dot, .graphml, .json, .csv), or accept {mediaType}.").ConfigureAwait(false);
                return;
            }

            var (parameters, render) = prepare(GraphParameters.Parse(query, context.Request.Query));
            var read = await RequestedSnapshots.ReadAsync(cache, parameters, clock, context.RequestAborted).ConfigureAwait(false);
            var request = context.Request.Path + context.Request.QueryString.ToString();
            var answer = await _rendered.GetAsync(request, read, read.Now.Notice(clock), () => RenderAsync(read, parameters, render)).WaitAsync(context.RequestAborted).ConfigureAwait(false);
            await WriteAsync(context, read.Now, mediaType, answer).ConfigureAwait(false);
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
        UnknownNodeException or NoPathException or NothingMeasuredException => (404, "Not found"),
        TooLargeToDrawException => (413, "Too large to draw"),
        GraphvizException { Kind: GraphvizFailure.Missing } => (501, "Graphviz is not installed"),
        GraphvizException { Kind: GraphvizFailure.TooSlow } => (504, "Graphviz is too slow"),
        GraphvizException => (502, "Graphviz failed"),
        NoHistoryException => (501, "No history"),
        MeasurementSourceException { Kind: SourceFailure.Unreachable } => (503, "No measurements yet"),
        MeasurementSourceException { Kind: SourceFailure.TimedOut } => (504, "The source is too slow"),
        MeasurementSourceException => (502, "The source failed"),
        _ => null,
    };

    private async Task<RenderedAnswer> RenderAsync(RequestedSnapshots read, GraphParameters parameters, Func<RequestedGraph, Stream, Task> render)
    {
        using var body = new MemoryStream();
        await render(RequestedGraph.Of(read, parameters, expectations), body).ConfigureAwait(false);
        return RenderedAnswer.Of(body);
    }

    private async Task WriteAsync(HttpContext context, Snapshot snapshot, string mediaType, RenderedAnswer answer)
    {
        var headers = context.Response.Headers;
        headers.ETag = answer.ETag;
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"max-age={Math.Max(1, (int)cache.FreshFor.TotalSeconds)}");
        if (snapshot.Failure is { } failure)
        {
            headers.Age = ((long)(clock.GetUtcNow() - snapshot.ReadAt).TotalSeconds).ToString(CultureInfo.InvariantCulture);
            headers[HeaderNames.Warning] = "110 - \"Response is Stale\"";
            headers["NetGraph-Source-Failure"] = new string([.. failure.Where(c => c is >= ' ' and < '\x7f')]);
        }

        if (Preconditions.HasAlready(context.Request, answer.ETag))
        {
            context.Response.StatusCode = 304;
            return;
        }

        context.Response.ContentType = mediaType.StartsWith("text/", StringComparison.Ordinal) ? mediaType + "; charset=utf-8" : mediaType;
        context.Response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>No measured path leads from one node to another.</summary>
internal sealed class NoPathException(string message) : Exception(message);
