using System.Text.Json;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Api.Tests.Analysis;

public sealed class AnalysisEndpointsTests
{
    private const string Path = "api/v1/paths/widest?source=a&destination=c";

    [Theory]
    [InlineData("a>c:1e8 a>b:9e8 b>c:8e8", "a b c", 8e8, 1e8, "a to c is 8 times below its best relay: the fault lies in the direct way, not in a or c.")]
    [InlineData("a>c:5e8 a>b:9e8 b>c:8e8", "a b c", 8e8, 5e8, null)]
    [InlineData("a>c:9e8 a>b:9e8 b>c:8e8", "a c", 9e8, 9e8, null)]
    [InlineData("a>c:down a>b:9e8 b>c:8e8", "a b c", 8e8, null, "a to c failed, but both are reached through others: the fault lies in the direct way, not in a or c.")]
    [InlineData("a>c:? a>b:9e8 b>c:8e8", "a b c", 8e8, null, "a to c was not measured: this is what is known of the way over others.")]
    [InlineData("a>b:9e8 b>c:8e8", "a b c", 8e8, null, "a to c was not measured: this is what is known of the way over others.")]
    [InlineData("a>c:0 a>b:9e8 b>c:8e8", "a b c", 8e8, 0.0, "a to c carried nothing, but both are reached through others: the fault lies in the direct way, not in a or c.")]
    public async Task Widest_path_names_its_bottleneck_and_a_diagnosis(string links, string nodes, double throughput, double? direct, string? diagnosis)
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c", links)));
        var path = await api.GetJsonAsync(Path);

