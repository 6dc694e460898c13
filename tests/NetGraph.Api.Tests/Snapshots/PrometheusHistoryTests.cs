using NetGraph.Api.Snapshots;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Api.Tests.Snapshots;

public sealed class PrometheusHistoryTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly HistoryQuery Query = new("a", "b", Start, Start.AddMinutes(2), TimeSpan.FromMinutes(1));

    [Fact]
    public async Task Puts_the_points_together_from_all_metrics()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        var points = await ReadAsync(prometheus, Query);

        Assert.Equal([Start, Start.AddMinutes(1), Start.AddMinutes(2)], points.Select(point => point.At));
        // The fake answers with the series of both directions; the last of a column counts.
        Assert.All(points, point => Assert.Equal((0.0005, 0.25, LinkState.Down), (point.Link.RoundTripTimeSeconds, point.Link.LossRatio, point.Link.State)));
    }

    [Fact]
    public async Task A_time_at_which_nothing_was_known_has_no_point_and_a_value_not_measured_is_left_out()
    {
        await using var prometheus = await OfOnePairAsync();
        prometheus.ValueAt = (query, at) => (at - Start.ToUnixTimeSeconds()) switch
        {
            0 => query.Expression.Contains(Metrics.ProbeRoundTripTime.Name, StringComparison.Ordinal) ? null : "",
            60 => query.Expression.Contains(Metrics.IperfBandwidth.Name, StringComparison.Ordinal) ? "-1" : query.Expression.Contains(Metrics.IperfSuccess.Name, StringComparison.Ordinal) ? "" : "NaN",
            _ => null,
        };
        var points = await ReadAsync(prometheus, Query);

        Assert.Equal([Start, Start.AddMinutes(2)], points.Select(point => point.At));
        Assert.Equal((0.0005, double.NaN, LinkState.Unknown), (points[0].Link.RoundTripTimeSeconds, points[0].Link.ThroughputBitsPerSecond, points[0].Link.State));
        Assert.Equal((940.5e6, 7, MeasurementQuality.Capped, LinkState.Up), (points[1].Link.ThroughputBitsPerSecond, points[1].Link.RetransmittedSegments, points[1].Link.Quality, points[1].Link.State));
    }

    [Fact]
    public async Task A_failed_test_shows_nothing_of_an_older_one()
    {
        await using var prometheus = await OfOnePairAsync();
        prometheus.ValueAt = (query, at) => query.Expression.Contains(Metrics.IperfSuccess.Name, StringComparison.Ordinal) && at > Start.ToUnixTimeSeconds() ? "0" : null;
        var points = await ReadAsync(prometheus, Query);

        Assert.Equal([LinkState.Up, LinkState.Down, LinkState.Down], points.Select(point => point.Link.State));
        Assert.Equal([940.5e6, double.NaN, double.NaN], points.Select(point => point.Link.ThroughputBitsPerSecond));
        Assert.All(points, point => Assert.Equal(0.0005, point.Link.RoundTripTimeSeconds));
    }

    [Fact]
    public async Task A_failed_test_has_its_reason_and_one_that_succeeded_has_none()
    {
        await using var prometheus = await OfOnePairAsync();
        prometheus.Add(Metrics.FailedFor.Name, "5");
        prometheus.ValueAt = (query, at) => (at - Start.ToUnixTimeSeconds()) switch
        {
            60 when query.Expression.Contains(Metrics.IperfSuccess.Name, StringComparison.Ordinal) => "0",
            120 when query.Expression.Contains(Metrics.IperfSuccess.Name, StringComparison.Ordinal) => "0",
            120 when query.Expression.Contains(Metrics.FailedFor.Name, StringComparison.Ordinal) => "99",
            _ => null,
        };

        Assert.Equal([null, ProbeFailure.Busy, null], (await ReadAsync(prometheus, Query)).Select(point => point.Failure));
        Assert.Contains(prometheus.Queries, query => query.Expression == "max(netgraph_throughput_failure{protocol=\"tcp\",source_node=\"a\",destination_node=\"b\"})");
    }

    [Fact]
    public async Task While_its_agent_is_silent_nothing_is_known_of_the_link()
    {
        await using var prometheus = await OfOnePairAsync();
        prometheus.Add(Metrics.AgentTests.Name, "3");
        prometheus.ValueAt = (query, at) => query.Expression.Contains(Metrics.AgentTests.Name, StringComparison.Ordinal) && at != Start.AddMinutes(1).ToUnixTimeSeconds() ? "" : null;

        Assert.Equal([Start, Start.AddMinutes(2)], (await ReadAsync(prometheus, Query)).Select(point => point.At));
    }

    [Fact]
    public async Task A_target_has_no_agent_that_could_be_silent()
    {
        await using var prometheus = await OfOnePairAsync();
        prometheus.Add(Metrics.AgentTests.Name, "3");
        prometheus.Add(Metrics.NodeInfo.Name, "1", ("kind", "target"));

        Assert.Equal([Start, Start.AddMinutes(1), Start.AddMinutes(2)], (await ReadAsync(prometheus, Query)).Select(point => point.At));
    }

    [Fact]
    public async Task A_server_that_moves_the_ends_outwards_shows_nothing_beyond_them()
    {
        await using var prometheus = await OfOnePairAsync();
        prometheus.Instead = async (context, query) =>
        {
            if (query.Range is null || query.Expression.Contains(Metrics.AgentTests.Name, StringComparison.Ordinal)) return false;
            await FakeAgent.JsonAsync(context, 200, """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1699999980,"1"],[1700000040,"1"],[1700000100,"1"],[1700000160,"1"]]}]}}""");
            return true;
        };

        Assert.Equal([Start.AddSeconds(40), Start.AddSeconds(100)], (await ReadAsync(prometheus, Query)).Select(point => point.At));
    }

    [Theory]
    [InlineData(null, null, 60, 900, 300)]
    [InlineData(null, "3600", 60, 7200, 300)]
    [InlineData(null, null, 1800, 900, 1800)]
    [InlineData(7, "3600", 1800, 7, 7)]
    public async Task Each_point_looks_back_as_far_as_the_graph_does(int? window, string? cycle, int step, int tests, int echoes)
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        if (cycle is not null) prometheus.Add(Metrics.CollectorCycleInterval.Name, cycle);
        await ReadAsync(prometheus, Query with { Window = window is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Step = TimeSpan.FromSeconds(step), Protocol = "udp", Statistic = Statistic.Min });

        var asked = prometheus.Queries.Where(query => query.Range is not null).ToList();
        Assert.Equal(11, asked.Count);
        Assert.All(asked, query => Assert.Equal((Start.ToUnixTimeSeconds(), Start.ToUnixTimeSeconds() + 120, step), query.Range));
        void AssertAsked(string part) => Assert.Single(asked, query => query.Expression.Contains(part, StringComparison.Ordinal));
        const string Pair = "source_node=\"a\",destination_node=\"b\"";
        AssertAsked($"min_over_time({Metrics.IperfBandwidth.Name}{{protocol=\"udp\",{Pair}}}[{tests}s])");
        AssertAsked($"last_over_time({Metrics.IperfSuccess.Name}{{protocol=\"udp\",{Pair}}}[{tests}s])");
        AssertAsked($"increase({Metrics.ProbeRoundTripTime.Name}{{{Pair}}}[{echoes}s])");
        AssertAsked($"min_over_time({Metrics.IperfLostPackets.Name}{{protocol=\"udp\",{Pair}}}[{tests}s])");
        AssertAsked($"min_over_time({Metrics.IperfJitter.Name}{{protocol=\"udp\",{Pair}}}[{tests}s])");
    }

    private static Task<IReadOnlyList<HistoryPoint>> ReadAsync(FakePrometheus prometheus, HistoryQuery query) => PrometheusSourceTests.Source(prometheus).ReadHistoryAsync(query, CancellationToken.None);

    private static async Task<FakePrometheus> OfOnePairAsync()
    {
        var prometheus = await FakePrometheus.StartAsync();
        prometheus.Add(Metrics.IperfBandwidth.Name, "940.5");
        prometheus.Add(Metrics.IperfSuccess.Name, "1");
        prometheus.Add(Metrics.Quality.Name, "2");
        prometheus.Add(Metrics.Retransmits.Name, "7");
        prometheus.Add(Metrics.ProbeRoundTripTime.Name, "0.0005");
        prometheus.Add(Metrics.ProbesReceived.Name, "0.25");
        return prometheus;
    }
}
