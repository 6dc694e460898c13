using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Dashboards.Tests;

/// <summary>A dashboard file, as Grafana would read it.</summary>
internal sealed class Dashboard(string file, JsonObject json)
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "dashboards");

    public static IReadOnlyList<Dashboard> All { get; } =
        [.. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(path => new Dashboard(Path.GetFileName(path), (JsonObject)JsonNode.Parse(System.IO.File.ReadAllText(path))!))];

    public string File => file;

    public JsonObject Json => json;

    public string Uid => (string)json["uid"]!;

    /// <summary>All panels, those of collapsed rows too.</summary>
    public IEnumerable<JsonObject> Panels => json["panels"]!.AsArray().OfType<JsonObject>().SelectMany(panel => (panel["panels"]?.AsArray().OfType<JsonObject>() ?? []).Prepend(panel));

    public IEnumerable<JsonObject> Variables => json["templating"]!["list"]!.AsArray().OfType<JsonObject>();

    /// <summary>Panels with each of their queries to Prometheus.</summary>
    public IEnumerable<(JsonObject Panel, JsonObject Target)> Queries =>
        from panel in Panels
        from target in panel["targets"]?.AsArray().OfType<JsonObject>() ?? []
        where target["expr"] is not null
        select (panel, target);

    public static Dashboard Of(string file) => All.Single(dashboard => dashboard.File == file);
}
