using System.Text.Json;
using NetGraph.Graphs.Grouping;
using NetGraph.Graphs.Layout;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Writes a mesh for Grafana's node graph panel, as its data sources "Node Graph API" and "Infinity" read it.</summary>
/// <remarks>
/// Every node has a place, since the panel lays out a mesh as a line and refuses places of some nodes only; no edge leads to a node that is not there, which ends the panel.
/// Fields are texts or numbers: the data source takes every other type for a text.
/// </remarks>
public static class NodeGraphJson
{
    private const double LeastRadius = 160;
    private const double RoomOfNode = 110;
    private const double LeastThickness = 1;
    private const double MostThickness = 4;

    private static readonly (string Name, string Type, string? Title, string? Color)[] NodeFields =
    [
        ("id", "string", null, null), ("title", "string", "Node", null), ("subTitle", "string", "Group", null), ("mainStat", "string", "Median sent", null), ("secondaryStat", "string", "Failed", null),
        ("arc__good", "number", "Links: good", "#5794a8"), ("arc__poor", "number", "Links: below half of the mesh's median", "#d97a2b"), ("arc__failed", "number", "Links: failed", ColorScale.DownColor),
        ("arc__unknown", "number", "Links: unknown", ColorScale.UnknownColor), ("detail__suspect", "string", "Suspect", null), ("fixedX", "number", null, null), ("fixedY", "number", null, null),
    ];

    private static readonly (string Name, string Type, string? Title, string? Color)[] EdgeFields =
    [
        ("id", "string", null, null), ("source", "string", "Source", null), ("target", "string", "Destination", null), ("mainStat", "string", "Value", null), ("secondaryStat", "string", "Round-trip time", null),
        ("thickness", "number", null, null), ("color", "string", null, null), ("strokeDasharray", "string", null, null), ("detail__throughput", "string", "Throughput", null),
        ("detail__loss", "string", "Loss", null), ("detail__quality", "string", "Quality", null), ("detail__state", "string", "State", null),
    ];

