using System.Text.Json;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Writes a mesh, or one of its links, as JSON with units in the member names.</summary>
public static class JsonWriter
{
    /// <summary>What waits to be flushed: else the writer holds the whole text of a large mesh.</summary>
    private const int MostPending = 1 << 16;

    /// <summary>Writes the mesh as one object with <c>nodes</c> and <c>links</c>. A value that was not measured is left out.</summary>
    /// <param name="mesh">What to write.</param>
    /// <param name="group">What fills <c>group</c> of the nodes.</param>
    /// <param name="json">Where to; flushed on the way, not at the end.</param>
    public static void Write(Mesh mesh, GroupKey group, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("measuredAt", mesh.MeasuredAt.ToUniversalTime());
        json.WriteStartArray("nodes");
        foreach (var node in mesh.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            foreach (var field in NodeField.All)
            {
                if (field.Value(node) is { } value) json.WriteString(field.JsonName, value);
            }

            if (node.GroupBy(group) is { Length: > 0 } name) json.WriteString("group", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("links");
        foreach (var link in mesh.Links)
        {
            json.WriteStartObject();
            WriteLinkMembers(mesh, link, json);
            json.WriteEndObject();
            if (json.BytesPending > MostPending) json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the members of a link into the object that is open.</summary>
    /// <param name="mesh">The link's mesh.</param>
    /// <param name="link">What to write.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void WriteLinkMembers(Mesh mesh, in LinkMeasurement link, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString("source", mesh.Nodes[link.Source].Name);
        json.WriteString("destination", mesh.Nodes[link.Destination].Name);
        json.WriteString("state", LinkField.NameOf(link.State));
        json.WriteString("quality", link.Quality.ToName());
        foreach (var field in LinkField.All)
        {
            if (field.Value(mesh, link) is var value && double.IsFinite(value)) json.WriteNumber(field.JsonName, value);
        }
    }
}
