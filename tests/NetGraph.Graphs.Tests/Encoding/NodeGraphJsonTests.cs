using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class NodeGraphJsonTests
{
    [Theory]
    [InlineData(GraphView.Graph)]
    [InlineData(GraphView.Skeleton)]
    [InlineData(GraphView.Groups)]
    public void Keeps_what_the_panel_demands_whatever_the_names(GraphView view) =>
        Prop.ForAll(WritersTests.Names, names =>
        {
            if (names.Length < 2) return;
            var links = Enumerable.Range(0, names.Length).SelectMany(a => Enumerable.Range(0, names.Length).Where(b => a != b).Select(b => new LinkMeasurement(a, b)
            {
                State = (a + b) % 4 == 0 ? LinkState.Down : LinkState.Up,
                ThroughputBitsPerSecond = (a + b) % 4 == 0 ? double.NaN : 1e9 / (1 + a),
            })).ToList();
            var data = Write(new Mesh([.. names.Select((name, i) => new MeshNode(name) { Zone = i % 2 == 0 ? name : "z" })], links, default), view);
            CheckContract(data);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tells_of_each_link_and_node_what_is_known()
    {
        var data = Write(Meshes.Small(), GraphView.Graph, new PictureOptions { Suspects = [LabelTests.Suspect(new SuspectCause(SuspectKind.NodeEgress, Node: "node-1"))] });
        CheckContract(data);

        var failed = Edge(data, "node-1", "node-2");
        Assert.Equal(("failed", "failed", "down", ColorScale.DownColor), (Text(failed, "mainStat"), Text(failed, "detail__throughput"), Text(failed, "detail__state"), Text(failed, "color")));
        var doubtful = Edge(data, "node-3", "node-4");
        Assert.Equal(("942 Mbit/s", "250 us", "0 %", "host_limited", "7 4"), (Text(doubtful, "mainStat"), Text(doubtful, "secondaryStat"), Text(doubtful, "detail__loss"), Text(doubtful, "detail__quality"), Text(doubtful, "strokeDasharray")));
        Assert.Equal("unknown", Text(Edge(data, "node-2", "node-1"), "mainStat"));
        var first = data.GetProperty("nodes")[0];
        Assert.Equal(("node-1", "east", "213 Mbit/s", "1 of 3 failed"), (Text(first, "title"), Text(first, "subTitle"), Text(first, "mainStat"), Text(first, "secondaryStat")));
        Assert.StartsWith("suspect: what node-1 sends", Text(first, "detail__suspect"), StringComparison.Ordinal);
        Assert.Equal(1 / 3.0, first.GetProperty("arc__failed").GetDouble(), 9);
        Assert.Equal("no", Text(data.GetProperty("nodes")[1], "detail__suspect"));
    }

    [Fact]
    public void No_two_nodes_lie_on_each_other()
    {
        var mesh = new Mesh([.. Enumerable.Range(0, 300).Select(i => new MeshNode($"n{i}") { Zone = $"z{i % 7}" })], [], default);
        var places = Write(mesh, GraphView.Skeleton).GetProperty("nodes").EnumerateArray().Select(node => (X: node.GetProperty("fixedX").GetDouble(), Y: node.GetProperty("fixedY").GetDouble())).ToList();

        // A node of the panel has a radius of 40.
        for (var i = 0; i < places.Count; i++)
        {
            for (var j = 0; j < i; j++) Assert.True(Math.Sqrt(Math.Pow(places[i].X - places[j].X, 2) + Math.Pow(places[i].Y - places[j].Y, 2)) > 80);
        }
    }

    private static void CheckContract(JsonElement data)
    {
        var fields = WriteFields();
        foreach (var (rows, declared) in (ReadOnlySpan<(string, string)>)[("nodes", "nodes_fields"), ("edges", "edges_fields")])
        {
            var types = fields.GetProperty(declared).EnumerateArray().ToDictionary(field => field.GetProperty("field_name").GetString()!, field => field.GetProperty("type").GetString());
            Assert.All(data.GetProperty(rows).EnumerateArray(), row =>
            {
                Assert.Equal(types.Keys.Order(), row.EnumerateObject().Select(member => member.Name).Order());
                Assert.All(row.EnumerateObject(), member => Assert.Equal(types[member.Name] == "number" ? JsonValueKind.Number : JsonValueKind.String, member.Value.ValueKind));
            });
            var ids = data.GetProperty(rows).EnumerateArray().Select(row => row.GetProperty("id").GetString()).ToList();
            Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        }

        var nodes = data.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString()!).ToHashSet(StringComparer.Ordinal);
        Assert.All(data.GetProperty("edges").EnumerateArray(), edge => Assert.True(nodes.Contains(Text(edge, "source")) && nodes.Contains(Text(edge, "target"))));
        Assert.All(data.GetProperty("nodes").EnumerateArray(), node => Assert.Equal(1, node.EnumerateObject().Where(member => member.Name.StartsWith("arc__", StringComparison.Ordinal)).Sum(member => member.Value.GetDouble()), 9));
    }

    private static JsonElement Edge(JsonElement data, string source, string destination) => data.GetProperty("edges").EnumerateArray().Single(edge => Text(edge, "source") == source && Text(edge, "target") == destination);

    private static string Text(JsonElement row, string field) => row.GetProperty(field).GetString()!;

    private static JsonElement Write(Mesh mesh, GraphView view, PictureOptions? options = null)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output)) NodeGraphJson.Write(MeshView.Of(mesh, view, GraphMetric.Bandwidth, GroupKey.Zone), options ?? new PictureOptions(), json);
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }

    private static JsonElement WriteFields()
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output)) NodeGraphJson.WriteFields(json);
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }
}
