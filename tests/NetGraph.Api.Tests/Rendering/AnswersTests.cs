using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using NetGraph.Api.Rendering;
using NetGraph.Api.Snapshots;
using NetGraph.Api.Tests.Snapshots;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Api.Tests.Rendering;

public sealed class AnswersTests
{
    public static TheoryData<string, string> Paths => new()
    {
        { "graph.svg", "image/svg+xml" },
        { "matrix.svg", "image/svg+xml" },
        { "graph.dot", "text/vnd.graphviz; charset=utf-8" },
        { "graph.csv", "text/csv; charset=utf-8" },
        { "graph.graphml", "application/graphml+xml" },
        { "graph.json", "application/json" },
        { "api/v1/graph", "application/json" },
        { "api/v1/nodes", "application/json" },
        { "api/v1/matrix", "application/json" },
        { "api/graph/data", "application/json" },
        { "api/v1/plan", "application/json" },
        { "api/v1/promql?source=a&destination=b", "application/json" },
        { "api/v1/bottlenecks", "application/json" },
        { "api/v1/history?source=a&destination=b&to=1767225600", "application/json" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Every_answer_has_its_media_type_an_etag_and_a_lifetime(string path, string mediaType)
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b", "a>b:1e9")), freshSeconds: 7);
        using var response = await api.Http.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType!.ToString());
        Assert.NotNull(response.Headers.ETag);
        Assert.Equal("max-age=7", response.Headers.CacheControl!.ToString());
        Assert.Null(response.Headers.Age);

        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"another\""));
        again.Headers.IfNoneMatch.Add(response.Headers.ETag);
        using var unchanged = await api.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(response.Headers.ETag, unchanged.Headers.ETag);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());

        using var other = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        other.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"another\""));
        using var sent = await api.Http.SendAsync(other);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
    }

    [Theory]
    [InlineData("text/html", 406)]
    [InlineData("image/png, text/html;q=0.5", 406)]
    [InlineData("image/svg+xml;q=0", 406)]
    [InlineData("image/svg+xml", 200)]
    [InlineData("image/*", 200)]
    [InlineData("image/svg+xml;q=0, */*", 406)]
    [InlineData("text/html, */*;q=0.1", 200)]
    [InlineData("", 200)]
    public async Task Accept_decides(string accept, int status)
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b")));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("graph.svg", UriKind.Relative));
        if (accept.Length > 0) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await api.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(61, "graph.svg?view=graph", "view=skeleton")]
    [InlineData(501, "graph.svg?view=graph", "view=groups")]
    [InlineData(501, "graph.svg", "/graph.graphml")]
    [InlineData(301, "matrix.svg", "/graph.csv")]
    public async Task What_cannot_be_drawn_is_refused_with_the_way_out(int nodes, string path, string wayOut)
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Large(nodes)));
        Assert.Contains(wayOut, (await api.GetProblemAsync(path, 413)).Detail, StringComparison.Ordinal);
        await api.GetAsync("graph.json");
        await api.GetAsync(path.Contains('?', StringComparison.Ordinal) ? path + "&node=n000." : path + "?node=n000.");
    }

    [Theory]
    [InlineData(60, "graph.svg?view=graph")]
    [InlineData(500, "graph.svg")]
    [InlineData(300, "matrix.svg")]
    public async Task The_largest_picture_is_drawn(int nodes, string path)
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Large(nodes)));
        TestApi.ParseXml(await api.GetAsync(path));
    }

    [Theory]
    [InlineData("graph.svg")]
    [InlineData("graph.json")]
    [InlineData("api/v1/bottlenecks")]
    public async Task HEAD_answers_as_GET_does_but_without_the_body(string path)
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(path, UriKind.Relative));

        using var response = await api.Http.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.NotNull(response.Headers.ETag);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("GET", "graph.png", 404, "There is nothing at /graph.png")]
    [InlineData("POST", "graph.svg", 405, "POST is not allowed here")]
    public async Task What_is_not_there_is_said_in_problem_details(string method, string path, int status, string sentence)
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));

        using var response = await api.Http.SendAsync(request);

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(sentence, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_that_was_never_there_is_503()
    {
        await using var api = await TestApi.StartAsync(ApiHost.ReadFromPrometheus($"http://127.0.0.1:{Repository.FreePort()}", TimeSpan.FromSeconds(5)));

        Assert.Contains("cannot be reached", (await api.GetProblemAsync("graph.svg", 503)).Detail, StringComparison.Ordinal);
        await api.GetProblemAsync("readyz", 503);
        await api.GetAsync("healthz");
    }

    [Theory]
    [InlineData(503, "{\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"tsdb not ready\"}", "tsdb not ready")]
    [InlineData(200, "<html>a proxy's page</html>", "not an answer of the query API")]
    [InlineData(200, "", "not an answer of the query API")]
    public async Task Prometheus_that_fails_is_502(int status, string body, string expected)
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        prometheus.Instead = async (context, _) =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return true;
        };
        await using var api = await TestApi.StartAsync(prometheus);

        Assert.Contains(expected, (await api.GetProblemAsync("graph.svg", 502)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_that_is_slow_is_504()
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        prometheus.Instead = async (context, _) =>
        {
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return true;
        };
        await using var api = await TestApi.StartAsync(prometheus, timeoutSeconds: 0.2);

        Assert.Contains("within 0.2 s", (await api.GetProblemAsync("graph.svg", 504)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_prometheus_is_away_the_last_good_graph_is_served_and_says_so()
    {
        var prometheus = await PrometheusSourceTests.FilledAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        var fresh = await api.GetAsync("graph.svg");
        await prometheus.DisposeAsync();
        using var response = await api.Http.GetAsync(new Uri("graph.svg", UriKind.Relative));
        var stale = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull(response.Headers.Age);
        Assert.Equal("110 - \"Response is Stale\"", response.Headers.GetValues("Warning").Single());
        Assert.Contains("cannot be reached", response.Headers.GetValues("NetGraph-Source-Failure").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("Source away", fresh, StringComparison.Ordinal);
        Assert.Contains("Source away: data is ", stale, StringComparison.Ordinal);
        Assert.Contains("Source away", await api.GetAsync("matrix.svg"), StringComparison.Ordinal);
        await api.GetAsync("readyz");
        Assert.Contains("netgraph_api_snapshot_requests_total{outcome=\"stale\"}", await api.GetAsync("metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Age_is_that_of_the_data()
    {
        var clock = new ManualClock();
        var isAway = false;
        var source = new FakeSource(_ => isAway ? throw new MeasurementSourceException(SourceFailure.Failed, "line\r\nbreak é") : Task.FromResult(new Mesh([], [], default)));
        var answers = new Answers(new SnapshotCache(source, TimeSpan.FromSeconds(5), clock, new ApiState()), clock);
        await SendAsync();
        isAway = true;
        clock.Advance(TimeSpan.FromSeconds(90));
        var (headers, body) = await SendAsync();

        Assert.Equal("90", headers.Age);
        Assert.Equal("linebreak ", headers["NetGraph-Source-Failure"]);
        Assert.Equal("Source away: data is 90 s old", body);

        async Task<(IHeaderDictionary Headers, string Body)> SendAsync()
        {
            var context = new DefaultHttpContext();
            using var output = new MemoryStream();
            context.Response.Body = output;
            await answers.SendTextAsync(context, new GraphQuery(), "text/plain", (graph, writer) => writer.Write(graph.Notice(clock)));
            return (context.Response.Headers, Encoding.UTF8.GetString(output.ToArray()));
        }
    }
}
