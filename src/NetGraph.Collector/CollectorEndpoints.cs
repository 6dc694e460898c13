using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetGraph.Collector.Links;
using NetGraph.Collector.Running;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Encoding;
using NetGraph.Hosting;

namespace NetGraph.Collector;

/// <summary>The collector's JSON: progress, tests and echoes of a cycle, the whole matrix; and the order to run a cycle now, which must carry the shared token.</summary>
/// <param name="state">What is done.</param>
/// <param name="links">What agents know of their links.</param>
/// <param name="requests">Takes orders.</param>
/// <param name="token">The secret.</param>
/// <param name="whyNoOrders">Why this collector takes none, as a sentence; <see langword="null"/> when it does.</param>
internal sealed class CollectorEndpoints(CollectorState state, LinkTable links, CycleRequests requests, SharedToken token, Func<string?> whyNoOrders)
{
    public void Map(WebApplication app)
    {
        app.MapGet("/api/v1/cycle", context => AnswerAsync(context, state.ReadProgress(), ProgressJsonContext.Default.CycleProgress));
        app.MapPost("/api/v1/cycle", RunNowAsync);
        app.MapGet("/api/v1/cycle/tests", ReadTestsAsync);
        app.MapGet("/api/v1/cycle/echoes", context => AnswerAsync(context, links.ReadEchoes(), ProgressJsonContext.Default.IReadOnlyListLinkEchoes));
        app.MapGet("/api/v1/matrix", ReadMatrixAsync);
    }

    private async Task RunNowAsync(HttpContext context)
    {
        if (!token.Matches(context.Request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.WriteAsync(context, 401, "Not authorized", "The order carries no token or a wrong one: give the token that collector and agents share.").ConfigureAwait(false);
            return;
        }

        if (whyNoOrders() is { } why)
        {
            await Problems.WriteAsync(context, 503, "No orders from here", why).ConfigureAwait(false);
            return;
        }

        if (NodeWatch.FindLack(state.Nodes) is { } lack)
        {
            await Problems.WriteAsync(context, 503, "Too few nodes", lack).ConfigureAwait(false);
            return;
        }

        if (!requests.TryAsk())
        {
            await Problems.WriteAsync(context, 409, "busy", "A cycle runs already, and two at once would disturb each other: ask again when it has ended.").ConfigureAwait(false);
            return;
        }

        context.Response.StatusCode = 202;
        await AnswerAsync(context, new RequestedCycle(state.NextCycle), ProgressJsonContext.Default.RequestedCycle).ConfigureAwait(false);
    }

    private Task ReadTestsAsync(HttpContext context)
    {
        foreach (var name in (string[])["cycle", "from"])
        {
            if (context.Request.Query[name] is [{ } text] && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return Problems.WriteAsync(context, 400, "Bad parameter", $"{name} must be a whole number, zero or more, and is '{text}'.", name);
        }

        int? Number(string name) => context.Request.Query[name] is [{ } text] ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        return AnswerAsync(context, state.ReadTests(Number("cycle"), Number("from") ?? 0), ProgressJsonContext.Default.TestReports);
    }

    private async Task ReadMatrixAsync(HttpContext context)
    {
        var mesh = links.BuildMesh(state.Nodes);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        using (var json = new Utf8JsonWriter(context.Response.BodyWriter)) JsonWriter.Write(mesh, NaturalGroup.Of(mesh), json);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, type, context.RequestAborted);
    }
}
