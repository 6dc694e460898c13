using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Api.Rendering;
using NetGraph.Api.Snapshots;
using NetGraph.Graphs;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Clusters;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Paths;
using NetGraph.Measurements;

namespace NetGraph.Api.Analysis;

/// <summary>What the graph tells: what is at fault, where it is narrow, how it is built, what changed.</summary>
internal static class AnalysisEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Answers answers)
    {
        void MapJson(string path, string summary, Action<RequestedGraph, Utf8JsonWriter> write, SnapshotDetail? needs = null) =>
            routes.MapMethods(path, GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) => answers.SendJsonAsync(context, query, write, parameters => needs ?? parameters.DetailOfMetric))
                .Describe(summary, "application/json", GraphEndpoints.OfHistoryOnly);

        MapJson("/api/v1/nodes", "The nodes", WriteNodes);
        MapJson("/api/v1/analysis", "All that follows in one answer", (graph, json) => AnalysisJson.Write(Analyse(graph), json), SnapshotDetail.RoundTripTime);
        MapJson("/api/v1/suspects", "Which node, link or group is at fault, with evidence and confidence", WriteSuspects);
        MapJson("/api/v1/clusters", "Nodes behind a shared bottleneck, nested, with what their boundaries carry", WriteClusters);
        MapJson("/api/v1/bottlenecks", "The links of least throughput, failed ones first, and those that narrow most pairs", WriteBottlenecks);
        MapJson("/api/v1/diff", "What changed since an earlier time", WriteDifference);
    }

    private static MeshAnalysis Analyse(RequestedGraph graph) => MeshAnalysis.Of(graph.Mesh, new AnalysisOptions { Group = graph.Group, Expectations = graph.Expectations, Limit = graph.Parameters.Limit });

    private static void WriteNodes(RequestedGraph graph, Utf8JsonWriter json) =>
        JsonWriter.Write(new Mesh(graph.Mesh.Nodes, [], graph.Mesh.MeasuredAt), graph.Group, json);

    private static void WriteSuspects(RequestedGraph graph, Utf8JsonWriter json)
    {
        Begin(graph, json);
        json.WritePropertyName("suspects");
        AnalysisJson.WriteSuspects(graph.FindSuspects(), json);
        json.WriteEndObject();
    }

    private static void WriteClusters(RequestedGraph graph, Utf8JsonWriter json)
    {
        Begin(graph, json);
        json.WritePropertyName("clusters");
        AnalysisJson.WriteClusters(graph.Mesh, ClusterSearch.Find(graph.Mesh), json);
        json.WriteEndObject();
    }

    private static void WriteBottlenecks(RequestedGraph graph, Utf8JsonWriter json)
    {
        var mesh = graph.Mesh;
        var widths = AllPairsWidestPaths.Find(GraphMetric.Bandwidth.Weigh(mesh));
        Begin(graph, json);
        json.WriteStartArray("links");
        foreach (var index in MeshAnalysis.WorstFirst(mesh).Take(graph.Parameters.Limit))
        {
            var link = mesh.Links[index];
            json.WriteStartObject();
            JsonWriter.WriteLinkMembers(mesh, link, json);
            if (widths.WidthOf(link.Source, link.Destination) is var width && !double.IsNaN(width)) json.WriteNumber("widestPathBitsPerSecond", width);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("bottlenecks");
        AnalysisJson.WriteBottlenecks(mesh, BottleneckSearch.Find(mesh).Take(graph.Parameters.Limit), json);
        json.WriteEndObject();
    }

    private static void WriteDifference(RequestedGraph graph, Utf8JsonWriter json)
    {
        if (graph.Before is not { } before) throw new BadParameterException("compare", "'compare' is needed here: say how much earlier the graph to compare with is, such as compare=24h.");
        Begin(graph, json);
        json.WriteString("comparedWithMeasuredAt", before.MeasuredAt.ToUniversalTime());
        json.WritePropertyName("diff");
        AnalysisJson.WriteDifference(MeshComparison.Compare(before, graph.Mesh, graph.Parameters.Metric, graph.Spread), graph.Parameters.Metric, json);
        json.WriteEndObject();
    }

    private static void Begin(RequestedGraph graph, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("measuredAt", graph.Mesh.MeasuredAt.ToUniversalTime());
        json.WriteString("group", graph.Group.ToString().ToLowerInvariant());
        // "Nothing found" and "nothing known" must not look alike.
        json.WriteNumber("nodes", graph.Mesh.Nodes.Length);
        json.WriteNumber("measuredLinks", graph.Mesh.Links.Count(link => !double.IsNaN(link.ThroughputBitsPerSecond)));
        json.WriteNumber("failedLinks", graph.Mesh.Links.Count(link => link.State == LinkState.Down));
    }
}
