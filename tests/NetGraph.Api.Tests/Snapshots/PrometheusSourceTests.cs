using System.Globalization;
using System.Text.Json;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Api.Tests.Snapshots;

public sealed class PrometheusSourceTests
{
    [Fact]
    public async Task Puts_the_mesh_together_from_all_metrics()
    {
        await using var prometheus = await FilledAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        var graph = await api.GetJsonAsync("graph.json");

        Assert.Equal(["a", "b", "c"], graph.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString()));
        Assert.Equal("z1", graph.GetProperty("nodes")[0].GetProperty("zone").GetString());
        Assert.False(graph.GetProperty("nodes")[2].TryGetProperty("zone", out _));
        var up = Link(graph, "a", "b");
        Assert.Equal("up", up.GetProperty("state").GetString());
        Assert.Equal("host_limited", up.GetProperty("quality").GetString());
        Assert.Equal(940.5e6, up.GetProperty("throughputBitsPerSecond").GetDouble());
        Assert.Equal(0.0005, up.GetProperty("rttSeconds").GetDouble());
        Assert.Equal(0.25, up.GetProperty("lossRatio").GetDouble());
        Assert.Equal(7, up.GetProperty("retransmits").GetDouble());
        Assert.InRange(up.GetProperty("ageSeconds").GetDouble(), 0, double.MaxValue);
    }

    [Fact]
    public async Task A_failed_link_shows_nothing_of_an_older_test()
    {
        await using var prometheus = await FilledAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        var down = Link(await api.GetJsonAsync("graph.json"), "b", "a");

        Assert.Equal("down", down.GetProperty("state").GetString());
        Assert.False(down.TryGetProperty("throughputBitsPerSecond", out _));
        Assert.False(down.TryGetProperty("retransmits", out _));
        Assert.Equal("ok", down.GetProperty("quality").GetString());
    }

    [Fact]
    public async Task What_a_silent_agent_said_last_is_unknown_and_what_others_say_of_its_node_stays()
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        foreach (var (source, destination) in (ReadOnlySpan<(string, string)>)[("a", "b"), ("b", "a")])
        {
            prometheus.Add(Metrics.IperfBandwidth.Name, "940", ("source_node", source), ("destination_node", destination));
            prometheus.Add(Metrics.IperfSuccess.Name, source == "a" ? "1" : "0", ("source_node", source), ("destination_node", destination));
        }

        prometheus.Add(Metrics.AgentTests.Name, "3", ("source_node", "b"));
        await using var api = await TestApi.StartAsync(prometheus);
        var graph = await api.GetJsonAsync("graph.json");

        Assert.Equal("unknown", Link(graph, "a", "b").GetProperty("state").GetString());
        Assert.False(Link(graph, "a", "b").TryGetProperty("throughputBitsPerSecond", out _));
        Assert.Equal("down", Link(graph, "b", "a").GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_node_that_left_is_not_shown_while_the_collector_tells_which_there_are()
    {
        await using var prometheus = await FilledAsync();
        prometheus.Add(Metrics.IperfBandwidth.Name, "5", ("source_node", "a"), ("destination_node", "gone"));
        await using var api = await TestApi.StartAsync(prometheus);

        Assert.DoesNotContain("gone", await api.GetAsync("graph.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_measured_nodes_are_shown_while_the_collector_is_away()
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        prometheus.Add(Metrics.IperfBandwidth.Name, "5", ("source_node", "a"), ("destination_node", "b"));
        await using var api = await TestApi.StartAsync(prometheus);
        var graph = await api.GetJsonAsync("graph.json");

        Assert.Equal(2, graph.GetProperty("nodes").GetArrayLength());
        Assert.Equal("unknown", Link(graph, "a", "b").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Nodes_keep_their_last_known_places_while_the_collector_is_away()
    {
        await using var prometheus = await FilledAsync();
        prometheus.Add(Metrics.NodeInfo.Name, "1", ("node", "left-long-ago"));
        prometheus.Instead = async (context, query) =>
        {
            if (query.Expression != Metrics.NodeInfo.Name) return false;
            await FakeAgent.JsonAsync(context, 200, """{"status":"success","data":{"resultType":"vector","result":[]}}""");
            return true;
        };
        await using var api = await TestApi.StartAsync(prometheus);
        var nodes = (await api.GetJsonAsync("graph.json")).GetProperty("nodes").EnumerateArray().ToList();

        Assert.Equal(["a", "b"], nodes.Select(node => node.GetProperty("name").GetString()));
        Assert.All(nodes, node => Assert.Equal("z1", node.GetProperty("zone").GetString()));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("+Inf")]
    [InlineData("-Inf")]
    [InlineData("-5")]
    public async Task A_value_that_cannot_be_is_as_good_as_none(string value)
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        prometheus.Add(Metrics.IperfBandwidth.Name, value, ("source_node", "a"), ("destination_node", "b"));
        prometheus.Add(Metrics.IperfSuccess.Name, "1", ("source_node", "a"), ("destination_node", "b"));
        await using var api = await TestApi.StartAsync(prometheus);

        Assert.False(Link(await api.GetJsonAsync("graph.json"), "a", "b").TryGetProperty("throughputBitsPerSecond", out _));
        await api.GetAsync("graph.svg?source=a&destination=b");
    }

    [Fact]
    public async Task Series_without_both_ends_and_loops_are_passed_over()
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        prometheus.Add(Metrics.IperfBandwidth.Name, "5", ("source_node", "a"));
        prometheus.Add(Metrics.IperfBandwidth.Name, "5", ("source_node", "b"), ("destination_node", "b"));
        prometheus.Add(Metrics.NodeInfo.Name, "1", ("zone", "z"));
        await using var api = await TestApi.StartAsync(prometheus);

        Assert.Equal(0, (await api.GetJsonAsync("graph.json")).GetProperty("links").GetArrayLength());
    }

    [Theory]
    [InlineData("", "[900s]", null)]
    [InlineData("?window=1h", "[3600s]", null)]
    [InlineData("?window=1h30m&at=1700000000", "[5400s]", "1700000000")]
    [InlineData("?at=1700000000500", "[900s]", "1700000000.5")]
    [InlineData("?at=2023-11-14T22:13:20Z", "[900s]", "1700000000")]
    [InlineData("?at=2023-11-14T23:13:20%2B01:00", "[900s]", "1700000000")]
    public async Task Window_and_time_reach_every_query(string parameters, string range, string? time)
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        await api.GetAsync("graph.json" + parameters);

        Assert.Contains(prometheus.Queries, query => query.Expression.Contains(Metrics.IperfBandwidth.Name, StringComparison.Ordinal) && query.Expression.Contains(range, StringComparison.Ordinal));
        Assert.All(prometheus.Queries, query => Assert.Equal(time, query.Time));
    }

    [Fact]
    public async Task A_long_cycle_widens_the_window()
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        prometheus.Add(Metrics.CollectorCycleInterval.Name, "3600");
        await using var api = await TestApi.StartAsync(prometheus);
        await api.GetAsync("graph.json");

        Assert.Contains(prometheus.Queries, query => query.Expression.Contains("[7200s]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("localhost:9090")]
    [InlineData("ftp://localhost")]
    [InlineData("")]
    public void A_bad_address_is_told_in_a_sentence(string address) =>
        Assert.Equal(
            $"'{address}' is not an address of Prometheus: give one such as http://localhost:9090 with --prometheus.",
            Assert.Throws<StartupException>(() => ApiHost.ReadFromPrometheus(address, TimeSpan.FromSeconds(1))).Message);

    internal static async Task<FakePrometheus> FilledAsync()
    {
        var prometheus = await FakePrometheus.StartAsync();
        (string, string)[] good = [("source_node", "a"), ("destination_node", "b")], bad = [("source_node", "b"), ("destination_node", "a")];
        prometheus.Add(Metrics.NodeInfo.Name, "1", ("node", "b"), ("zone", "z1"));
        prometheus.Add(Metrics.NodeInfo.Name, "1", ("node", "a"), ("zone", "z1"), ("rack", "r1"));
        prometheus.Add(Metrics.NodeInfo.Name, "1", ("node", "c"));
        prometheus.Add(Metrics.IperfBandwidth.Name, "940.5", good);
        prometheus.Add(Metrics.IperfBandwidth.Name, "800", bad);
        prometheus.Add(Metrics.IperfSuccess.Name, "1", good);
        prometheus.Add(Metrics.IperfSuccess.Name, "0", bad);
        prometheus.Add(Metrics.Retransmits.Name, "7", good);
        prometheus.Add(Metrics.Retransmits.Name, "9", bad);
        prometheus.Add(Metrics.Quality.Name, "1", good);
        prometheus.Add(Metrics.Quality.Name, "1", bad);
        prometheus.Add(Metrics.LastSuccess.Name, DateTimeOffset.UtcNow.AddSeconds(-60).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), good);
        prometheus.Add(Metrics.ProbeRoundTripTime.Name, "0.0005", good);
        prometheus.Add(Metrics.ProbesReceived.Name, "0.25", good);
        return prometheus;
    }

    private static JsonElement Link(JsonElement graph, string source, string destination) =>
        graph.GetProperty("links").EnumerateArray().Single(link => link.GetProperty("source").GetString() == source && link.GetProperty("destination").GetString() == destination);
}