        Assert.Equal(nodes, string.Join(' ', path.GetProperty("nodes").EnumerateArray().Select(node => node.GetString())));
        Assert.Equal(nodes.Split(' ').Length - 1, path.GetProperty("links").GetArrayLength());
        Assert.Equal(throughput, path.GetProperty("throughputBitsPerSecond").GetDouble());
        Assert.Equal(throughput, path.GetProperty("bottleneck").GetProperty("throughputBitsPerSecond").GetDouble());
        Assert.Equal(direct, path.TryGetProperty("directThroughputBitsPerSecond", out var own) ? own.GetDouble() : null);
        Assert.Equal(diagnosis, path.TryGetProperty("diagnosis", out var text) ? text.GetString() : null);
    }

    [Fact]
    public async Task The_diagnosis_does_not_clear_a_node_that_the_rest_of_the_mesh_blames()
    {
        // Its relay is nearer to the sick node than the others: what leaves it is slow everywhere, if less so to b.
        var links = SickEgress.Replace("a>b:1e8", "a>b:3e8", StringComparison.Ordinal);
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c d", links)));

        Assert.Equal("a", Assert.Single((await api.GetJsonAsync("api/v1/suspects")).GetProperty("suspects").EnumerateArray()).GetProperty("node").GetString());
        Assert.Equal("a to c is 3 times below its best relay: the rest of the mesh says that what a sends is at fault, see /api/v1/suspects.", (await api.GetJsonAsync(Path)).GetProperty("diagnosis").GetString());
    }

    [Fact]
    public async Task A_comparison_with_a_time_of_which_nothing_is_known_is_refused()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(query => Task.FromResult(FakeSource.Mesh("a b", query.At is null ? "a>b:1e9" : "a>b:?"))));

        Assert.Contains("Nothing was measured by ", (await api.GetProblemAsync("api/v1/diff?compare=24h", 404)).Detail, StringComparison.Ordinal);
        await api.GetProblemAsync("graph.svg?compare=24h", 404);
    }

    [Fact]
    public async Task Widest_path_needs_two_different_nodes_and_a_way()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c", "c>a:1e9")));

        Assert.Equal("source", (await api.GetProblemAsync("api/v1/paths/widest", 400)).Parameter);
        Assert.Equal("destination", (await api.GetProblemAsync("api/v1/paths/widest?source=a", 400)).Parameter);
        Assert.Equal("destination", (await api.GetProblemAsync("api/v1/paths/widest?source=a&destination=a", 400)).Parameter);
        Assert.Contains("No measured path leads from 'a' to 'c'", (await api.GetProblemAsync(Path, 404)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bottlenecks_begin_with_failed_links_and_then_the_narrowest()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c", "a>b:3e8 a>c:1e8 b>c:down b>a:9e8 c>a:?")));
        var all = (await api.GetJsonAsync("api/v1/bottlenecks")).GetProperty("links").EnumerateArray().ToList();

        Assert.Equal(["b>c", "a>c", "a>b", "b>a"], all.Select(Ends));
        Assert.Equal("down", all[0].GetProperty("state").GetString());
        Assert.Equal(1e8, all[0].GetProperty("widestPathBitsPerSecond").GetDouble());
        Assert.Equal(1e8, all[1].GetProperty("throughputBitsPerSecond").GetDouble());
        Assert.Equal(2, (await api.GetJsonAsync("api/v1/bottlenecks?limit=2")).GetProperty("links").GetArrayLength());
    }

    [Fact]
    public async Task Nodes_are_listed_without_links()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("b a", "a>b:1")));
        var nodes = await api.GetJsonAsync("api/v1/nodes");

        Assert.Equal(["a", "b"], nodes.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString()));
        Assert.Equal(0, nodes.GetProperty("links").GetArrayLength());
    }

    [Fact]
    public async Task Suspects_name_the_node_whose_egress_is_sick()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c d", SickEgress)));
        var suspect = Assert.Single((await api.GetJsonAsync("api/v1/suspects")).GetProperty("suspects").EnumerateArray());

        Assert.Equal("node_egress", suspect.GetProperty("kind").GetString());
        Assert.Equal("a", suspect.GetProperty("node").GetString());
        Assert.Equal(1e8, suspect.GetProperty("observedBitsPerSecond").GetDouble(), 1e5);
        Assert.Equal(1e9, suspect.GetProperty("expectedBitsPerSecond").GetDouble(), 1e6);
        Assert.Equal(3, suspect.GetProperty("pairs").GetInt32());
        Assert.InRange(suspect.GetProperty("confidence").GetDouble(), 0.5, 1);
        Assert.Equal(0, suspect.GetProperty("ambiguousWith").GetArrayLength());
    }

    [Fact]
    public async Task What_is_expected_is_no_suspect()
    {
        using var file = new MemoryStream("""{"nodes":[{"name":"a","egressBitsPerSecond":1e8}]}"""u8.ToArray());
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c d", SickEgress)), expectations: Expectations.Read(file));

        Assert.Equal(0, (await api.GetJsonAsync("api/v1/suspects")).GetProperty("suspects").GetArrayLength());
        Assert.Equal(0, (await api.GetJsonAsync("api/v1/analysis")).GetProperty("suspects").GetArrayLength());
    }

    [Fact]
    public async Task The_analysis_holds_what_the_single_answers_hold()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c d", SickEgress)));
        var all = await api.GetJsonAsync("api/v1/analysis");

        foreach (var part in new[] { "suspects", "clusters", "bottlenecks" })
            Assert.Equal((await api.GetJsonAsync($"api/v1/{part}")).GetProperty(part).GetRawText(), all.GetProperty(part).GetRawText());
        Assert.Equal(["a>b", "a>c", "a>d"], all.GetProperty("worstLinks").EnumerateArray().Take(3).Select(Ends));
    }

    [Fact]
    public async Task Clusters_are_found_without_labels_and_say_what_their_boundaries_carry()
    {
        var racks = string.Join(' ', "a b c d e f".Split(' ').SelectMany(s => "a b c d e f".Split(' ').Where(d => d != s).Select(d => $"{s}>{d}:{(s[0] < 'd' == d[0] < 'd' ? "1e9" : "3e8")}")));
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c d e f", racks)));
        var clusters = (await api.GetJsonAsync("api/v1/clusters")).GetProperty("clusters").EnumerateArray().ToList();

        Assert.Equal(["a b c", "d e f"], clusters.Select(cluster => string.Join(' ', cluster.GetProperty("nodes").EnumerateArray().Select(node => node.GetString()))));
        Assert.All(clusters, cluster => Assert.Equal(3e8, cluster.GetProperty("egressBitsPerSecond").GetDouble(), 3e6));
        Assert.All(clusters, cluster => Assert.Equal(1e9, cluster.GetProperty("insideBitsPerSecond").GetDouble(), 1e7));
    }

    [Fact]
    public async Task The_diff_names_what_changed_since_then()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(query => Task.FromResult(query.At is null ? FakeSource.Mesh("a b c", "a>b:1e8 b>a:1e9 a>c:1e9 c>a:down") : FakeSource.Mesh("a b d", "a>b:1e9 b>a:1e9"))));
        var answer = await api.GetJsonAsync("api/v1/diff?compare=24h");
        var diff = answer.GetProperty("diff");

        Assert.True(answer.TryGetProperty("comparedWithMeasuredAt", out _));
        Assert.Equal("c", Assert.Single(diff.GetProperty("appearedNodes").EnumerateArray()).GetString());
        Assert.Equal("d", Assert.Single(diff.GetProperty("vanishedNodes").EnumerateArray()).GetString());
        Assert.Equal(["a>b worse", "a>c appeared"], diff.GetProperty("links").EnumerateArray().Select(link => $"{Ends(link)} {link.GetProperty("change").GetString()}"));
        Assert.Equal("compare", (await api.GetProblemAsync("api/v1/diff", 400)).Parameter);
    }

    [Theory]
    [InlineData("a>b:3e8", 0)]
    [InlineData("a>b:1e6", 1)]
    [InlineData("a>b:0", 1)]
    public async Task A_change_within_the_pairs_own_spread_is_noise(string deviation, int changes)
    {
        var source = new FakeSource(query => Task.FromResult(FakeSource.Mesh("a b", query.At is null ? "a>b:7e8" : "a>b:1e9")), deviation: FakeSource.Mesh("a b", deviation));
        await using var api = await TestApi.StartAsync(source);

        Assert.Equal(changes, (await api.GetJsonAsync("api/v1/diff?compare=24h")).GetProperty("diff").GetProperty("links").GetArrayLength());
    }

    [Fact]
    public async Task Fastest_path_adds_up_its_hops_and_names_a_slow_direct_way()
    {
        var mesh = FakeSource.Mesh("a b c");
        LinkMeasurement Link(int source, int destination, double seconds) => new(source, destination) { RoundTripTimeSeconds = seconds };
        await using var api = await TestApi.StartAsync(new FakeSource(new Mesh(mesh.Nodes, [Link(0, 2, 0.009), Link(0, 1, 0.001), Link(1, 2, 0.002)], mesh.MeasuredAt)));
        var path = await api.GetJsonAsync("api/v1/paths/fastest?source=a&destination=c");

        Assert.Equal("a b c", string.Join(' ', path.GetProperty("nodes").EnumerateArray().Select(node => node.GetString())));
        Assert.Equal(0.003, path.GetProperty("rttSeconds").GetDouble(), 1e-9);
        Assert.Equal(0.009, path.GetProperty("directRttSeconds").GetDouble());
        Assert.Equal("a to c takes 3 times as long as over its best relay: the fault lies in the direct way, not in a or c.", path.GetProperty("diagnosis").GetString());
        await api.GetProblemAsync("api/v1/paths/fastest?source=c&destination=a", 404);
    }

    private const string SickEgress = "a>b:1e8 a>c:1e8 a>d:1e8 b>a:1e9 b>c:1e9 b>d:1e9 c>a:1e9 c>b:1e9 c>d:1e9 d>a:1e9 d>b:1e9 d>c:1e9";

    private static string Ends(JsonElement link) => $"{link.GetProperty("source").GetString()}>{link.GetProperty("destination").GetString()}";
}
