using System.Text.Json;
using NetGraph.Measurements;

namespace NetGraph.Api.Tests.Rendering;

public sealed class GraphViewTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_767_225_600);

    [Theory]
    [InlineData("", 870)]
    [InlineData("?view=graph", 870)]
    [InlineData("?view=skeleton", 58)]
    [InlineData("?view=groups", 6)]
    [InlineData("?view=groups&group=rack", 20)]
    public async Task Data_is_the_whole_graph_unless_a_view_is_asked_for(string query, int links)
    {
        await using var api = await TestApi.StartAsync(new FakeSource(Mesh(30)));
        var json = await api.GetJsonAsync("graph.json" + query);
        Assert.Equal(links, json.GetProperty("links").GetArrayLength());
        Assert.Equal(links + 1, (await api.GetAsync("graph.csv" + query)).Count(c => c == '\n'));
        Assert.Equal(links, TestApi.ParseXml(await api.GetAsync("graph.graphml" + query)).Descendants().Count(element => element.Name.LocalName == "edge"));
        Assert.Equal(links, (await api.GetAsync("graph.dot" + query)).Split('\n').Count(line => line.Contains(" -> ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pictures_show_the_usual_view_of_their_size()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(query => Task.FromResult(Mesh(query.Protocol == "tcp" ? 12 : query.Window is null ? 30 : 210))));

        Assert.DoesNotContain(" drawn", await api.GetAsync("graph.svg"), StringComparison.Ordinal);
        Assert.Contains("; 58 drawn", await api.GetAsync("graph.svg?protocol=udp"), StringComparison.Ordinal);
        Assert.Contains("3 zones of 210 nodes, 6 of 6 directions between them measured", await api.GetAsync("graph.svg?protocol=udp&window=1h"), StringComparison.Ordinal);
        Assert.Contains("3 zones of 30 nodes", await api.GetAsync("matrix.svg?protocol=udp&view=groups"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_reads_the_earlier_mesh_and_colours_by_change()
    {
        var asked = new List<DateTimeOffset?>();
        await using var api = await TestApi.StartAsync(new FakeSource(query =>
        {
            lock (asked) asked.Add(query.At);
            return Task.FromResult(query.At == Now ? Mesh(12) : Mesh(12, slow: "n03"));
        }));

        var picture = await api.GetAsync("graph.svg?compare=1h30m&at=1767225600");

        Assert.Equal([Now - TimeSpan.FromMinutes(90), Now], asked.Order());
        Assert.Contains("n03 → n04: 100 Mbit/s before, 1.00 Gbit/s now: 10.0 times better", picture, StringComparison.Ordinal);
        Assert.Contains("n04 → n05: 1.00 Gbit/s, not changed", picture, StringComparison.Ordinal);
        Assert.Contains("n03 → n04: 100 Mbit/s before", await api.GetAsync("matrix.svg?compare=1h30m&at=1767225600"), StringComparison.Ordinal);
        asked.Clear();
        await api.GetAsync("graph.svg?compare=24h");
        Assert.Contains(null, asked);
        Assert.Equal(0, asked.OfType<DateTimeOffset>().Single().Ticks % TimeSpan.TicksPerMinute);
    }

    [Fact]
    public async Task The_direct_link_is_the_widest_path_unless_a_detour_is_clearly_wider()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c d", "a>b:1e9 a>c:1.09e9 c>b:1.09e9 a>d:1e9 d>c:1.2e9")));

        Assert.Equal("a b", await Nodes("a", "b"));
        Assert.Equal("a c", await Nodes("a", "c"));
        await using var clearly = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c", "a>b:1e9 a>c:1.2e9 c>b:1.11e9")));
        Assert.Contains("Widest path: a → c → b, 1.11 Gbit/s at its bottleneck c → b", await clearly.GetAsync("graph.svg?source=a&destination=b"), StringComparison.Ordinal);

        async Task<string> Nodes(string source, string destination) =>
            string.Join(' ', (await api.GetJsonAsync($"api/v1/paths/widest?source={source}&destination={destination}")).GetProperty("nodes").EnumerateArray().Select((JsonElement node) => node.GetString()));
    }

    [Fact]
    public async Task Among_groups_the_path_leads_from_group_to_group()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(Mesh(12)));

        Assert.Contains("Widest path: z0 → z2, 1.00 Gbit/s", await api.GetAsync("graph.svg?view=groups&source=n00&destination=n11"), StringComparison.Ordinal);
        Assert.DoesNotContain("Widest path", await api.GetAsync("graph.svg?view=groups&source=n00&destination=n01"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_judged_by_the_mesh_itself()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(Mesh(12, slow: "n03")));

        Assert.Contains("label=\"10.0 %\"", (await api.GetAsync("graph.dot?metric=health")).Split('\n').First(line => line.Contains("\"n03\" ->", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("Health between nodes", await api.GetAsync("graph.svg?metric=health"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unchanged_mesh_is_drawn_once()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(Mesh(30)), freshSeconds: 1000);
        using var first = await api.Http.GetAsync(new Uri("graph.svg", UriKind.Relative));
        using var second = await api.Http.GetAsync(new Uri("graph.svg", UriKind.Relative));

        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.NotEqual(await api.GetAsync("graph.svg?theme=dark"), await api.GetAsync("graph.svg?theme=light"));
    }

    // Zones of equal size, two racks a zone (but for three nodes).
    private static Mesh Mesh(int count, string? slow = null)
    {
        var links = from a in Enumerable.Range(0, count)
                    from b in Enumerable.Range(0, count)
                    where a != b
                    select new LinkMeasurement(a, b) { ThroughputBitsPerSecond = $"n{a:00}" == slow ? 1e8 : 1e9, State = LinkState.Up };
        return new Mesh([.. Enumerable.Range(0, count).Select(i => new MeshNode($"n{i:00}") { Zone = $"z{i * 3 / count}", Rack = $"r{i * 5 / count}" })], [.. links], Now);
    }
}
