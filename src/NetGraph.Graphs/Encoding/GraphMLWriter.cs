using System.Text;
using System.Xml;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Writes a mesh as GraphML in the dialect that NetworkX, igraph, graph-tool, Gephi and yEd all read.</summary>
public static class GraphMLWriter
{
    private const string Namespace = "http://graphml.graphdrawing.org/xmlns";

    /// <summary>Writes the mesh. A value that was not measured is left out: never NaN, never zero.</summary>
    /// <remarks>
    /// Node ids are the node names. The edge attribute <c>weight</c> is the throughput in Mbit/s: a strength, not a distance; 0 for a failed link,
    /// since readers give an edge without a weight the weight 1.
    /// All keys are typed, prefixed (Gephi takes ids such as <c>d3</c> for its own) and stand before the graph.
    /// </remarks>
    /// <param name="mesh">What to write.</param>
    /// <param name="output">Where to; UTF-8. Stays open.</param>
    public static void Write(Mesh mesh, Stream output)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var settings = new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n", CloseOutput = false };
        using var xml = XmlWriter.Create(output, settings);
        xml.WriteStartElement("graphml", Namespace);
        WriteKey(xml, "n_label", "node", "label", "string");
        // Readers give every element every attribute that is declared, NaN where it has none: what nobody has is not declared.
        foreach (var field in NodeField.All.Where(field => mesh.Nodes.Any(node => field.Value(node) is not null))) WriteKey(xml, "n_" + field.Name, "node", field.Name, "string");
        WriteKey(xml, "e_weight", "edge", "weight", "double");
        foreach (var field in LinkField.All.Where(field => mesh.Links.Any(link => double.IsFinite(field.Value(mesh, link))))) WriteKey(xml, "e_" + field.Name, "edge", field.Name, "double");
        WriteKey(xml, "e_quality", "edge", "quality", "string");
        WriteKey(xml, "e_state", "edge", "state", "string");

        xml.WriteStartElement("graph");
        xml.WriteAttributeString("id", "netgraph");
        xml.WriteAttributeString("edgedefault", "directed");
        var ids = mesh.Nodes.Select(node => SafeText.Printable(node.Name)).ToArray();
        for (var i = 0; i < ids.Length; i++)
        {
            xml.WriteStartElement("node");
            xml.WriteAttributeString("id", ids[i]);
            WriteData(xml, "n_label", ids[i]);
            foreach (var field in NodeField.All) WriteData(xml, "n_" + field.Name, field.Value(mesh.Nodes[i]) is { } value ? SafeText.Printable(value) : null);
            xml.WriteEndElement();
        }

        foreach (var link in mesh.Links)
        {
            xml.WriteStartElement("edge");
            xml.WriteAttributeString("id", $"e:{IdPart(ids[link.Source])}|{IdPart(ids[link.Destination])}");
            xml.WriteAttributeString("source", ids[link.Source]);
            xml.WriteAttributeString("target", ids[link.Destination]);
            WriteData(xml, "e_weight", Number(link.State == LinkState.Down ? 0 : link.ThroughputBitsPerSecond / 1e6));
            foreach (var field in LinkField.All) WriteData(xml, "e_" + field.Name, Number(field.Value(mesh, link)));
            WriteData(xml, "e_quality", link.Quality.ToName());
            WriteData(xml, "e_state", LinkField.NameOf(link.State));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    // Else the link from "a|b" to "c" would have the id of that from "a" to "b|c".
    private static string IdPart(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal);

    private static string? Number(double value) => double.IsFinite(value) ? SafeText.Number(value) : null;

    private static void WriteKey(XmlWriter xml, string id, string of, string name, string type)
    {
        xml.WriteStartElement("key");
        xml.WriteAttributeString("id", id);
        xml.WriteAttributeString("for", of);
        xml.WriteAttributeString("attr.name", name);
        xml.WriteAttributeString("attr.type", type);
        xml.WriteEndElement();
    }

    private static void WriteData(XmlWriter xml, string key, string? value)
    {
        if (value is null) return;
        xml.WriteStartElement("data");
        xml.WriteAttributeString("key", key);
        xml.WriteString(value);
        xml.WriteEndElement();
    }
}
