using System.Net;
using Microsoft.AspNetCore.Http;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Prometheus.Tests.Querying;

public sealed class QueryRangeTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_500);
    private readonly List<(DateTimeOffset At, double Value)> _points = [];
    private QueryReport? _report;

    [Fact]
    public async Task Posts_the_query_as_a_form_and_reports_what_it_cost()
    {
        string? line = null;
        IFormCollection? form = null;
        const string Body = """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1767225600.5,"1"],[1767225615.5,"2.5"]]}]}}""";
        await using var server = await FakeServer.StartAsync(async context =>
        {
            line = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}";
            form = await context.Request.ReadFormAsync();
            await context.Response.WriteAsync(Body);
        });

        Assert.Equal(2, await AskAsync(server));
        Assert.Equal("POST /api/v1/query_range", line);
        Assert.Equal(["end=1767225720.5", "query=up", "start=1767225600.5", "step=15", "timeout=30"], form!.Select(field => $"{field.Key}={field.Value}").Order(StringComparer.Ordinal));
        Assert.Equal([(Start, 1), (Start.AddSeconds(15), 2.5)], _points);
        Assert.Equal(("up", Body.Length, 2, true), (_report!.Expression, (int)_report.Bytes, _report.Samples, _report.IsSuccess));
    }

    [Theory]
    [InlineData("prom-query-range.json")]
    [InlineData("vm-query-range.json")]
    public async Task Reads_the_answer_of_a_real_server(string file)
    {
        await using var server = await FakeServer.StartAsync(context => context.Response.Body.WriteAsync(Fixture.Read(file)).AsTask());

        Assert.Equal(3, await AskAsync(server));
        Assert.Equal(Enumerable.Range(0, 3).Select(i => (DateTimeOffset.FromUnixTimeMilliseconds(1_795_260_000_500).AddMinutes(5 * i), 1000.0 + (5 * i))), _points);
    }

    [Fact]
    public async Task Reads_all_series_of_an_answer_larger_than_its_buffer_whatever_the_order_of_members()
    {
        var values = string.Join(',', Enumerable.Range(0, 11_000).Select(i => $"[{1_767_225_600.5 + i},\"{i}\"]"));
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(
            $$$"""{"new":[{}],"data":{"result":[{"histograms":[],"metric":{}},{"values":[[1,"NaN"],[2,"-Inf"],[3,"1e-3"]],"metric":{"a":"\u00e9"}},{"values":[{{{values}}}],"metric":{}}],"resultType":"matrix"},"status":"success"}"""));

        Assert.Equal(11_003, await AskAsync(server));
        Assert.Equal([double.NaN, double.NegativeInfinity, 0.001], _points.Take(3).Select(point => point.Value));
        Assert.Equal((Start.AddSeconds(10_999), 10_999.0), _points[^1]);
    }

    [Theory]
    [InlineData(200, "<html>a proxy's page</html>", "is an invalid start")]
    [InlineData(200, "", "not an answer of the query API")]
    [InlineData(200, "[]", "not an answer of the query API")]
    [InlineData(200, "{}", "HTTP 200")]
    [InlineData(200, """{"status":"success"}""", "not an answer of the query API")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[]}}""", "its result type is vector")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix"}}""", "not an answer of the query API")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1]]}]}}""", "a point is not a time and a value")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"x"]]}]}}""", "'x' is not a number")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[{"values":[["1","1"]]}]}}""", "not an answer of the query API")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1e300,"1"]]}]}}""", "not an answer of the query API")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"1"],""", "not an answer of the query API")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[]}}{}""", "not an answer of the query API")]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"exceeded maximum resolution of 11,000 points per timeseries"}""", "HTTP 400: bad_data: exceeded maximum resolution")]
    public async Task Refuses_what_is_no_range_and_hands_nothing_over(int status, string body, string said)
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        });
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => AskAsync(server));

        Assert.Equal((HttpStatusCode)status, exception.StatusCode);
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        Assert.Empty(_points);
        Assert.Equal((0, false), (_report!.Samples, _report.IsSuccess));
    }

    [Fact]
    public async Task Asks_again_after_a_failure_that_may_pass()
    {
        var asked = 0;
        await using var server = await FakeServer.StartAsync(context =>
        {
            if (Interlocked.Increment(ref asked) > 1) return context.Response.WriteAsync("""{"status":"success","data":{"resultType":"matrix","result":[]}}""");
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });

        Assert.Equal(0, await AskAsync(server));
        Assert.Equal((2, 1), (asked, _report!.Retries));
    }

    private async Task<int> AskAsync(FakeServer server)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var client = new PrometheusClient(http, TimeSpan.FromSeconds(30)) { OnQuery = report => _report = report };
        return await client.QueryRangeAsync("up", Start, Start.AddMinutes(2), TimeSpan.FromSeconds(15), (at, value) => _points.Add((at, value)), CancellationToken.None);
    }
}
