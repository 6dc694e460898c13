using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class GraphMLReaderTests
{
    private const string Keys = """
        <key id="d0" for="node" attr.name="label" attr.type="string"/><key id="d1" for="edge" attr.name="throughput_bps" attr.type="double"/>
        <key id="d2" for="edge" attr.name="quality" attr.type="string"><default>capped</default></key><key id="d3" for="all" attr.name="zone"/><key id="d4" for="node" attr.name="shape"/>
        """;

    [Fact]
    public void Knows_attributes_by_their_names_and_skips_others()
    {
        var mesh = Read($"""
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">{Keys}<graph edgedefault="directed">
              <edge source="n0" target="n1"><data key="d1"> 1e9 </data><data key="d9">x</data></edge>
              <node id="n0"><data key="d0">a</data><data key="d4"><y:ShapeNode><y:NodeLabel>no</y:NodeLabel></y:ShapeNode></data><data key="d3">east</data></node>
              <node id="n1"><desc>text</desc><data key="d0">b</data></node>
              <edge id="e1" source="n1" target="n0"><data key="d2">ok</data></edge>
            </graph></graphml>
            """);

        Assert.Equal([new MeshNode("a") { Zone = "east" }, new MeshNode("b")], mesh.Nodes);
        Assert.Equal(
            [new LinkMeasurement(0, 1) { ThroughputBitsPerSecond = 1e9, State = LinkState.Up, Quality = MeasurementQuality.Capped }, new LinkMeasurement(1, 0)],
            mesh.Links);
    }

    [Theory]
    [InlineData("""<node id="n0"><data key="d0">a</data></node><node id="n1"><data key="d0">a</data></node>""")]
    [InlineData("""<node id="n0"><data key="d0">a</data></node><node id="n1"/>""")]
    [InlineData("""<node id="n0"><data key="d0"/></node><node id="n1"><data key="d0">a</data></node>""")]
    public void Takes_ids_for_names_where_labels_are_missing_or_not_unique(string nodes) =>
        Assert.Equal(["n0", "n1"], Read(Document(nodes)).Nodes.Select(node => node.Name));

    [Theory]
    [InlineData("", "Line 1: this is not well-formed XML: Root element is missing.")]
    [InlineData("<svg/>", "Line 1: this is 'svg', not 'graphml': give a mesh as from /graph.graphml.")]
    [InlineData("<graphml/>", "Line 1: there is no 'graph' in it: give a mesh as from /graph.graphml.")]
    [InlineData("<!DOCTYPE graphml [<!ENTITY a \"b\">]><graphml/>", "Line 1: it has a document type, which is not read: take the DOCTYPE out.")]
    [InlineData("<graphml><key for='edge'/></graphml>", "Line 1: this 'key' has no 'id'.")]
    [InlineData("<graphml>\n<graph edgedefault='undirected'/></graphml>", "Line 2: an edge has no direction, but a link is measured in one: write the graph as a directed one.")]
    [InlineData("<graphml><graph/>\n\n<graph/></graphml>", "Line 3: a second graph begins here: give one graph a file.")]
    [InlineData("<graphml><graph><node id='a'>\n<graph/></node></graph></graphml>", "Line 2: a graph begins inside a node or edge: nested graphs are not read.")]
    [InlineData("<graphml><graph><hyperedge/></graph></graphml>", "Line 1: this is an edge of more than two ends: links join two nodes.")]
    public void Documents_of_another_kind_are_refused(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<MeshFormatException>(() => Read(text)).Message);

    [Theory]
    [InlineData("<node id='a'/><node id='a'/>", "Line 3: the node 'a' is listed twice: give it once.")]
    [InlineData("<node id=''/>", "Line 3, node: a node needs a name: it must not be empty.")]
    [InlineData("<node id='a'/>\n<edge source='a' target='b'/>", "Line 4: a link names 'b', which is not among the nodes: list it there.")]
    [InlineData("<node id='a'/><edge source='a'/>", "Line 3: this 'edge' has no 'target'.")]
    [InlineData("<node id='a'/><edge source='a' target='a'/>", "Line 3: a link leads from 'a' to itself: links join two different nodes.")]
    [InlineData("<node id='a'/><node id='b'/><edge source='a' target='b'/><edge source='a' target='b'/>", "Line 3: the link from 'a' to 'b' is given twice: give each direction of a pair once.")]
    [InlineData("<node id='a'/><node id='b'/><edge source='a' target='b' directed='false'/>", "Line 3: an edge has no direction, but a link is measured in one: write the graph as a directed one.")]
    [InlineData("<node id='a'/><node id='b'/><edge source='a' target='b'><data key='d1'>NaN</data></edge>", "Line 3, throughput_bps: 'NaN' is not allowed: it must be a number of bits per second, zero or more, such as 9.4e8, or left out when it was not measured.")]
    [InlineData("<node id='a'/><node id='b'/><edge source='a' target='b'><data key='d2'>good</data></edge>", "Line 3, quality: 'good' is no quality: choose one of ok, host_limited, capped, interfered, clock_unsynced, or leave it out.")]
    public void What_is_wrong_is_named_with_its_line(string graph, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<MeshFormatException>(() => Read(Document(graph))).Message);

    [Fact]
    public void A_file_that_is_cut_off_is_refused() =>
        Assert.StartsWith("Line 3: this is not well-formed XML: ", Assert.Throws<MeshFormatException>(() => Read(Document("<node id='a'/><edge source='a'")[..^20])).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_that_is_too_deep_is_refused() =>
        Assert.Throws<MeshFormatException>(() => Read("<graphml>" + string.Concat(Enumerable.Repeat("<a>", 100_000))));

    private static string Document(string graph) => $"<graphml>{Keys}<graph edgedefault='directed'>\n{graph}</graph></graphml>";

    private static Mesh Read(string text) => GraphMLReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), DateTimeOffset.UnixEpoch);
}
