using System.Globalization;
using System.Text.Json;
using NetGraph.Api.Snapshots;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Prometheus.Querying;
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

    [Theory]
    [InlineData("tcp", 0.0004, 0.0005, 0.25)]
    [InlineData("udp", 0.0004, 0.003, 0.01)]
    public async Task Loss_and_jitter_are_those_of_the_echoes_but_for_udp(string protocol, double delay, double jitter, double loss)
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        void Add(MetricFamily family, string value) => prometheus.Add(family.Name, value, ("source_node", "a"), ("destination_node", "b"));
        Add(Metrics.OneWayDelay, "0.0004");
        Add(Metrics.ProbeJitter, "0.0005");
        Add(Metrics.IperfJitter, "3");
        // The fake answers a fraction by its first metric.
        Add(Metrics.IperfLostPackets, "0.01");
        Add(Metrics.ProbesReceived, "0.25");
        await using var api = await TestApi.StartAsync(prometheus);
        var link = Link(await api.GetJsonAsync($"graph.json?protocol={protocol}"), "a", "b");

        Assert.Equal([delay, jitter, loss], new[] { "oneWayDelaySeconds", "jitterSeconds", "lossRatio" }.Select(name => link.GetProperty(name).GetDouble()));
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

    [Fact]
    public async Task Of_a_large_mesh_only_what_is_needed_is_asked_for()
    {
        await using var prometheus = await LargeAsync(nodes: 200);
        var mesh = await Source(prometheus).ReadAsync(new SnapshotQuery { Window = TimeSpan.FromMinutes(15), Detail = SnapshotDetail.ThroughputOnly }, CancellationToken.None);

        Assert.Equal(
            [Metrics.NodeInfo, Metrics.AgentTests, Metrics.IperfBandwidth, Metrics.IperfSuccess, Metrics.Quality],
            Metrics.All.Where(family => prometheus.Queries.Any(query => query.Expression.Contains(family.Name, StringComparison.Ordinal))).OrderBy(Asked));
        Assert.Equal(200, mesh.Nodes.Length);
        var links = mesh.Links.ToDictionary(link => (mesh.Nodes[link.Source].Name, mesh.Nodes[link.Destination].Name));
        Assert.Equal((LinkState.Up, 5e6, MeasurementQuality.Ok), (links[("n000", "n001")].State, links[("n000", "n001")].ThroughputBitsPerSecond, links[("n000", "n001")].Quality));
        Assert.Equal((LinkState.Down, double.NaN), (links[("n001", "n002")].State, links[("n001", "n002")].ThroughputBitsPerSecond));
        Assert.Equal((LinkState.Up, MeasurementQuality.Capped), (links[("n002", "n003")].State, links[("n002", "n003")].Quality));

        static int Asked(MetricFamily family) => Metrics.All.ToList().IndexOf(family) is var i && family.Name.StartsWith("netgraph_node", StringComparison.Ordinal) ? -2 : family == Metrics.AgentTests ? -1 : family == Metrics.Quality ? 99 : i;
    }

    [Theory]
    [InlineData(SnapshotDetail.RoundTripTime, "netgraph_probe_rtt_seconds_total")]
    [InlineData(SnapshotDetail.Loss, "netgraph_probes_sent_total")]
    [InlineData(SnapshotDetail.Retransmits, "netgraph_throughput_retransmitted_segments")]
    [InlineData(SnapshotDetail.Age, "netgraph_throughput_last_success_timestamp_seconds")]
    public async Task Each_detail_costs_its_own_query(SnapshotDetail detail, string metric)
    {
        await using var prometheus = await LargeAsync(nodes: 200);
        await Source(prometheus).ReadAsync(new SnapshotQuery { Detail = SnapshotDetail.Everything & ~detail }, CancellationToken.None);
        Assert.DoesNotContain(prometheus.Queries, query => query.Expression.Contains(metric, StringComparison.Ordinal));
        await Source(prometheus).ReadAsync(new SnapshotQuery { Detail = detail }, CancellationToken.None);
        Assert.Single(prometheus.Queries, query => query.Expression.Contains(metric, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_small_mesh_is_read_whole_whatever_detail_is_asked_for()
    {
        await using var prometheus = await FilledAsync();
        var mesh = await Source(prometheus).ReadAsync(new SnapshotQuery { Detail = SnapshotDetail.ThroughputOnly }, CancellationToken.None);
        Assert.Equal((7, 0.0005, 0.25), (mesh.Links[0].RetransmittedSegments, mesh.Links[0].RoundTripTimeSeconds, mesh.Links[0].LossRatio));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_very_large_mesh_is_asked_in_shards_and_put_together_again(bool isCollectorThere)
    {
        await using var prometheus = await LargeAsync(nodes: 600);
        prometheus.Instead = async (context, query) =>
        {
            if (query.Expression == Metrics.NodeInfo.Name && !isCollectorThere)
            {
                await FakeAgent.JsonAsync(context, 200, """{"status":"success","data":{"resultType":"vector","result":[]}}""");
                return true;
            }

            // Each shard tells of its own sources alone.
            if (!query.Expression.Contains(Metrics.IperfBandwidth.Name, StringComparison.Ordinal)) return false;
            var rows = Names(600).Where(name => query.Expression.Contains(name, StringComparison.Ordinal)).Select(name => $$$"""{"metric":{"source_node":"{{{name}}}","destination_node":"n000"},"value":[1,"{{{name[1..]}}}"]}""");
            await FakeAgent.JsonAsync(context, 200, $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', rows)}}}]}}""");
            return true;
        };
        var mesh = await Source(prometheus).ReadAsync(new SnapshotQuery { Detail = SnapshotDetail.ThroughputOnly }, CancellationToken.None);

        Assert.Equal(2, prometheus.Queries.Count(query => query.Expression.Contains(Metrics.IperfBandwidth.Name, StringComparison.Ordinal)));
        Assert.Equal(2, prometheus.Queries.Count(query => query.Expression.Contains(Metrics.Quality.Name, StringComparison.Ordinal)));
        Assert.Equal(599, mesh.Links.Count(link => link.ThroughputBitsPerSecond == link.Source * 1e6));
    }

    [Fact]
    public async Task When_one_shard_fails_all_does_with_what_the_server_says()
    {
        await using var prometheus = await LargeAsync(nodes: 600);
        prometheus.Instead = async (context, query) =>
        {
            if (!query.Expression.Contains("n599", StringComparison.Ordinal) || !query.Expression.Contains(Metrics.Quality.Name, StringComparison.Ordinal)) return false;
            await FakeAgent.JsonAsync(context, 422, """{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}""");
            return true;
        };
        var exception = await Assert.ThrowsAsync<MeasurementSourceException>(() => Source(prometheus).ReadAsync(new SnapshotQuery(), CancellationToken.None));

        Assert.Equal(SourceFailure.Failed, exception.Kind);
        Assert.Contains("would load too many samples", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:9090")]
    [InlineData("ftp://localhost")]
    [InlineData("")]
    public void A_bad_address_is_told_in_a_sentence(string address) =>
        Assert.Equal(
            $"'{address}' is not an address of Prometheus: give one such as http://localhost:9090 with --prometheus.",
            Assert.Throws<StartupException>(() => ApiHost.ReadFromPrometheus(address, TimeSpan.FromSeconds(1))).Message);

    [Fact]
    public void Settings_that_cannot_be_are_told_before_anything_starts() =>
        Assert.StartsWith(
            "--prometheus-user and --prometheus-password-file go together",
            Assert.Throws<StartupException>(() => ApiHost.ReadFromPrometheus(new PrometheusOptions { Address = "http://localhost:9090", User = "ann" })).Message,
            StringComparison.Ordinal);

    internal static IMeasurementSource Source(FakePrometheus prometheus) => ApiHost.ReadFromPrometheus(prometheus.Address, TimeSpan.FromSeconds(20));

    private static IEnumerable<string> Names(int nodes) => Enumerable.Range(0, nodes).Select(i => $"n{i:000}");

    /// <summary>So many nodes, of which four have links: one that works, one that failed, one that is capped.</summary>
    private static async Task<FakePrometheus> LargeAsync(int nodes)
    {
        var prometheus = await FakePrometheus.StartAsync();
        foreach (var name in Names(nodes)) prometheus.Add(Metrics.NodeInfo.Name, "1", ("node", name));
        for (var i = 0; i < 3; i++)
        {
            (string, string)[] pair = [("source_node", $"n{i:000}"), ("destination_node", $"n{i + 1:000}")];
            prometheus.Add(Metrics.IperfBandwidth.Name, "5", pair);
            prometheus.Add(Metrics.IperfSuccess.Name, i == 1 ? "0" : "1", pair);
            prometheus.Add(Metrics.Quality.Name, i == 2 ? "2" : "0", pair);
        }

        return prometheus;
    }

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
