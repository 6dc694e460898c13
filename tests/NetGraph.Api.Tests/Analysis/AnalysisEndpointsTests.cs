using System.Text.Json;

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

    private static string Ends(JsonElement link) => $"{link.GetProperty("source").GetString()}>{link.GetProperty("destination").GetString()}";
}
