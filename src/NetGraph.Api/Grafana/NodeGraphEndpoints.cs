using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Api.Rendering;
using NetGraph.Api.Snapshots;
using NetGraph.Graphs.Encoding;

namespace NetGraph.Api.Grafana;

/// <summary>The graph for Grafana's node graph panel: the contract of the data source hamedkarbasi93-nodegraphapi-datasource, whose data Infinity reads too.</summary>
internal static class NodeGraphEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Answers answers)
    {
        // The cast keeps it from being taken for a plain request delegate, which the OpenAPI document leaves out.
        routes.MapMethods("/api/health", GraphEndpoints.Methods, (Delegate)((HttpContext context) => context.Response.WriteAsync("ok\n", context.RequestAborted)))
            .WithSummary("200: for the node graph data source, which asks before it is saved; see /readyz for whether there is a graph").Produces(200, contentType: "text/plain");
        routes.MapMethods("/api/graph/fields", GraphEndpoints.Methods, (Delegate)WriteFieldsAsync)
            .WithSummary("Which fields the nodes and edges of /api/graph/data have, whatever the query").Produces(200, contentType: "application/json");
        routes.MapMethods("/api/graph/data", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) => answers.SendJsonAsync(context, query, WriteData, _ => SnapshotDetail.RoundTripTime | SnapshotDetail.Loss))
            .Describe("The graph for Grafana's node graph panel; every node has a place", "application/json", ["layout", "width", "height", "limit", .. GraphEndpoints.OfHistoryOnly]);
    }

    private static async Task WriteFieldsAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body)) NodeGraphJson.WriteFields(json);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "max-age=60";
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted).ConfigureAwait(false);
    }

    private static void WriteData(RequestedGraph graph, Utf8JsonWriter json)
    {
        var view = graph.View();
        view.CheckGraph();
        var options = new PictureOptions
        {
            Metric = graph.Parameters.Metric,
            Theme = graph.Parameters.Theme,
            Suspects = graph.Parameters.Metric.IsOfThroughputTest ? graph.FindSuspects() : [],
        };
        NodeGraphJson.Write(view, options, json);
    }
}
