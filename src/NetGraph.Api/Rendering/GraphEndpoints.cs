using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Trees;

namespace NetGraph.Api.Rendering;

/// <summary>The graph in every format.</summary>
internal static class GraphEndpoints
{
    /// <summary>Monitors ask with HEAD.</summary>
    public static readonly string[] Methods = ["GET", "HEAD"];

    private const int MostNodesByDefault = 12;
    private const int MostNodesAsGraph = 60;
    private const int MostNodesAsSkeleton = 500;
    private const int MostNodesAsMatrix = 300;
    private const int WorstLinks = 12;

    public static void Map(IEndpointRouteBuilder routes, Answers answers)
    {
        routes.MapMethods("/graph.svg", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendTextAsync(context, query, "image/svg+xml", (graph, output) => GraphSvg.Write(graph.Mesh, Picture(graph, answers.Clock), output)))
            .Describe("The graph as a picture", "image/svg+xml");
        routes.MapMethods("/matrix.svg", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendTextAsync(context, query, "image/svg+xml", (graph, output) => MatrixSvg.Write(graph.Mesh, MatrixPicture(graph, answers.Clock), output)))
            .Describe("The matrix of all pairs as a picture", "image/svg+xml");
        routes.MapMethods("/graph.dot", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendTextAsync(context, query, "text/vnd.graphviz", (graph, output) => DotWriter.Write(graph.Mesh, graph.Parameters.Metric, graph.Group, output)))
            .Describe("The graph in Graphviz' DOT language", "text/vnd.graphviz");
        routes.MapMethods("/graph.csv", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendTextAsync(context, query, "text/csv", (graph, output) => CsvWriter.Write(graph.Mesh, graph.Group, output)))
            .Describe("The links as comma-separated values", "text/csv");
        routes.MapMethods("/graph.graphml", Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendAsync(context, query, "application/graphml+xml", (graph, body) => GraphMLWriter.Write(graph.Mesh, body)))
            .Describe("The graph as GraphML", "application/graphml+xml");
        foreach (var path in (string[])["/graph.json", "/api/v1/graph"])
        {
            routes.MapMethods(path, Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                    answers.SendJsonAsync(context, query, (graph, json) => JsonWriter.Write(graph.Mesh, graph.Group, json)))
                .Describe("The graph as JSON", "application/json");
        }
    }

    /// <summary>Names an endpoint in the OpenAPI document, with its media type and problems.</summary>
    public static void Describe(this RouteHandlerBuilder route, string summary, string mediaType) =>
        route.WithSummary(summary)
            .Produces(200, contentType: mediaType)
            .Produces(304)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(501).ProducesProblem(502).ProducesProblem(503).ProducesProblem(504);

    private static PictureOptions Picture(RequestedGraph graph, TimeProvider clock)
    {
        var nodes = graph.Mesh.Nodes.Length;
        var view = graph.Parameters.View ?? (nodes <= MostNodesByDefault ? GraphView.Graph : GraphView.Skeleton);
        if (view == GraphView.Graph && nodes > MostNodesAsGraph)
            throw new TooLargeException($"A picture of all links between {nodes} nodes cannot be read: use view=skeleton, /matrix.svg, or 'node' to choose at most {MostNodesAsGraph} nodes.");
        if (nodes > MostNodesAsSkeleton)
            throw new TooLargeException($"A picture of {nodes} nodes cannot be read: use 'node' to choose at most {MostNodesAsSkeleton}, or /graph.graphml with a program for large graphs.");
        ImmutableArray<int>? links = view == GraphView.Graph ? null : Skeleton.Choose(graph.Mesh, graph.Parameters.Metric, WorstLinks);
        return Base(graph, clock, 960, nodes > 40 ? 960 : 760) with { Links = links, Highlight = graph.FindPath() };
    }

    private static PictureOptions MatrixPicture(RequestedGraph graph, TimeProvider clock)
    {
        var nodes = graph.Mesh.Nodes.Length;
        if (nodes > MostNodesAsMatrix)
            throw new TooLargeException($"A matrix of {nodes} nodes cannot be read: use 'node' to choose at most {MostNodesAsMatrix}, or /graph.csv.");
        var side = Math.Clamp(260 + (nodes * 46), 520, 1200);
        return Base(graph, clock, Math.Max(side, 640), side);
    }

    private static PictureOptions Base(RequestedGraph graph, TimeProvider clock, int width, int height) => new()
    {
        Metric = graph.Parameters.Metric,
        Group = graph.Group,
        Theme = graph.Parameters.Theme,
        Width = graph.Parameters.Width ?? width,
        Height = graph.Parameters.Height ?? height,
        Notice = graph.Notice(clock),
    };
}
