using System.Text.Json;
using NetGraph.Api.Snapshots;
using NetGraph.Api.Tests.Snapshots;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Api.Tests.Analysis;

public sealed class HistoryEndpointsTests
{
    private const string Path = "api/v1/history?source=a&destination=b";
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private HistoryQuery? _asked;

    [Fact]
    public async Task Tells_what_was_measured_with_units_and_leaves_out_what_was_not()
    {
        await using var api = await StartAsync(
            new HistoryPoint(Start, new LinkMeasurement(0, 1) { ThroughputBitsPerSecond = 9e8, RoundTripTimeSeconds = 0.002, LossRatio = 0, RetransmittedSegments = 3, Quality = MeasurementQuality.HostLimited, State = LinkState.Up }),
            new HistoryPoint(Start.AddMinutes(1), new LinkMeasurement(0, 1) { State = LinkState.Down }, ProbeFailure.AgentUnreachable),
            new HistoryPoint(Start.AddMinutes(3), new LinkMeasurement(0, 1) { LossRatio = 1 }));

        Assert.Equal(
            """
            {"source":"a","destination":"b","from":"2023-11-14T22:13:20+00:00","to":"2023-11-14T22:16:20+00:00","stepSeconds":60,"points":[{"at":"2023-11-14T22:13:20+00:00","throughputBitsPerSecond":900000000,"rttSeconds":0.002,"lossRatio":0,"retransmits":3,"quality":"host_limited","state":"up"},{"at":"2023-11-14T22:14:20+00:00","state":"down","failure":"agent_unreachable"},{"at":"2023-11-14T22:16:20+00:00","lossRatio":1}]}
            """,
            (await api.GetAsync(Path + "&from=1700000000&to=2023-11-14T23:16:20%2B01:00&step=1m")).Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.Equal(new HistoryQuery("a", "b", Start, Start.AddMinutes(3), TimeSpan.FromMinutes(1)), _asked);
    }

    [Theory]
    [InlineData("&to=1700000000", -86400, 0, 288)]
    [InlineData("&to=1700000000000&from=1699999700", -300, 0, 15)]
    [InlineData("&to=1700000000&from=1699990999.5", -9000.5, 0, 31)]
    [InlineData("&to=1700000000&from=1699999999", -1, 0, 15)]
    [InlineData("&to=2023-11-14T22:13:20.0019999Z&from=2023-11-14T22:13:19.0011%2B00:00", -0.999, 0.001, 15)]
    [InlineData("&to=1700000000&from=1699989000&step=1s", -11000, 0, 0)]
    [InlineData("&to=1700000000&from=1699989001&step=1s", -10999, 0, 1)]
    [InlineData("&to=1700000000&from=0", -1_700_000_000, 0, 5_666_667)]
    public async Task Time_and_step_have_their_defaults_and_limits(string parameters, double from, double to, double step)
    {
        await using var api = await StartAsync();
        if (step == 0)
        {
            var (parameter, detail) = await api.GetProblemAsync(Path + parameters, 400);
            Assert.Equal("step", parameter);
            Assert.Contains("11,001 points of the time from 2023-11-14T19:10:00Z to 2023-11-14T22:13:20Z, and 11,000 are allowed: take a step of 2s or more", detail, StringComparison.Ordinal);
            return;
        }

        await api.GetAsync(Path + parameters);
        Assert.Equal((Start.AddSeconds(from), Start.AddSeconds(to), TimeSpan.FromSeconds(step)), (_asked!.From, _asked.To, _asked.Step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&to=9999999999")]
    public async Task The_last_24_hours_are_shown_up_to_now_and_no_further(string parameters)
    {
        var before = DateTimeOffset.UtcNow;
        await using var api = await StartAsync();
        await api.GetAsync(Path + parameters);

        Assert.InRange(_asked!.To, before.AddSeconds(-15), DateTimeOffset.UtcNow);
        Assert.Equal(0, _asked.To.ToUnixTimeMilliseconds() % 15_000);
        Assert.Equal(TimeSpan.FromHours(24), _asked.To - _asked.From);
    }

    [Fact]
    public async Task Window_statistic_and_protocol_are_those_of_the_graph()
    {
        await using var api = await StartAsync();
        await api.GetAsync(Path + "&window=2h&stat=p95&protocol=udp");

        Assert.Equal((TimeSpan.FromHours(2), Statistic.P95, "udp"), (_asked!.Window, _asked.Statistic, _asked.Protocol));
    }

    [Theory]
    [InlineData("api/v1/history", "source", "name two nodes")]
    [InlineData("api/v1/history?source=a", "destination", "give both")]
    [InlineData("api/v1/history?destination=a", "source", "give both")]
    [InlineData("api/v1/history?source=a&destination=a", "destination", "two different nodes")]
    [InlineData(Path + "&from=1700000000&to=1700000000", "from", "must be earlier than 'to' (2023-11-14T22:13:20Z)")]
    [InlineData(Path + "&from=9999999999", "from", "must be earlier than 'to'")]
    [InlineData(Path + "&from=0&step=1m", "step", "11,000 are allowed")]
    public async Task What_cannot_be_asked_is_refused_before_anything_is_read(string path, string parameter, string said)
    {
        await using var api = await TestApi.StartAsync(new FakeSource(_ => throw new MeasurementSourceException(SourceFailure.Failed, "It was read.")));
        var problem = await api.GetProblemAsync(path, 400);

        Assert.Equal(parameter, problem.Parameter);
        Assert.Contains(said, problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz", "b")]
    [InlineData("a", "zz")]
    public async Task An_unknown_node_is_not_found(string source, string destination)
    {
        await using var api = await StartAsync();

        Assert.Contains("There is no node 'zz'", (await api.GetProblemAsync($"api/v1/history?source={source}&destination={destination}", 404)).Detail, StringComparison.Ordinal);
        Assert.Null(_asked);
    }

    [Fact]
    public async Task A_source_without_history_has_none_of_a_pair()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b"), hasHistory: false));

        Assert.Contains("the history of a pair need Prometheus", (await api.GetProblemAsync(Path, 501)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_while_the_graph_is_fresh_cost_each_query_once()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        await using var api = await TestApi.StartAsync(PrometheusSourceTests.Source(prometheus), freshSeconds: 60);
        const string Request = Path + "&to=1700000000";
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.GetAsync(Request)));
        await api.GetAsync(Request);

        Assert.Equal(11, prometheus.Queries.Count(query => query.Range is not null));
    }

    [Fact]
    public async Task A_hostile_name_stands_for_itself_in_every_query_and_in_the_answer()
    {
        const string Name = "a\"} or vector(1) #\\\n<script>";
        await using var prometheus = await FakePrometheus.StartAsync();
        prometheus.Add(Metrics.NodeInfo.Name, "1", ("node", Name));
        prometheus.Add(Metrics.NodeInfo.Name, "1", ("node", "b"));
        await using var api = await TestApi.StartAsync(prometheus);
        var answer = await api.GetAsync($"api/v1/history?source={Uri.EscapeDataString(Name)}&destination=b");

        Assert.Equal(Name, JsonDocument.Parse(answer).RootElement.GetProperty("source").GetString());
        Assert.DoesNotContain("<script>", answer, StringComparison.Ordinal);
        var asked = prometheus.Queries.Where(query => query.Range is not null).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, query => Assert.Contains("node=\"a\\\"} or vector(1) #\\\\\\n<script>\"", query.Expression, StringComparison.Ordinal));
        Assert.All(asked, query => Assert.DoesNotContain('\n', query.Expression));
    }

    [Theory]
    [InlineData("fails", 502, "would load too many samples")]
    [InlineData("is slow", 504, "within 0.5 s")]
    [InlineData("breaks off", 503, "cannot be reached")]
    public async Task Prometheus_that_does_not_answer_is_told_as_elsewhere_and_counted(string how, int status, string said)
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        prometheus.Instead = async (context, query) =>
        {
            if (query.Range is null) return false;
            if (how == "fails")
            {
                await FakeAgent.JsonAsync(context, 422, """{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}""");
            }
            else if (how == "is slow")
            {
                var gone = new TaskCompletionSource();
                await using var registration = context.RequestAborted.Register(gone.SetResult);
                await gone.Task;
            }
            else
            {
                context.Abort();
            }

            return true;
        };
        await using var api = await TestApi.StartAsync(ApiHost.ReadFromPrometheus(prometheus.Address, TimeSpan.FromSeconds(how == "is slow" ? 0.5 : 20)), freshSeconds: 60);

        Assert.Contains(said, (await api.GetProblemAsync(Path, status)).Detail, StringComparison.Ordinal);
        Assert.Contains("netgraph_api_source_errors_total 1\n", await api.GetAsync("metrics"), StringComparison.Ordinal);
    }

    private Task<TestApi> StartAsync(params HistoryPoint[] points) => TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b", "a>b:1e9"))
    {
        History = query =>
        {
            _asked = query;
            return points;
        },
    });
}
