using System.Text.Json;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class MatrixJsonTests
{
    [Fact]
    public void Has_a_kind_a_colour_and_a_value_for_each_cell_row_by_row()
    {
        var matrix = Write(Meshes.Small());

        Assert.Equal(["node-1", "node-2", "node-3", "node-4"], Names(matrix));
        Assert.Equal(["east", "east", "west", "west"], matrix.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("group").GetString()));
        // node-1 to node-2 failed, node-2 to node-1 is unknown, node-3 to node-4 doubtful.
        Assert.Equal("-xmm?-mmmm-dmmm-", matrix.GetProperty("kinds").GetString());
        Assert.Equal("..00..00.0.600.0".Length, matrix.GetProperty("steps").GetString()!.Length);
        Assert.Equal("..00", matrix.GetProperty("steps").GetString()![..4]);
        Assert.Equal('6', matrix.GetProperty("steps").GetString()![11]);
        var values = matrix.GetProperty("values").EnumerateArray().ToList();
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Null, JsonValueKind.Number, JsonValueKind.Number], values.Take(4).Select(value => value.ValueKind));
        Assert.Equal(212.7e6, values[2].GetDouble());
        Assert.Equal("bit/s", matrix.GetProperty("unit").GetString());
        Assert.Equal(7, matrix.GetProperty("light").GetArrayLength());
        Assert.False(matrix.TryGetProperty("before", out _));
    }

    [Fact]
    public void Groups_stand_together_in_natural_order()
    {
        var mesh = new Mesh([new MeshNode("w10") { Zone = "b" }, new MeshNode("w9") { Zone = "b" }, new MeshNode("w1") { Zone = "b" }, new MeshNode("x") { Zone = "a" }], [], default);

        Assert.Equal(["x", "w1", "w9", "w10"], Names(Write(mesh)));
    }

    [Fact]
    public void A_comparison_has_the_values_of_before_and_what_came_and_went()
    {
        var after = Two(4e8, withNew: true);
        var before = Two(9e8, withNew: false);
        var view = MeshView.Of(after, GraphView.Graph, GraphMetric.Bandwidth, GroupKey.Zone, before);
        var matrix = Write(view.Mesh, view.Complete(new PictureOptions()));

        Assert.Equal("-mn-", matrix.GetProperty("kinds").GetString());
        Assert.Equal(9e8, matrix.GetProperty("before")[1].GetDouble());
        Assert.Equal(4e8, matrix.GetProperty("values")[1].GetDouble());
        Assert.Equal(JsonValueKind.Null, matrix.GetProperty("before")[2].ValueKind);
        // Less than the middle of the seven colours: worse.
        Assert.InRange(matrix.GetProperty("steps").GetString()![1], '0', '2');

        static Mesh Two(double rate, bool withNew) => new(
            [new MeshNode("a"), new MeshNode("b")],
            [new LinkMeasurement(0, 1) { State = LinkState.Up, ThroughputBitsPerSecond = rate }, .. withNew ? (LinkMeasurement[])[new LinkMeasurement(1, 0) { State = LinkState.Up, ThroughputBitsPerSecond = rate }] : []],
            default);
    }

    [Fact]
    public void On_the_diagonal_of_groups_stands_what_is_within()
    {
        var view = MeshView.Of(Meshes.Small(), GraphView.Groups, GraphMetric.Bandwidth, GroupKey.Zone);
        var matrix = Write(view.Mesh, view.Complete(new PictureOptions()));

        Assert.Equal("groups", matrix.GetProperty("of").GetString());
        Assert.Equal([2, 2], matrix.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("members").GetInt32()));
        Assert.Equal('m', matrix.GetProperty("kinds").GetString()![3]);
        Assert.InRange(matrix.GetProperty("values")[3].GetDouble(), 9.4e8, 9.5e8);
    }

    [Fact]
    public void A_mesh_without_nodes_has_no_cells()
    {
        var matrix = Write(new Mesh([], [], default));

        Assert.Equal("", matrix.GetProperty("kinds").GetString());
        Assert.Equal(0, matrix.GetProperty("values").GetArrayLength());
    }

    private static IEnumerable<string?> Names(JsonElement matrix) => matrix.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString());

    private static JsonElement Write(Mesh mesh, PictureOptions? options = null)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output)) MatrixJson.Write(mesh, options ?? new PictureOptions(), json);
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }
}
