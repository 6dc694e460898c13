using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Api.Rendering;
using NetGraph.Api.Snapshots;
using NetGraph.Graphs;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Api.Analysis;

/// <summary>Paths between two nodes.</summary>
internal static class PathEndpoints
{
    /// <summary>From this ratio on, a detour is so much better that the direct way itself must be at fault.</summary>
    private const double DetourIsTelling = 2;

    public static void Map(IEndpointRouteBuilder routes, Answers answers)
    {
        routes.MapMethods("/api/v1/paths/widest", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) => answers.SendJsonAsync(context, query, WriteWidest))
            .Describe("The path between two nodes whose narrowest link is widest, and that link", "application/json", GraphEndpoints.OfHistoryOnly);
        routes.MapMethods("/api/v1/paths/fastest", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) => answers.SendJsonAsync(context, query, WriteFastest, _ => SnapshotDetail.RoundTripTime))
            .Describe("The path between two nodes whose round-trip times add up to the least", "application/json", GraphEndpoints.OfHistoryOnly);
    }

    private static void WriteWidest(RequestedGraph graph, Utf8JsonWriter json)
    {
        var (mesh, source, destination) = Ends(graph);
        if (graph.FindPath() is not { } path) throw NoPath(mesh, source, destination);
        var direct = GraphMetric.Bandwidth.Weigh(mesh).FindEdge(source, destination);
        BeginPath(mesh, path, json);
        json.WriteNumber("throughputBitsPerSecond", path.Bottleneck.Weight);
        if (direct is { } edge) json.WriteNumber("directThroughputBitsPerSecond", edge.Weight);
        WriteLinks(mesh, path, "throughputBitsPerSecond", json);
        json.WritePropertyName("bottleneck");
        WriteEdge(mesh, path.Bottleneck, "throughputBitsPerSecond", json);
        if (DiagnoseThroughput(graph, path, direct) is { } diagnosis) json.WriteString("diagnosis", diagnosis);
        json.WriteEndObject();
    }

    private static void WriteFastest(RequestedGraph graph, Utf8JsonWriter json)
    {
        var (mesh, source, destination) = Ends(graph);
        var times = GraphMetric.RoundTripTime.Weigh(mesh);
        if (FastestPath.Find(times, source, destination) is not { } path) throw NoPath(mesh, source, destination);
        var direct = times.FindEdge(source, destination);
        BeginPath(mesh, path, json);
        json.WriteNumber("rttSeconds", FastestPath.TotalSeconds(path));
        if (direct is { } edge) json.WriteNumber("directRttSeconds", edge.Weight);
        WriteLinks(mesh, path, "rttSeconds", json);
        if (direct is { } slow && slow.Weight >= DetourIsTelling * FastestPath.TotalSeconds(path))
            json.WriteString("diagnosis", $"{NameOf(mesh, source)} to {NameOf(mesh, destination)} takes {Times(slow.Weight / FastestPath.TotalSeconds(path))} as long as over its best relay: {Fault(graph, source, destination)}");
        json.WriteEndObject();
    }

    private static (Mesh Mesh, int Source, int Destination) Ends(RequestedGraph graph)
    {
        var (source, destination) = graph.Parameters.Ends();
        return (graph.Mesh, graph.Mesh.IndexOf(source), graph.Mesh.IndexOf(destination));
    }

    private static NoPathException NoPath(Mesh mesh, int source, int destination) =>
        new($"No measured path leads from '{NameOf(mesh, source)}' to '{NameOf(mesh, destination)}': see the failed and unknown links in /graph.json.");

    // In a flat mesh packets take no detour: a path over a relay is a diagnosis, not a route.
    private static string? DiagnoseThroughput(RequestedGraph graph, GraphPath path, Edge? direct)
    {
        if (path.Edges.Length == 1) return null;
        var mesh = graph.Mesh;
        int from = path.Edges[0].Source, to = path.Edges[^1].Destination;
        var (source, destination) = (NameOf(mesh, from), NameOf(mesh, to));
        if (direct is null)
        {
            // Not measured is no fault.
            return mesh.Links.Any(link => link.Source == from && link.Destination == to && link.State == LinkState.Down)
                ? $"{source} to {destination} failed, but both are reached through others: {Fault(graph, from, to)}"
                : $"{source} to {destination} was not measured: this is what is known of the way over others.";
        }

        if (direct.Value.Weight <= 0) return $"{source} to {destination} carried nothing, but both are reached through others: {Fault(graph, from, to)}";
        var ratio = path.Bottleneck.Weight / direct.Value.Weight;
        return ratio < DetourIsTelling ? null : $"{source} to {destination} is {Times(ratio)} below its best relay: {Fault(graph, from, to)}";
    }

    // A relay may do better although an end is at fault: it is nearer. The rest of the mesh tells.
    private static string Fault(RequestedGraph graph, int source, int destination)
    {
        var (from, to) = (graph.Mesh.Nodes[source], graph.Mesh.Nodes[destination]);
        foreach (var cause in graph.FindSuspects().Where(suspect => suspect.IsSaid).Select(suspect => suspect.Cause))
        {
            var blamed = cause.Kind switch
            {
                SuspectKind.Node when cause.Node == from.Name || cause.Node == to.Name => cause.Node,
                SuspectKind.NodeEgress when cause.Node == from.Name => $"what {cause.Node} sends",
                SuspectKind.NodeIngress when cause.Node == to.Name => $"what {cause.Node} receives",
                SuspectKind.GroupEgress when cause.Group == from.GroupBy(graph.Group) && cause.Group != to.GroupBy(graph.Group) => $"what leaves {cause.Group}",
                SuspectKind.GroupIngress when cause.Group == to.GroupBy(graph.Group) && cause.Group != from.GroupBy(graph.Group) => $"what enters {cause.Group}",
                _ => null,
            };
            if (blamed is not null) return $"the rest of the mesh says that {blamed} is at fault, see /api/v1/suspects.";
        }

        return $"the fault lies in the direct way, not in {from.Name} or {to.Name}.";
    }

    private static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.#} times");

    private static string NameOf(Mesh mesh, int node) => mesh.Nodes[node].Name;

    private static void BeginPath(Mesh mesh, GraphPath path, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("measuredAt", mesh.MeasuredAt);
        json.WriteString("source", NameOf(mesh, path.Edges[0].Source));
        json.WriteString("destination", NameOf(mesh, path.Edges[^1].Destination));
    }

    private static void WriteLinks(Mesh mesh, GraphPath path, string weight, Utf8JsonWriter json)
    {
        json.WriteStartArray("nodes");
        foreach (var vertex in path.Vertices) json.WriteStringValue(NameOf(mesh, vertex));
        json.WriteEndArray();
        json.WriteStartArray("links");
        foreach (var hop in path.Edges) WriteEdge(mesh, hop, weight, json);
        json.WriteEndArray();
    }

    private static void WriteEdge(Mesh mesh, Edge edge, string weight, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("source", NameOf(mesh, edge.Source));
        json.WriteString("destination", NameOf(mesh, edge.Destination));
        json.WriteNumber(weight, edge.Weight);
        json.WriteEndObject();
    }
}
