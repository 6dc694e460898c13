using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Views;

namespace NetGraph.Api.Rendering;

/// <summary>The graph in every format.</summary>
internal static class GraphEndpoints
{
    /// <summary>Monitors ask with HEAD.</summary>
    public static readonly string[] Methods = ["GET", "HEAD"];

    private const string Svg = "image/svg+xml";

    /// <summary>The parameters that only the history of a pair uses.</summary>
    public static readonly string[] OfHistoryOnly = ["from", "to", "step"];

    // What says how a picture looks says nothing to data.
    private static readonly string[] OfPicturesOnly = ["compare", "source", "destination", "layout", "theme", "width", "height", "limit", .. OfHistoryOnly];

    public static void Map(IEndpointRouteBuilder routes, Answers answers)
    {
        var graphviz = new Graphviz();
        routes.MapMethods("/graph.svg", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendAsync(context, query, Svg, (graph, body) => DrawGraphAsync(graph, graphviz, answers.Clock, body)))
            .Describe("The graph as a picture", Svg, ["limit", .. OfHistoryOnly]);
        routes.MapMethods("/matrix.svg", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendTextAsync(context, query, Svg, (graph, output) => DrawMatrix(graph, answers.Clock, output)))
            .Describe("The matrix of all pairs as a picture", Svg, ["layout", "limit", .. OfHistoryOnly]);
        routes.MapMethods("/api/v1/matrix", Methods, (HttpContext context, [AsParameters] GraphQuery query) => answers.SendJsonAsync(context, query, WriteMatrix))
            .Describe("The matrix of all pairs by one metric, small and with the colours of /matrix.svg, for programs that draw it themselves", "application/json", ["layout", "theme", "width", "height", "limit", .. OfHistoryOnly]);
        routes.MapMethods("/graph.dot", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendTextAsync(context, query, "text/vnd.graphviz", (graph, output) => DotWriter.Write(graph.Selection(), graph.Parameters.Metric, graph.Group, output), parameters => parameters.DetailOfData))
            .Describe("The graph in Graphviz' DOT language", "text/vnd.graphviz", OfPicturesOnly);
        routes.MapMethods("/graph.csv", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendTextAsync(context, query, "text/csv", (graph, output) => CsvWriter.Write(graph.Selection(), graph.Group, output), parameters => parameters.DetailOfData))
            .Describe("The links as comma-separated values", "text/csv", OfPicturesOnly);
        routes.MapMethods("/graph.graphml", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendAsync(context, query, "application/graphml+xml", (graph, body) => GraphMLWriter.Write(graph.Selection(), body), parameters => parameters.DetailOfData))
            .Describe("The graph as GraphML", "application/graphml+xml", OfPicturesOnly);
        foreach (var path in (string[])["/graph.json", "/api/v1/graph"])
        {
            routes.MapMethods(path, Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                    answers.SendJsonAsync(context, query, (graph, json) => JsonWriter.Write(graph.Selection(), graph.Group, json), parameters => parameters.DetailOfData))
                .Describe("The graph as JSON", "application/json", OfPicturesOnly);
        }
    }

    /// <summary>Names an endpoint in the OpenAPI document, with its media type, its problems, and without the parameters that it takes but does not use.</summary>
    public static void Describe(this RouteHandlerBuilder route, string summary, string mediaType, params string[] unused) =>
        route.WithSummary(summary)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.Parameters = operation.Parameters?.Where(parameter => !unused.Contains(parameter.Name)).ToList();
                return Task.CompletedTask;
            })
            .Produces(200, contentType: mediaType)
            .Produces(304)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(501).ProducesProblem(502).ProducesProblem(503).ProducesProblem(504);

    private static async Task DrawGraphAsync(RequestedGraph graph, Graphviz graphviz, TimeProvider clock, Stream body)
    {
        var view = graph.View();
        view.CheckGraph();
        var nodes = view.Mesh.Nodes.Length;
        // Names need room on both sides of the circle.
        var (width, height) = nodes switch { > 120 => (1200, 1200), > 40 => (1040, 1000), _ => (960, 760) };
        var options = view.Complete(Base(graph, clock, width, height)) with { Highlight = graph.FindPath(view) };
        if (graph.Parameters.GraphvizLayout is { } layout) options = options with { Places = await graphviz.PlaceAsync(view, layout).ConfigureAwait(false) };
        var writer = new StreamWriter(body, new UTF8Encoding(false), leaveOpen: true);
        await using (writer.ConfigureAwait(false)) GraphSvg.Write(view.Mesh, options, writer);
    }

    private static void DrawMatrix(RequestedGraph graph, TimeProvider clock, TextWriter output)
    {
        var view = MeshView.Of(graph.Mesh, graph.Parameters.View ?? MeshView.UsualMatrix(graph.Mesh, graph.Group), graph.Parameters.Metric, graph.Group, graph.Before);
        view.CheckMatrix();
        var side = Math.Clamp(260 + (view.Mesh.Nodes.Length * 46), 520, 1200);
        MatrixSvg.Write(view.View == GraphView.Skeleton ? view.Selection() : view.Mesh, view.Complete(Base(graph, clock, Math.Max(side, 640), side)) with { Highlight = graph.FindPath(view) }, output);
    }

    private static void WriteMatrix(RequestedGraph graph, Utf8JsonWriter json)
    {
        var kind = graph.Parameters.View == GraphView.Groups ? GraphView.Groups : MeshView.UsualMatrix(graph.Mesh, graph.Group);
        var view = MeshView.Of(graph.Mesh, kind, graph.Parameters.Metric, graph.Group, graph.Before, graph.Spread);
        view.CheckMatrix();
        MatrixJson.Write(view.Mesh, view.Complete(new PictureOptions { Metric = graph.Parameters.Metric }), json);
    }

    private static PictureOptions Base(RequestedGraph graph, TimeProvider clock, int width, int height) => new()
    {
        Metric = graph.Parameters.Metric,
        Theme = graph.Parameters.Theme,
        Width = graph.Parameters.Width ?? width,
        Height = graph.Parameters.Height ?? height,
        Notice = graph.Notice(clock),
        // They are found in throughput: with other colours their marks would point at nothing.
        Suspects = graph.Parameters.Metric.IsOfThroughputTest ? graph.FindSuspects() : [],
    };
}
