using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Graphs.Tests.Encoding;

/// <summary>The field's own tools read what we write: every node, every link, values with their types; and we read what they write again.</summary>
public sealed class FieldToolsTests : IDisposable
{
    // Debian's: another Python in front of it does not know Debian's packages.
    private const string Python = "/usr/bin/python3";

    /// <summary>Prints what the tool sees, and writes it again. Missing numbers are null, whatever the tool has for them.</summary>
    private const string NetworkX = """
        import json, sys, networkx
        g = networkx.read_graphml(sys.argv[1])
        assert type(g) is networkx.DiGraph, type(g)
        json.dump({'nodes': [{'name': n, **d} for n, d in g.nodes(data=True)], 'links': [{'source': a, 'destination': b, **d} for a, b, d in g.edges(data=True)]}, sys.stdout)
        networkx.write_graphml(g, sys.argv[2])
        """;

    // igraph 0.10 leaves an ampersand of an id escaped; labels come as they are.
    private const string IGraph = """
        import json, math, sys, igraph
        g = igraph.Graph.Read_GraphML(sys.argv[1])
        assert g.is_directed()
        known = lambda d: {k: v for k, v in d.items() if v != '' and not (isinstance(v, float) and math.isnan(v))}
        json.dump({'nodes': [{'name': v['label'], **known(v.attributes())} for v in g.vs],
          'links': [{'source': g.vs[e.source]['label'], 'destination': g.vs[e.target]['label'], **known(e.attributes())} for e in g.es]}, sys.stdout)
        g.write_graphml(sys.argv[2])
        """;

