using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Api.Rendering;
using NetGraph.Graphs;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Trees;
using NetGraph.Measurements;

namespace NetGraph.Api.Analysis;

/// <summary>What the graph tells: paths, bottlenecks, nodes.</summary>
internal static class AnalysisEndpoints
{
    /// <summary>From this ratio on, a detour is so much better that the direct way itself must be at fault.</summary>
    private const double DetourIsTelling = 2;

    public static void Map(IEndpointRouteBuilder routes, Answers answers)
    {
        routes.MapMethods("/api/v1/nodes", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) => answers.SendJsonAsync(context, query, WriteNodes))
            .Describe("The nodes", "application/json");
        routes.MapMethods("/api/v1/paths/widest", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) => answers.SendJsonAsync(context, query, WriteWidestPath))
            .Describe("The path between two nodes whose narrowest link is widest, and that link", "application/json");
        routes.MapMethods("/api/v1/bottlenecks", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) => answers.SendJsonAsync(context, query, WriteBottlenecks))
            .Describe("The links of least throughput, failed ones first", "application/json");
    }

    private static void WriteNodes(RequestedGraph graph, Utf8JsonWriter json) =>
        JsonWriter.Write(new Mesh(graph.Mesh.Nodes, [], graph.Mesh.MeasuredAt), graph.Group, json);

    private static void WriteWidestPath(RequestedGraph graph, Utf8JsonWriter json)
    {
        var (source, destination) = (graph.Parameters.Source, graph.Parameters.Destination);
        if (source is null || destination is null) throw new BadParameterException("source", "'source' and 'destination' are needed here: name two nodes.");
        if (source == destination) throw new BadParameterException("destination", "'source' and 'destination' must be two different nodes.");
        if (graph.FindPath() is not { } path) throw new NoPathException($"No measured path leads from '{source}' to '{destination}': see the failed and unknown links in /graph.json.");

        var mesh = graph.Mesh;
        var direct = GraphMetric.Bandwidth.Weigh(mesh).FindEdge(mesh.IndexOf(source), mesh.IndexOf(destination));
        json.WriteStartObject();
        json.WriteString("measuredAt", mesh.MeasuredAt);
        json.WriteString("source", source);
        json.WriteString("destination", destination);
        json.WriteNumber("throughputBitsPerSecond", path.Bottleneck.Weight);
        if (direct is { } edge) json.WriteNumber("directThroughputBitsPerSecond", edge.Weight);
        json.WriteStartArray("nodes");
        foreach (var vertex in path.Vertices) json.WriteStringValue(mesh.Nodes[vertex].Name);
        json.WriteEndArray();
        json.WriteStartArray("links");
        foreach (var hop in path.Edges) WriteEdge(mesh, hop, json);
        json.WriteEndArray();
        json.WritePropertyName("bottleneck");
        WriteEdge(mesh, path.Bottleneck, json);
        if (Diagnose(mesh, path, direct) is { } diagnosis) json.WriteString("diagnosis", diagnosis);
        json.WriteEndObject();
    }

    // In a flat mesh packets take no detour: a path over a relay is a diagnosis, not a route.
    private static string? Diagnose(Mesh mesh, GraphPath path, Edge? direct)
    {
        if (path.Edges.Length == 1) return null;
        int from = path.Edges[0].Source, to = path.Edges[^1].Destination;
        var (source, destination) = (mesh.Nodes[from].Name, mesh.Nodes[to].Name);
        var fault = $"the fault lies in the direct way, not in {source} or {destination}.";
        if (direct is null)
        {
            // Not measured is no fault.
            return mesh.Links.Any(link => link.Source == from && link.Destination == to && link.State == LinkState.Down)
                ? $"{source} to {destination} failed, but both are reached through others: {fault}"
                : $"{source} to {destination} was not measured: this is what is known of the way over others.";
        }

        if (direct.Value.Weight <= 0) return $"{source} to {destination} carried nothing, but both are reached through others: {fault}";
        var ratio = path.Bottleneck.Weight / direct.Value.Weight;
        return ratio < DetourIsTelling ? null : string.Create(CultureInfo.InvariantCulture, $"{source} to {destination} is {ratio:0.#} times below its best relay: {fault}");
    }

    private static void WriteBottlenecks(RequestedGraph graph, Utf8JsonWriter json)
    {
        var mesh = graph.Mesh;
        var widths = GraphMetric.Bandwidth.Weigh(mesh);
        var failed = Enumerable.Range(0, mesh.Links.Length).Where(i => mesh.Links[i].State == LinkState.Down);
        json.WriteStartObject();
        json.WriteString("measuredAt", mesh.MeasuredAt);
        json.WriteStartArray("links");
        foreach (var index in failed.Concat(Skeleton.WorstLinks(mesh, GraphMetric.Bandwidth)).Take(graph.Parameters.Limit))
        {
            var link = mesh.Links[index];
            json.WriteStartObject();
            JsonWriter.WriteLinkMembers(mesh, link, json);
            if (WidestPath.Find(widths, link.Source, link.Destination) is { } path) json.WriteNumber("widestPathBitsPerSecond", path.Bottleneck.Weight);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteEdge(Mesh mesh, Edge edge, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("source", mesh.Nodes[edge.Source].Name);
        json.WriteString("destination", mesh.Nodes[edge.Destination].Name);
        json.WriteNumber("throughputBitsPerSecond", edge.Weight);
        json.WriteEndObject();
    }
}