    /// <summary>Writes which fields there are: <c>nodes_fields</c> and <c>edges_fields</c>.</summary>
    /// <param name="json">Where to; not flushed.</param>
    public static void WriteFields(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        WriteFields("nodes_fields", NodeFields, json);
        WriteFields("edges_fields", EdgeFields, json);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>nodes</c> and <c>edges</c> of a view.</summary>
    /// <param name="view">What to write.</param>
    /// <param name="options">Metric, theme and suspects count.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void Write(MeshView view, PictureOptions options, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(json);
        var mesh = view.Mesh;
        options = view.Complete(options);
        json.WriteStartObject();
        WriteNodes(view, options, json);
        json.WriteStartArray("edges");
        var palette = LinkPalette.For(mesh, options);
        var scale = (options.Theme == PictureTheme.Dark, options.Comparison is not null) switch
        {
            (false, false) => ColorScale.Light,
            (true, false) => ColorScale.Dark,
            (false, true) => ColorScale.ChangeLight,
            (true, true) => ColorScale.ChangeDark,
        };
        foreach (var i in view.Links ?? [.. Enumerable.Range(0, mesh.Links.Length)]) WriteEdge(mesh, mesh.Links[i], palette.Of(mesh.Links[i]), scale, json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFields(string name, (string Name, string Type, string? Title, string? Color)[] fields, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (var (field, type, title, color) in fields)
        {
            json.WriteStartObject();
            json.WriteString("field_name", field);
            json.WriteString("type", type);
            if (title is not null) json.WriteString("displayName", title);
            if (color is not null) json.WriteString("color", color);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNodes(MeshView view, PictureOptions options, Utf8JsonWriter json)
    {
        var mesh = view.Mesh;
        var marks = SuspectMarks.Of(mesh, options);
        var sent = mesh.Links.ToLookup(link => link.Source);
        var all = Median(mesh.Links);
        var circle = GroupedCircle.Place([.. mesh.Nodes.Select(node => node.GroupBy(options.Group))], [.. mesh.Nodes.Select(node => node.Name)]);
        var radius = Math.Max(LeastRadius, mesh.Nodes.Length * RoomOfNode / (2 * Math.PI));
        json.WriteStartArray("nodes");
        for (var i = 0; i < mesh.Nodes.Length; i++)
        {
            var node = mesh.Nodes[i];
            var group = view.Groups?.Groups.FirstOrDefault(group => group.Name == node.Name);
            json.WriteStartObject();
            json.WriteString("id", SafeText.Printable(node.Name));
            json.WriteString("title", SafeText.Printable(node.Name));
            json.WriteString("subTitle", group is not null ? $"{group.Nodes} {(group.Nodes == 1 ? "node" : "nodes")}" : node.GroupBy(options.Group) is { Length: > 0 } name ? name : GroupMesh.NoGroup);
            WriteShares([.. sent[i]], all, json);
            json.WriteString("detail__suspect", marks.OfNode(i) ?? "no");
            json.WriteNumber("fixedX", Math.Round(radius * Math.Sin(circle.Angles[i]), 1));
            json.WriteNumber("fixedY", Math.Round(-radius * Math.Cos(circle.Angles[i]), 1));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // The shares sum to one, as the panel wants; a node that sends nothing is unknown altogether.
    private static void WriteShares(LinkMeasurement[] links, double medianOfAll, Utf8JsonWriter json)
    {
        var failed = links.Count(link => link.State == LinkState.Down);
        var measured = links.Where(link => link.State != LinkState.Down && !double.IsNaN(link.ThroughputBitsPerSecond)).ToList();
        var poor = measured.Count(link => link.ThroughputBitsPerSecond < medianOfAll / 2);
        var unknown = links.Length - failed - measured.Count;
        double Share(int count) => links.Length == 0 ? 0 : (double)count / links.Length;
        var own = Median(measured);
        json.WriteString("mainStat", double.IsNaN(own) ? "unknown" : Quantities.Rate(own));
        json.WriteString("secondaryStat", $"{failed} of {links.Length} failed");
        json.WriteNumber("arc__good", Share(measured.Count - poor));
        json.WriteNumber("arc__poor", Share(poor));
        json.WriteNumber("arc__failed", Share(failed));
        json.WriteNumber("arc__unknown", links.Length == 0 ? 1 : Share(unknown));
    }

    private static double Median(IEnumerable<LinkMeasurement> links)
    {
        var values = links.Select(link => link.ThroughputBitsPerSecond).Where(value => !double.IsNaN(value)).Order().ToList();
        return values.Count == 0 ? double.NaN : (values[values.Count / 2] + values[(values.Count - 1) / 2]) / 2;
    }

    private static void WriteEdge(Mesh mesh, in LinkMeasurement link, in LinkInk ink, ColorScale scale, Utf8JsonWriter json)
    {
        // JSON cannot hold every name as it is: two nodes must not become one.
        string source = SafeText.Printable(mesh.Nodes[link.Source].Name), destination = SafeText.Printable(mesh.Nodes[link.Destination].Name);
        string Known(double value, Func<double, string> format) => double.IsNaN(value) ? "unknown" : format(value);
        json.WriteStartObject();
        // With its length before it no two pairs of names make the same text.
        json.WriteString("id", $"{source.Length}:{source}>{destination}");
        json.WriteString("source", source);
        json.WriteString("target", destination);
        json.WriteString("mainStat", ink.Label);
        json.WriteString("secondaryStat", Known(link.RoundTripTimeSeconds, Quantities.Duration));
        json.WriteNumber("thickness", Math.Round(LeastThickness + ((MostThickness - LeastThickness) * ink.Thickness), 2));
        json.WriteString("color", ink.Appearance switch
        {
            LinkAppearance.Failed => ColorScale.DownColor,
            LinkAppearance.Measured or LinkAppearance.Doubtful => scale.Steps[ink.Step],
            _ => ColorScale.UnknownColor,
        });
        json.WriteString("strokeDasharray", ink.Appearance switch { LinkAppearance.Measured => "0", LinkAppearance.Doubtful => "7 4", LinkAppearance.Failed => "2 3", _ => "1 5" });
        json.WriteString("detail__throughput", link.State == LinkState.Down ? "failed" : Known(link.ThroughputBitsPerSecond, Quantities.Rate));
        json.WriteString("detail__loss", Known(link.LossRatio, Quantities.Share));
        json.WriteString("detail__quality", link.Quality.ToName());
        json.WriteString("detail__state", LinkField.NameOf(link.State));
        json.WriteEndObject();
    }
}