    // graph-tool has no missing values: zero stands for them. The state tells which those are.
    private const string GraphTool = """
        import json, sys, graph_tool
        g = graph_tool.load_graph(sys.argv[1])
        assert g.is_directed()
        names = g.vp['label']
        value = lambda p, of: float(p[of]) if 'double' in p.value_type() else p[of]
        known = lambda d: {k: v for k, v in d.items() if v != '' and v != 0}
        json.dump({'nodes': [known({'name': names[v], **{k: value(p, v) for k, p in g.vp.items()}}) for v in g.vertices()],
          'links': [known({'source': names[e.source()], 'destination': names[e.target()], **{k: value(p, e) for k, p in g.ep.items()}}) for e in g.edges()]}, sys.stdout)
        g.save(sys.argv[2])
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-tools-").FullName;

    /// <summary>Names that need quoting somewhere, and gaps of every kind.</summary>
    private static Mesh Mesh { get; } = Meshes.Small(rename: name => name == "node-2" ? "kö\"ln & <b>:1.eu|x" : name);

    private static Dictionary<string, string> Scripts { get; } = new() { ["networkx"] = NetworkX, ["igraph"] = IGraph, ["graph_tool"] = GraphTool };

    public static TheoryData<string> GraphMLTools => [.. Scripts.Keys];

    [Theory]
    [MemberData(nameof(GraphMLTools))]
    public async Task GraphML_is_read_with_every_node_link_and_value_in_its_type(string module)
    {
        var (seen, _) = await ReadAsync(module);

        Assert.Equal(Mesh.Nodes.Select(node => node.Name), seen.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        foreach (var node in seen.GetProperty("nodes").EnumerateArray())
        {
            var expected = Mesh.Nodes[Mesh.IndexOf(node.GetProperty("name").GetString()!)];
            Assert.Equal((expected.Zone, expected.Region, expected.Rack, expected.InstanceType), (Text(node, "zone"), Text(node, "region"), Text(node, "rack"), Text(node, "instance_type")));
        }

        var links = seen.GetProperty("links").EnumerateArray().ToDictionary(link => (link.GetProperty("source").GetString()!, link.GetProperty("destination").GetString()!));
        Assert.Equal(Mesh.Links.Length, links.Count);
        foreach (var expected in Mesh.Links)
        {
            var link = links[(Mesh.Nodes[expected.Source].Name, Mesh.Nodes[expected.Destination].Name)];
            Assert.Equal((LinkField.NameOf(expected.State), expected.Quality.ToName()), (Text(link, "state"), Text(link, "quality")));
            AssertNumber(expected.State == LinkState.Down ? 0 : expected.ThroughputBitsPerSecond / 1e6, link, "weight", module);
            foreach (var field in LinkField.All) AssertNumber(field.Value(Mesh, expected), link, field.Name, module);
        }
    }

    [Theory]
    [MemberData(nameof(GraphMLTools))]
    public async Task GraphML_that_a_tool_wrote_again_is_read(string module)
    {
        var (_, again) = await ReadAsync(module);

        var read = GraphMLReader.Read(new MemoryStream(again), Mesh.MeasuredAt);

        Assert.Equal(Mesh.Nodes, read.Nodes);
        Assert.Equal(
            Mesh.Links.Select(link => (link.Source, link.Destination, link.State, link.Quality, Rounded(link.ThroughputBitsPerSecond))),
            read.Links.Select(link => (link.Source, link.Destination, link.State, link.Quality, link.ThroughputBitsPerSecond == 0 ? double.NaN : Rounded(link.ThroughputBitsPerSecond))));
    }

    [Fact]
    public async Task Dot_is_read_by_pydot_and_NetworkX_without_a_node_too_many()
    {
        await RequireAsync("networkx", "pydot");
        const string Script = """
            import json, sys, networkx
            g = networkx.nx_pydot.read_dot(sys.argv[1])
            json.dump({'nodes': sorted(g.nodes), 'links': [[a, b, d.get('throughput_bps', '').strip('"')] for a, b, d in g.edges(data=True)]}, sys.stdout)
            """;
        var file = Path.Combine(_folder, "mesh.dot");
        await File.WriteAllBytesAsync(file, Meshes.Writers["small.dot"](Meshes.Small()));

        var run = await Command.RunAsync(Python, ["-W", "ignore", "-c", Script, file]);

        Assert.True(run.ExitCode == 0, run.Error);
        var seen = JsonDocument.Parse(run.Output).RootElement;
        var mesh = Meshes.Small();
        Assert.Equal(mesh.Nodes.Select(node => node.Name), seen.GetProperty("nodes").EnumerateArray().Select(node => node.GetString()));
        Assert.Equal(
            mesh.Links.Select(link => (mesh.Nodes[link.Source].Name, mesh.Nodes[link.Destination].Name, double.IsNaN(link.ThroughputBitsPerSecond) ? "" : SafeText.Number(link.ThroughputBitsPerSecond))),
            seen.GetProperty("links").EnumerateArray().Select(link => (link[0].GetString()!, link[1].GetString()!, link[2].GetString()!)).Order());
    }

    [Fact]
    public async Task Dot_is_drawn_by_Graphviz_with_every_node_link_and_zone()
    {
        Assert.SkipUnless(Command.Exists("dot"), "Graphviz' dot, which judges DOT, is not installed.");
        var file = Path.Combine(_folder, "mesh.dot");
        await File.WriteAllBytesAsync(file, Meshes.Writers["small.dot"](Mesh));

        var run = await Command.RunAsync("dot", ["-Tsvg", file]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var reader = System.Xml.XmlReader.Create(new StringReader(run.Output), new() { DtdProcessing = System.Xml.DtdProcessing.Ignore });
        var kinds = XDocument.Load(reader).Descendants().Where(element => element.Name.LocalName == "g").CountBy(element => (string)element.Attribute("class")!).ToDictionary();
        Assert.Equal((4, 12, 2), (kinds["node"], kinds["edge"], kinds["cluster"]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(JsonElement Seen, byte[] Again)> ReadAsync(string module)
    {
        await RequireAsync(module);
        string file = Path.Combine(_folder, "mesh.graphml"), again = Path.Combine(_folder, "again.graphml");
        await File.WriteAllBytesAsync(file, Meshes.Writers["small.graphml"](Mesh));

        var run = await Command.RunAsync(Python, ["-W", "ignore", "-c", Scripts[module], file, again]);

        Assert.True(run.ExitCode == 0, run.Error);
        return (JsonDocument.Parse(run.Output).RootElement, await File.ReadAllBytesAsync(again));
    }

    private static async Task RequireAsync(params string[] modules)
    {
        foreach (var module in modules)
        {
            if (!File.Exists(Python) || (await Command.RunAsync(Python, ["-c", "import " + module])).ExitCode != 0) Assert.Skip($"not installed: python3-{module.Replace('_', '-')}");
        }
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static void AssertNumber(double expected, JsonElement of, string name, string module)
    {
        var isThere = of.TryGetProperty(name, out var number);
        if (double.IsNaN(expected)) Assert.False(isThere, name);
        else if (isThere) Assert.Equal(expected, number.GetDouble(), Math.Abs(expected) * 1e-12);
        else Assert.True(expected == 0 && module == "graph_tool", name);
    }

    // Some write a few digits less, some a few more.
    private static double Rounded(double value) => double.IsNaN(value) ? value : double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
