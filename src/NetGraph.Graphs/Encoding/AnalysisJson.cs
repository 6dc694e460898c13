using System.Text.Json;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Clusters;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Reachability;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Writes what an analysis found as JSON with units in the member names. A number that is not known is left out.</summary>
public static class AnalysisJson
{
    /// <summary>
    /// Writes an analysis as one object: <c>measuredAt</c>, <c>nodes</c> and <c>links</c> (how many), <c>group</c>, then the arrays <c>suspects</c>, <c>worstLinks</c>, <c>bottlenecks</c>,
    /// <c>clusters</c>, <c>partitions</c> (arrays of names, the largest part first; empty when the mesh is whole), <c>oneWay</c> (<c>source</c> reaches <c>destination</c>, which does not reach
    /// it) and <c>detours</c> (<c>source</c>, <c>destination</c>, <c>rttSeconds</c>, and the shorter <c>relayedRttSeconds</c> over the node <c>relay</c>).
    /// </summary>
    /// <param name="analysis">What to write.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void Write(MeshAnalysis analysis, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        WriteMembers(analysis, json);
        json.WriteEndObject();
    }

    /// <summary>Writes the members of <see cref="Write"/> into the object that is open, so that others may stand beside them.</summary>
    /// <param name="analysis">What to write.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void WriteMembers(MeshAnalysis analysis, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(json);
        var mesh = analysis.Mesh;
        json.WriteString("measuredAt", mesh.MeasuredAt.ToUniversalTime());
        json.WriteNumber("nodes", mesh.Nodes.Length);
        json.WriteNumber("links", mesh.Links.Length);
        json.WriteString("group", analysis.Group.ToString().ToLowerInvariant());
        json.WritePropertyName("suspects");
        WriteSuspects(analysis.Suspects, json);
        json.WriteStartArray("worstLinks");
        foreach (var link in analysis.WorstLinks) WriteLink(mesh, link, json);
        json.WriteEndArray();
        json.WritePropertyName("bottlenecks");
        WriteBottlenecks(mesh, analysis.Bottlenecks, json);
        json.WritePropertyName("clusters");
        WriteClusters(mesh, analysis.Clusters, json);
        WriteReachability(mesh, analysis.Reachability, json);
        WriteDetours(mesh, analysis.Detours, json);
    }

    /// <summary>
    /// Writes suspects as an array of <c>{kind, node | group | source + destination, observedBitsPerSecond, expectedBitsPerSecond, pairs, confidence, ambiguousWith}</c>;
    /// <c>ambiguousWith</c> holds objects of <c>kind</c> and names. A partition has the names of all of its <c>nodes</c> too. <c>expectedBitsPerSecond</c> is left out when nothing
    /// in the mesh tells. From a confidence of 0.5 on it is said to be so.
    /// </summary>
    /// <param name="suspects">What to write.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void WriteSuspects(IEnumerable<Suspect> suspects, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(suspects);
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartArray();
        foreach (var suspect in suspects)
        {
            json.WriteStartObject();
            WriteCause(suspect.Cause, json);
            if (!suspect.Nodes.IsDefaultOrEmpty) WriteNames("nodes", suspect.Nodes, json);
            WriteKnown("observedBitsPerSecond", suspect.ObservedBitsPerSecond, json);
            if (suspect.ExpectedBitsPerSecond > 0) WriteKnown("expectedBitsPerSecond", suspect.ExpectedBitsPerSecond, json);
            json.WriteNumber("pairs", suspect.Pairs);
            WriteKnown("confidence", suspect.Confidence, json);
            json.WriteStartArray("ambiguousWith");
            foreach (var cause in suspect.AmbiguousWith.IsDefault ? [] : suspect.AmbiguousWith)
            {
                json.WriteStartObject();
                WriteCause(cause, json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes bottlenecks as an array of links, as <see cref="JsonWriter"/> writes them, each with <c>pairs</c>: of how many ordered pairs of nodes it narrows the widest path.</summary>
    /// <param name="mesh">Their mesh.</param>
    /// <param name="bottlenecks">What to write.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void WriteBottlenecks(Mesh mesh, IEnumerable<Bottleneck> bottlenecks, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(bottlenecks);
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartArray();
        foreach (var bottleneck in bottlenecks) WriteLink(mesh, bottleneck.Link, json, bottleneck.Pairs);
        json.WriteEndArray();
    }

    /// <summary>
    /// Writes the clusters within the whole mesh as an array of <c>{nodes, insideBitsPerSecond, egressBitsPerSecond, ingressBitsPerSecond, children}</c>: <c>nodes</c> are names, those of all
    /// children among them; <c>children</c> has the same form and is left out where there are none. A flat mesh gives an empty array.
    /// </summary>
    /// <param name="mesh">Their mesh.</param>
    /// <param name="all">All nodes as one cluster, or <see langword="null"/> when nothing is known.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void WriteClusters(Mesh mesh, Cluster? all, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartArray();
        foreach (var cluster in all?.Children ?? [])
        {
            json.WriteStartObject();
            WriteNames("nodes", cluster.Nodes.Select(node => mesh.Nodes[node].Name), json);
            WriteKnown("insideBitsPerSecond", cluster.InsideBitsPerSecond, json);
            WriteKnown("egressBitsPerSecond", cluster.EgressBitsPerSecond, json);
            WriteKnown("ingressBitsPerSecond", cluster.IngressBitsPerSecond, json);
            if (!cluster.Children.IsEmpty)
            {
                json.WritePropertyName("children");
                WriteClusters(mesh, cluster, json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// Writes what changed as one object: <c>metric</c>, <c>appearedNodes</c>, <c>vanishedNodes</c>, <c>unchangedLinks</c> (how many) and <c>links</c>, each with <c>source</c>, <c>destination</c>,
    /// <c>change</c> (<c>appeared</c>, <c>vanished</c>, <c>worse</c>, <c>better</c>), the values before and after under names such as <c>beforeBitsPerSecond</c>, and
    /// <c>noiseRatio</c>: the change that noise alone may cause.
    /// </summary>
    /// <param name="difference">What to write.</param>
    /// <param name="metric">What was compared.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void WriteDifference(MeshDifference difference, GraphMetric metric, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(difference);
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(json);
        var unit = metric.Unit switch { "bit/s" => "BitsPerSecond", "s" => "Seconds", "ratio" => "Ratio", _ => "Segments" };
        json.WriteStartObject();
        json.WriteString("metric", metric.Name);
        WriteNames("appearedNodes", difference.AppearedNodes, json);
        WriteNames("vanishedNodes", difference.VanishedNodes, json);
        json.WriteNumber("unchangedLinks", difference.Unchanged);
        json.WriteStartArray("links");
        foreach (var change in difference.Links)
        {
            json.WriteStartObject();
            json.WriteString("source", change.Source);
            json.WriteString("destination", change.Destination);
            json.WriteString("change", change.Kind.ToString().ToLowerInvariant());
            WriteKnown("before" + unit, change.Before, json);
            WriteKnown("after" + unit, change.After, json);
            WriteKnown("noiseRatio", change.Threshold, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteReachability(Mesh mesh, MeshReachability reachability, Utf8JsonWriter json)
    {
        json.WriteStartArray("partitions");
        foreach (var part in reachability.Partitions)
        {
            json.WriteStartArray();
            foreach (var node in part) json.WriteStringValue(mesh.Nodes[node].Name);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("oneWay");
        foreach (var (source, destination) in reachability.OneWay)
        {
            json.WriteStartObject();
            WriteEnds(mesh, source, destination, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDetours(Mesh mesh, IEnumerable<TriangleViolation> detours, Utf8JsonWriter json)
    {
        json.WriteStartArray("detours");
        foreach (var detour in detours)
        {
            json.WriteStartObject();
            WriteEnds(mesh, detour.Direct.Source, detour.Direct.Destination, json);
            json.WriteNumber("rttSeconds", detour.Direct.Weight);
            json.WriteString("relay", mesh.Nodes[detour.Relay].Name);
            json.WriteNumber("relayedRttSeconds", detour.RelayedSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEnds(Mesh mesh, int source, int destination, Utf8JsonWriter json)
    {
        json.WriteString("source", mesh.Nodes[source].Name);
        json.WriteString("destination", mesh.Nodes[destination].Name);
    }

    private static void WriteCause(SuspectCause cause, Utf8JsonWriter json)
    {
        json.WriteString("kind", SuspectCause.NameOf(cause.Kind));
        if (cause.Node is not null) json.WriteString("node", cause.Node);
        if (cause.Group is not null) json.WriteString("group", cause.Group);
        if (cause.Source is not null) json.WriteString("source", cause.Source);
        if (cause.Destination is not null) json.WriteString("destination", cause.Destination);
    }

    private static void WriteLink(Mesh mesh, int link, Utf8JsonWriter json, int? pairs = null)
    {
        json.WriteStartObject();
        JsonWriter.WriteLinkMembers(mesh, mesh.Links[link], json);
        if (pairs is { } count) json.WriteNumber("pairs", count);
        json.WriteEndObject();
    }

    private static void WriteNames(string name, IEnumerable<string> names, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (var item in names) json.WriteStringValue(item);
        json.WriteEndArray();
    }

    private static void WriteKnown(string name, double value, Utf8JsonWriter json)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
    }
}
