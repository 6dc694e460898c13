using NetGraph.Measurements;

namespace NetGraph.Api.Tests.Rendering;

public sealed class GraphParametersTests : IAsyncLifetime
{
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b ab", "a>b:1e9 b>a:1e9")));

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("metric=speed", "metric", "bandwidth, rtt, loss, jitter, delay, retransmits, health")]
    [InlineData("metric=", "metric", "bandwidth, rtt")]
    [InlineData("view=tree", "view", "graph, skeleton, groups")]
    [InlineData("at=yesterday", "at", "RFC 3339")]
    [InlineData("at=-5", "at", "RFC 3339")]
    [InlineData("at=NaN", "at", "RFC 3339")]
    [InlineData("at=1e15", "at", "RFC 3339")]
    [InlineData("at=12:00", "at", "RFC 3339")]
    [InlineData("at=2026-01-31", "at", "RFC 3339")]
    [InlineData("at=2026-01-31T12:00:00+01:00", "at", "RFC 3339")]
    [InlineData("at=2026-02-31T12:00:00Z", "at", "RFC 3339")]
    [InlineData("window=long", "window", "1s to 366d")]
    [InlineData("window=", "window", "1s to 366d")]
    [InlineData("window=0s", "window", "1s to 366d")]
    [InlineData("window=367d", "window", "1s to 366d")]
    [InlineData("window=99999999999999999999999999s", "window", "1s to 366d")]
    [InlineData("window=%D9%A1%D9%A5m", "window", "1s to 366d")]
    [InlineData("window=15m%0A", "window", "1s to 366d")]
    [InlineData("stat=median", "stat", "last, mean, min, max, p05, p50, p95")]
    [InlineData("compare=yesterday", "compare", "1s to 366d")]
    [InlineData("compare=0s", "compare", "1s to 366d")]
    [InlineData("protocol=sctp", "protocol", "tcp, udp")]
    [InlineData("node=(", "node", "regular expression")]
    [InlineData("node=a)|(?:b", "node", "regular expression")]
    [InlineData("node=(a)%5C1", "node", "regular expression")]
    [InlineData("node=(?%3D.*a)b", "node", "regular expression")]
    [InlineData("group=row", "group", "zone, rack, region, none")]
    [InlineData("layout=spring", "layout", "groups, dot, neato, fdp, sfdp, circo")]
    [InlineData("theme=blue", "theme", "auto, light, dark")]
    [InlineData("width=199", "width", "200 to 8000")]
    [InlineData("width=8001", "width", "200 to 8000")]
    [InlineData("height=tall", "height", "200 to 8000")]
    [InlineData("height=%2B400", "height", "200 to 8000")]
    [InlineData("limit=0", "limit", "1 to 1000")]
    [InlineData("limit=1001", "limit", "1 to 1000")]
    [InlineData("from=yesterday", "from", "RFC 3339")]
    [InlineData("to=12:00", "to", "RFC 3339")]
    [InlineData("step=0s", "step", "1s to 366d")]
    [InlineData("source=a", "destination", "give both")]
    [InlineData("destination=a", "source", "give both")]
    [InlineData("metric=rtt&metric=loss", "metric", "2 times")]
    [InlineData("colour=red", "colour", "allowed are metric, view,")]
    [InlineData("Metric=rtt", "Metric", "allowed are metric, view,")]
    public async Task A_bad_value_is_refused_with_the_parameter_and_what_is_allowed(string query, string parameter, string allowed)
    {
        foreach (var path in (string[])["graph.svg", "matrix.svg", "graph.dot", "graph.graphml", "graph.json", "graph.csv", "api/v1/graph", "api/v1/nodes", "api/v1/bottlenecks", "api/v1/history"])
        {
            var problem = await _api.GetProblemAsync($"{path}?{query}", 400);
            Assert.Equal(parameter, problem.Parameter);
            Assert.Contains(allowed, problem.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("metric=rtt&view=skeleton&stat=p95&protocol=udp&group=none&layout=groups&theme=dark&width=200&height=8000&limit=1000&window=1w2d3h4m5s&at=0")]
    [InlineData("window=300")]
    [InlineData("at=2026-01-31T12:00:00.123456789Z")]
    [InlineData("source=a&destination=b")]
    [InlineData("metric=health&compare=1h")]
    [InlineData("view=groups&compare=24h&group=rack")]
    public async Task Good_values_are_taken(string query) => await _api.GetAsync("graph.svg?" + query);

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a.*", "a ab")]
    [InlineData("a|b", "a b")]
    [InlineData("x", "")]
    public async Task The_node_filter_is_anchored(string pattern, string expected)
    {
        var nodes = await _api.GetJsonAsync("api/v1/nodes?node=" + Uri.EscapeDataString(pattern));
        Assert.Equal(expected, string.Join(' ', nodes.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString())));
    }

    [Theory]
    [InlineData("graph.svg?source=a&destination=zz")]
    [InlineData("graph.json?source=zz&destination=b")]
    [InlineData("graph.json?source=a&destination=b&node=a")]
    public async Task An_unknown_node_is_not_found(string path) =>
        Assert.Contains("/api/v1/nodes lists them", (await _api.GetProblemAsync(path, 404)).Detail, StringComparison.Ordinal);

    [Fact]
    public async Task Hostile_values_are_never_reflected_as_markup()
    {
        var hostile = Uri.EscapeDataString("\"'><script>alert(1)</script>");
        string[] parameters = ["metric", "view", "at", "window", "stat", "protocol", "node", "group", "source", "destination", "layout", "theme", "width", "height", "limit", "compare", hostile];
        foreach (var query in parameters.Select(name => $"{name}={hostile}").Append($"source={hostile}&destination={hostile}"))
        {
            using var response = await _api.Http.GetAsync(new Uri("graph.svg?" + query, UriKind.Relative));
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            if (response.IsSuccessStatusCode) Assert.DoesNotContain("<script", await response.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
            else Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task Hostile_node_names_are_escaped_in_the_picture_of_their_path()
    {
        const string Name = "<script>alert(1)</script>";
        var mesh = new Mesh(
            [new MeshNode(Name) { Zone = Name }, new MeshNode("]]>&")],
            [new LinkMeasurement(0, 1) { ThroughputBitsPerSecond = 1, State = LinkState.Up }],
            DateTimeOffset.UnixEpoch);
        await using var api = await TestApi.StartAsync(new FakeSource(mesh));
        foreach (var path in (string[])["graph.svg", "matrix.svg"])
        {
            var picture = await api.GetAsync($"{path}?source={Uri.EscapeDataString(Name)}&destination={Uri.EscapeDataString("]]>&")}");
            Assert.DoesNotContain(TestApi.ParseXml(picture).Descendants(), element => element.Name.LocalName == "script");
            Assert.Contains("&lt;script&gt;", picture, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_source_without_history_cannot_show_the_past()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b"), hasHistory: false));

        Assert.Contains("--prometheus", (await api.GetProblemAsync("graph.svg?at=1700000000", 501)).Detail, StringComparison.Ordinal);
        await api.GetProblemAsync("graph.json?stat=p95", 501);
        Assert.Contains("'compare'", (await api.GetProblemAsync("graph.svg?compare=24h", 501)).Detail, StringComparison.Ordinal);
        await api.GetAsync("graph.json?stat=last");
    }
}
