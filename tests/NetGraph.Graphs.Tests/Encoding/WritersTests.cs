using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class WritersTests
{
    private static readonly string[] Hostile =
    [
        "\"", "'", "<script>alert(1)</script>", "&amp;", "&", "]]>", "-->", "\n", "\r\n", "\t", "\0", "\u0001", "\u001f", "\u007f", "\u0085", "\u2028", "\\", "\\\"", "\\n", "\\N",
        "\ud800", "\udfff", "\ufffe", "\uffff", "\ufffd", "\ufffd01", "😀", "\u202emirrored", "שלום", "a,b", ";", "{", "}", "{0}", "|", "e:a|b", "%7C", "%25", " ", "x=y", "=1+1", "node:port", "1e3", "٣",
        new('n', 253),
    ];

    /// <summary>Names of one to four hostile pieces; the backslash is last often enough.</summary>
    internal static Arbitrary<string[]> Names { get; } =
        Gen.Elements(Hostile).NonEmptyListOf().Select(pieces => string.Concat(pieces.Take(4))).Select(name => name.Length > 253 ? name[..253] : name)
            .ArrayOf().Select(names => names.Distinct().Take(6).ToArray()).ToArbitrary();

    public static TheoryData<string> Files => [.. Meshes.Writers.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Writes_a_small_mesh_as_approved(string file) =>
        Approved.Matches(file, FromUtf8(Meshes.Writers[file](Meshes.Small())));

    [Theory]
    [MemberData(nameof(Files))]
    public void Gives_the_same_bytes_whatever_the_order_of_nodes_and_links(string file)
    {
        var expected = Meshes.Writers[file](Meshes.Small());

        for (var seed = 0; seed < 20; seed++) Assert.Equal(expected, Meshes.Writers[file](Meshes.Small(seed)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Gives_the_same_bytes_in_every_culture(string file)
    {
        var expected = Meshes.Writers[file](Meshes.Small());
        var before = CultureInfo.CurrentCulture;
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (strange.NumberFormat.NumberDecimalSeparator, strange.NumberFormat.NegativeSign) = (",", "~");
        (strange.DateTimeFormat.TimeSeparator, strange.DateTimeFormat.DateSeparator) = (".", "/");
        try
        {
            CultureInfo.CurrentCulture = strange;
            Assert.Equal(FromUtf8(expected), FromUtf8(Meshes.Writers[file](Meshes.Small())));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Writes_an_empty_mesh(string file) => Assert.NotEmpty(Meshes.Writers[file](new Mesh([], [], default)));

    [Fact]
    public void Xml_with_hostile_names_is_well_formed_and_holds_no_script() => Prop.ForAll(Names, names =>
    {
        var mesh = Mesh(names);
        foreach (var file in Meshes.Writers.Keys.Where(file => file.EndsWith("svg", StringComparison.Ordinal) || file.EndsWith("ml", StringComparison.Ordinal)))
        {
            var document = Parse(Meshes.Writers[file](mesh));
            if (document.Descendants().Any(element => element.Name.LocalName is "script" or "foreignObject" or "a" || element.Attributes().Any(attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)))) return false;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void GraphML_keeps_hostile_names_and_link_ids_apart() => Prop.ForAll(Names, names =>
    {
        var graph = Parse(Meshes.Writers["small.graphml"](Mesh(names)));
        var nodes = Elements(graph, "node").Select(node => (string)node.Attribute("id")!).ToHashSet();
        var edges = Elements(graph, "edge").ToList();
        return nodes.Count == names.Length
            && edges.Select(edge => (string)edge.Attribute("id")!).Distinct().Count() == edges.Count
            && edges.All(edge => nodes.Contains((string)edge.Attribute("source")!) && nodes.Contains((string)edge.Attribute("target")!));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Names_that_differ_only_in_what_cannot_be_written_stay_two()
    {
        // Not as theory data: metadata cannot hold lone surrogates.
        string[] names = ["a", "a\u0001", "a\u0002", "a\n", "a\r", "a\ufffd", "a\ufffd01", "a\ud800", "a\ud801", "a\ufffdd800", "a\ufffe", "a\uffff", "a\u007f"];

        Assert.Equal(names.Length, names.Select(SafeText.Printable).Distinct().Count());
        Assert.Equal(names.Length, names.Select(SafeText.Dot).Distinct().Count());
        Assert.Equal(names.Length, names.Select(SafeText.Xml).Distinct().Count());
    }

    [Fact]
    public void GraphML_declares_types_before_the_graph_and_leaves_out_what_was_not_measured()
    {
        var root = Parse(Meshes.Writers["small.graphml"](Meshes.Small())).Root!;
        var keys = Elements(root, "key").ToDictionary(key => (string)key.Attribute("id")!);

        Assert.Equal("graph", root.Elements().Last().Name.LocalName);
        Assert.Equal("directed", (string?)root.Elements().Last().Attribute("edgedefault"));
        Assert.All(keys.Values, key => Assert.Contains((string)key.Attribute("for")!, new[] { "node", "edge" }));
        Assert.All(Elements(root, "data"), data =>
        {
            var key = keys[(string)data.Attribute("key")!];
            Assert.Equal(data.Parent!.Name.LocalName, (string)key.Attribute("for")!);
            if ((string)key.Attribute("attr.type")! != "double") return;
            Assert.True(double.IsFinite(double.Parse(data.Value, CultureInfo.InvariantCulture)), data.Value);
        });
        var failed = Elements(root, "edge").Single(edge => (string)edge.Attribute("id")! == "e:node-1|node-2");
        Assert.Equal(["e_weight", "e_loss_ratio", "e_quality", "e_state"], failed.Elements().Select(data => (string)data.Attribute("key")!));
        var unknown = Elements(root, "edge").Single(edge => (string)edge.Attribute("id")! == "e:node-2|node-1");
        Assert.Equal(["e_quality", "e_state"], unknown.Elements().Select(data => (string)data.Attribute("key")!));
    }

    [Fact]
    public async Task Graphviz_accepts_hostile_names()
    {
        Assert.SkipUnless(Command.Exists("dot"), "Graphviz' dot, which judges DOT, is not installed.");
        string[] names = [.. Hostile, .. Hostile.Select(piece => "end" + piece + "\\")];
        var folder = Directory.CreateTempSubdirectory("netgraph-dot-");
        try
        {
            var file = Path.Combine(folder.FullName, "hostile.dot");
            await File.WriteAllBytesAsync(file, Meshes.Writers["small.dot"](Mesh(names, neighbours: 2)));
            var outcome = await Command.RunAsync("dot", ["-Tplain", file]);

            Assert.True(outcome.ExitCode == 0, outcome.Error);
            Assert.DoesNotContain("syntax", outcome.Error, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(names.Length, outcome.Output.Split('\n').Count(line => line.StartsWith("node ", StringComparison.Ordinal)));
            await File.WriteAllBytesAsync(file, Meshes.Writers["small.dot"](Meshes.Small()));
            var picture = await Command.RunAsync("dot", ["-Tsvg", file]);
            Assert.Equal("", picture.Error);
            Assert.Contains("<svg", picture.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Csv_fields_read_back() => Prop.ForAll(Names, names =>
    {
        var mesh = Mesh(names);
        var rows = ReadCsv(CsvOf(mesh));
        return rows.Count == mesh.Links.Length + 1
            && rows.All(row => row.Count == rows[0].Count)
            && rows.Skip(1).Zip(mesh.Links).All(pair =>
                pair.First[0] == mesh.Nodes[pair.Second.Source].Name && pair.First[1] == mesh.Nodes[pair.Second.Destination].Name && pair.First[^1] == mesh.Nodes[pair.Second.Destination].Zone);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Json_reads_back_and_has_no_member_for_what_was_not_measured() => Prop.ForAll(Names, names =>
    {
        var mesh = Mesh(names);
        using var document = JsonDocument.Parse(Meshes.Writers["small.json"](mesh));
        var read = document.RootElement.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString());
        // What is no text has no form in UTF-8 either.
        var written = mesh.Nodes.Select(node => FromUtf8(System.Text.Encoding.UTF8.GetBytes(node.Name)));
        return read.SequenceEqual(written) && document.RootElement.GetProperty("links").EnumerateArray().All(link => !link.TryGetProperty("rttSeconds", out _) && link.TryGetProperty("throughputBitsPerSecond", out _));
    }).QuickCheckThrowOnFailure();

    private static string FromUtf8(byte[] utf8) => System.Text.Encoding.UTF8.GetString(utf8);

    private static string CsvOf(Mesh mesh)
    {
        using var text = new StringWriter();
        CsvWriter.Write(mesh, GroupKey.Zone, text);
        return text.ToString();
    }

    private static Mesh Mesh(string[] names, int neighbours = int.MaxValue)
    {
        var links =
            from a in Enumerable.Range(0, names.Length)
            from b in Enumerable.Range(0, names.Length)
            where a != b && Math.Abs(a - b) <= neighbours
            select new LinkMeasurement(a, b) { ThroughputBitsPerSecond = 1e6 * (1 + a + b), State = LinkState.Up };
        return new Mesh([.. names.Select(name => new MeshNode(name) { Zone = name, Rack = name })], [.. links], default);
    }

    private static IEnumerable<XElement> Elements(XContainer within, string name) => within.Descendants().Where(element => element.Name.LocalName == name);

    private static XDocument Parse(byte[] xml)
    {
        using var reader = XmlReader.Create(new MemoryStream(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, CheckCharacters = true });
        return XDocument.Load(reader);
    }

    /// <summary>A plain reader of RFC 4180.</summary>
    private static List<List<string>> ReadCsv(string text)
    {
        var rows = new List<List<string>> { new() };
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[++i]);
            else if (c == '"') isQuoted = !isQuoted;
            else if (isQuoted || (c != ',' && c != '\n')) field.Append(c);
            else
            {
                rows[^1].Add(field.ToString());
                field.Clear();
                if (c == '\n') rows.Add([]);
            }
        }

        Assert.Empty(rows[^1]);
        rows.RemoveAt(rows.Count - 1);
        return rows;
    }
}
