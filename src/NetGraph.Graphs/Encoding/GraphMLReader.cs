using System.Xml;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Reads a mesh from GraphML: that of <see cref="GraphMLWriter"/>, also after NetworkX, igraph, graph-tool or Gephi wrote it again.</summary>
public static class GraphMLReader
{
    /// <summary>Reads a mesh.</summary>
    /// <remarks>
    /// Attributes are known by <c>attr.name</c>, whatever the ids of their keys; those of other names are skipped. A node's name is its <c>label</c> where every node has one of its own
    /// (programs that write a file again often make up new ids), else its id. A link without a state is read as <see cref="CsvReader"/> reads it.
    /// Document types, nested graphs and edges without direction are refused. Nothing is fetched. Memory is that of the mesh.
    /// </remarks>
    /// <param name="input">The document. Stays open.</param>
    /// <param name="measuredAt">The time that the mesh shows; ages are counted back from it.</param>
    /// <exception cref="MeshFormatException">It is no such document.</exception>
    public static Mesh Read(Stream input, DateTimeOffset measuredAt)
    {
        ArgumentNullException.ThrowIfNull(input);
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, CloseInput = false };
        using var xml = XmlReader.Create(input, settings);
        try
        {
            return new Parser(xml).ReadMesh(measuredAt);
        }
        catch (XmlException exception)
        {
            var what = exception.Message.Contains("DTD", StringComparison.Ordinal) ? "it has a document type, which is not read: take the DOCTYPE out." : "this is not well-formed XML: " + exception.Message;
            throw new MeshFormatException(Math.Max(1, exception.LineNumber), what, exception);
        }
    }

    /// <summary>What a data element of a key means.</summary>
    private sealed record Key(string Of, string Name)
    {
        public string? Preset { get; set; }
    }

    private sealed class Parser(XmlReader xml)
    {
        /// <summary>Far deeper than any GraphML: the depth of what is skipped costs memory.</summary>
        private const int Deepest = 100;

        private readonly Dictionary<string, Key> _keys = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _data = new(StringComparer.Ordinal);
        private readonly List<string?> _labels = [];
        private readonly MeshDraft _draft = new();
        private bool _hasGraph;

        private int Line => ((IXmlLineInfo)xml).LineNumber;

        public Mesh ReadMesh(DateTimeOffset measuredAt)
        {
            xml.MoveToContent();
            if (xml.LocalName != "graphml") throw new MeshFormatException(Line, $"this is '{xml.LocalName}', not 'graphml': give a mesh as from /graph.graphml.");
            while (!xml.EOF)
            {
                if (xml.Depth > Deepest) throw new MeshFormatException(Line, $"elements are nested more than {Deepest} deep.");
                if (xml.NodeType != XmlNodeType.Element || !ReadElement()) xml.Read();
            }

            if (!_hasGraph) throw new MeshFormatException(Line, "there is no 'graph' in it: give a mesh as from /graph.graphml.");
            return _draft.Build(measuredAt, isListed: true, Labels());
        }

        /// <summary>Reads an element that means something, to behind its end; all others are entered.</summary>
        private bool ReadElement()
        {
            switch (xml.LocalName)
            {
                case "key":
                    ReadKey();
                    return true;
                case "graph":
                    BeginGraph();
                    return false;
                case "node":
                    ReadNode();
                    return true;
                case "edge":
                    ReadEdge();
                    return true;
                case "hyperedge":
                    throw new MeshFormatException(Line, "this is an edge of more than two ends: links join two nodes.");
                default:
                    return false;
            }
        }

        private void BeginGraph()
        {
            if (_hasGraph) throw new MeshFormatException(Line, "a second graph begins here: give one graph a file.");
            _hasGraph = true;
            RequireDirected(xml.GetAttribute("edgedefault") != "undirected");
        }

        private void ReadKey()
        {
            var id = Attribute("id");
            var key = _keys[id] = new Key(xml.GetAttribute("for") ?? "all", xml.GetAttribute("attr.name") ?? id);
            foreach (var _ in Children())
            {
                if (xml.LocalName == "default") key.Preset = xml.ReadElementContentAsString();
                else xml.Skip();
            }
        }

        private void ReadNode()
        {
            var line = Line;
            var node = new MeshNode(SafeText.Original(Attribute("id")));
            ReadData("node");
            foreach (var field in NodeField.All)
            {
                // igraph writes an empty text where there was none.
                if (_data.TryGetValue(field.Name, out var text) && text.Length > 0) node = field.With(node, SafeText.Original(text));
            }

            if (node is { Zone: null, Region: null, Rack: null } && _data.TryGetValue("group", out var group)) node = node with { Zone = SafeText.Original(group) };
            _draft.List(node, line);
            var index = _draft.IndexOf(node.Name, line, "node");
            while (_labels.Count <= index) _labels.Add(null);
            if (_data.TryGetValue("label", out var label)) _labels[index] = SafeText.Original(label);
        }

        private void ReadEdge()
        {
            var line = Line;
            RequireDirected(xml.GetAttribute("directed") != "false");
            var source = _draft.IndexOf(SafeText.Original(Attribute("source")), line, "source");
            var destination = _draft.IndexOf(SafeText.Original(Attribute("target")), line, "target");
            ReadData("edge");
            var link = new LinkMeasurement(source, destination) { Quality = MeshDraft.ReadQuality(_data.GetValueOrDefault("quality", ""), line, "quality") };
            foreach (var field in LinkField.All)
            {
                if (!_data.TryGetValue(field.Name, out var text)) continue;
                if (!field.TryParse(text.AsSpan().Trim(), out var value)) throw new MeshFormatException(line, field.Name, $"'{text}' is not allowed: it must be {field.Allowed}, or left out when it was not measured.");
                link = field.With(link, value);
            }

            _draft.Add(link, MeshDraft.ReadState(_data.GetValueOrDefault("state", ""), line, "state"), line);
        }

        /// <summary>Reads the data of the element that begins here, by name.</summary>
        private void ReadData(string of)
        {
            _data.Clear();
            foreach (var key in _keys.Values)
            {
                if (key.Preset is not null && (key.Of == of || key.Of == "all")) _data[key.Name] = key.Preset;
            }

            foreach (var _ in Children())
            {
                if (xml.LocalName == "graph") throw new MeshFormatException(Line, "a graph begins inside a node or edge: nested graphs are not read.");
                // Other data may hold whole elements, such as the shapes of yEd.
                if (xml.LocalName == "data" && _keys.TryGetValue(Attribute("key"), out var key) && IsKnown(key.Name)) _data[key.Name] = xml.ReadElementContentAsString();
                else xml.Skip();
            }
        }

        /// <summary>Enters the element that begins here, stops at each of its children, which the caller reads to behind their ends, and leaves it behind.</summary>
        private IEnumerable<bool> Children()
        {
            if (xml.IsEmptyElement)
            {
                xml.Read();
                yield break;
            }

            xml.Read();
            while (xml.NodeType != XmlNodeType.EndElement)
            {
                if (xml.NodeType == XmlNodeType.Element) yield return true;
                else if (!xml.Read()) yield break;
            }

            xml.Read();
        }

        private static bool IsKnown(string name) =>
            name is "label" or "group" or "quality" or "state" || LinkField.All.Any(field => field.Name == name) || NodeField.All.Any(field => field.Name == name);

        private string Attribute(string name) => xml.GetAttribute(name) ?? throw new MeshFormatException(Line, $"this '{xml.LocalName}' has no '{name}'.");

        private void RequireDirected(bool isDirected)
        {
            if (!isDirected) throw new MeshFormatException(Line, "an edge has no direction, but a link is measured in one: write the graph as a directed one.");
        }

        private List<string>? Labels()
        {
            var labels = _labels.OfType<string>().Where(label => label.Length > 0).ToList();
            return labels.Count == _draft.Nodes.Count && labels.Distinct(StringComparer.Ordinal).Count() == labels.Count ? labels : null;
        }
    }
}
