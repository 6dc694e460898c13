using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class JsonReaderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_767_225_600);

    [Fact]
    public void Members_come_in_any_order_and_unknown_ones_are_skipped()
    {
        var mesh = Read("""
            { "links": [ { "ageSeconds": 60, "destination": "b", "source": "a", "throughputBitsPerSecond": 1e9, "rttSeconds": null, "more": { "x": [1] } } ],
              "nodes": [ { "group": "east", "name": "a", "x": 1 }, { "name": "b", "rack": "r1", "group": "r1" } ], "version": 2, "measuredAt": "2026-01-01T01:00:00+01:00" }
            """);

        Assert.Equal([new MeshNode("a") { Zone = "east" }, new MeshNode("b") { Rack = "r1" }], mesh.Nodes);
        Assert.Equal(new LinkMeasurement(0, 1) { ThroughputBitsPerSecond = 1e9, LastSuccessUnixSeconds = Now.ToUnixTimeSeconds() - 60, State = LinkState.Up }, mesh.Links.Single());
        Assert.Equal(Now, mesh.MeasuredAt);
    }

    [Fact]
    public void Without_a_list_of_nodes_those_of_the_links_are_taken()
    {
        var mesh = Read("""{"links":[{"source":"b","destination":"a","throughputBitsPerSecond":0}]}""");

        Assert.Equal(["a", "b"], mesh.Nodes.Select(node => node.Name));
        Assert.Equal(LinkState.Down, mesh.Links.Single().State);
        Assert.Equal(DateTimeOffset.UnixEpoch, mesh.MeasuredAt);
    }

    [Theory]
    [InlineData("", "Line 1: this is not JSON at byte 1 of the line: get the file again, as from /graph.json.")]
    [InlineData("{\n\"links\": [}", "Line 2: this is not JSON at byte 11 of the line: get the file again, as from /graph.json.")]
    [InlineData("{\"links\":[]} x", "Line 1: this is not JSON at byte 14 of the line: get the file again, as from /graph.json.")]
    [InlineData("[]", "Line 1: a mesh must be an object with 'nodes' and 'links', as from /graph.json.")]
    [InlineData("{\"nodes\":[]}", "Line 1: this JSON has no 'links': give a mesh as from /graph.json.")]
    [InlineData("{\"links\":7}", "Line 1, links: this must be an array.")]
    [InlineData("{\"links\":[7]}", "Line 1, links[0]: this must be an object.")]
    [InlineData("{\"measuredAt\":\"now\"}", "Line 1, measuredAt: this must be a time such as 2026-01-31T12:00:00Z.")]
    [InlineData("{\"links\":[{\"source\":1}]}", "Line 1, links[0].source: this must be a text in quotes.")]
    [InlineData("{\"nodes\":[{\"name\":\"\\ud800\"}]}", "Line 1, nodes[0].name: this is not text in UTF-8.")]
    [InlineData("{\"nodes\":[{}]}", "Line 1, node: a node needs a name: it must not be empty.")]
    [InlineData("{\"nodes\":[{\"name\":\"a\"},\n{\"name\":\"a\"}]}", "Line 2: the node 'a' is listed twice: give it once.")]
    [InlineData("{\"links\":[{\"source\":\"a\"}]}", "Line 1, links[0].destination: a node needs a name: it must not be empty.")]
    [InlineData("{\"nodes\":[],\n\"links\":[{\"source\":\"a\",\"destination\":\"b\"}]}", "Line 2: a link names 'a', which is not among the nodes: list it there.")]
    [InlineData("{\"links\":[{\"lossRatio\":2}]}", "Line 1, links[0].lossRatio: this must be a number from 0 to 1, such as 0.02 for two per cent, or left out when it was not measured.")]
    [InlineData("{\"links\":[\n{\"rttSeconds\":\"1\"}]}", "Line 2, links[0].rttSeconds: this must be a number of seconds, zero or more, such as 0.00025, or left out when it was not measured.")]
    [InlineData("{\"links\":[{\"throughputBitsPerSecond\":1e999}]}", "Line 1, links[0].throughputBitsPerSecond: this must be a number of bits per second, zero or more, such as 9.4e8, or left out when it was not measured.")]
    [InlineData("{\"links\":[{\"quality\":\"good\"}]}", "Line 1, links[0].quality: 'good' is no quality: choose one of ok, host_limited, capped, interfered, clock_unsynced, or leave it out.")]
    public void What_is_wrong_is_named_with_its_place(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<MeshFormatException>(() => Read(text)).Message);

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        byte[] latin1 = [.. "{\"nodes\":[{\"name\":\"k"u8, 0xf6, .. "ln\"}]}"u8];

        Assert.Equal("Line 1, nodes[0].name: this is not text in UTF-8.", Assert.Throws<MeshFormatException>(() => JsonReader.Read(new MemoryStream(latin1), Now)).Message);
    }

    [Fact]
    public void Nesting_that_is_too_deep_is_refused() =>
        Assert.Throws<MeshFormatException>(() => Read("{\"x\":" + new string('[', 100_000)));

    private static Mesh Read(string text) => JsonReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), DateTimeOffset.UnixEpoch);
}
