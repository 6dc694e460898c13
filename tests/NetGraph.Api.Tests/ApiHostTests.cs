using System.Net;
using System.Net.Sockets;
using NetGraph.Api.Tests.Snapshots;
using NetGraph.Hosting;
using NetGraph.Testing;

namespace NetGraph.Api.Tests;

public sealed class ApiHostTests
{
    [Fact]
    public async Task The_openapi_document_lists_all_paths_and_parameters()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b")));
        var paths = (await api.GetJsonAsync("openapi/v1.json")).GetProperty("paths").EnumerateObject().ToDictionary(path => path.Name, path => path.Value.GetProperty("get"));

        Assert.Equal(
            ["/api/graph/data", "/api/graph/fields", "/api/health", "/api/v1/analysis", "/api/v1/bottlenecks", "/api/v1/clusters", "/api/v1/diff", "/api/v1/graph", "/api/v1/history", "/api/v1/matrix", "/api/v1/nodes", "/api/v1/paths/fastest", "/api/v1/paths/widest", "/api/v1/plan", "/api/v1/promql", "/api/v1/suspects", "/graph.csv", "/graph.dot", "/graph.graphml", "/graph.json", "/graph.svg", "/matrix.svg", "/readyz"],
            paths.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, get) in paths.Where(path => path.Key is not ("/readyz" or "/api/health" or "/api/graph/fields")))
        {
            var parameters = get.GetProperty("parameters").EnumerateArray().ToList();
            string[] ofHistory = ["from", "to", "step"];
            string[] ofPictures = ["compare", "source", "destination", "layout", "theme", "width", "height", "limit"];
            string[] unused = path switch
            {
                "/graph.svg" => ["limit", .. ofHistory],
                "/matrix.svg" => ["layout", "limit", .. ofHistory],
                "/api/v1/matrix" => ["layout", "theme", "width", "height", "limit", .. ofHistory],
                "/api/graph/data" => ["layout", "width", "height", "limit", .. ofHistory],
                "/api/v1/plan" => ["metric", "view", "window", "stat", "compare", "protocol", "node", "group", "source", "destination", "layout", "theme", "width", "height", "limit", .. ofHistory],
                "/api/v1/promql" => ["metric", "view", "at", "compare", "node", "group", "layout", "theme", "width", "height", "limit", .. ofHistory],
                "/api/v1/history" => ["metric", "view", "at", "compare", "node", "group", "layout", "theme", "width", "height", "limit"],
                _ when path.StartsWith("/graph.", StringComparison.Ordinal) || path == "/api/v1/graph" => [.. ofPictures, .. ofHistory],
                _ => ofHistory,
            };
            Assert.True(
                parameters.Select(parameter => parameter.GetProperty("name").GetString())
                    .SequenceEqual(new[] { "metric", "view", "at", "window", "stat", "compare", "protocol", "node", "group", "source", "destination", "layout", "theme", "width", "height", "limit", "from", "to", "step" }.Except(unused)),
                path);
            Assert.All(parameters, parameter => Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
            Assert.NotEmpty(get.GetProperty("summary").GetString()!);
        }
    }

    [Fact]
    public async Task Promtool_is_silent_on_its_metrics()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        await api.GetAsync("graph.svg");
        var metrics = await api.GetAsync("metrics");

        Assert.Contains("netgraph_api_graph_nodes 3\n", metrics, StringComparison.Ordinal);
        Assert.Contains("netgraph_api_graph_links 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("netgraph_api_snapshot_requests_total{outcome=\"miss\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Empty(await Promtool.CheckMetricsAsync(metrics));
    }

    [Fact]
    public async Task Is_ready_once_there_is_a_graph()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        await using var api = await TestApi.StartAsync(prometheus);

        Assert.Equal("ok\n", await api.GetAsync("readyz"));
        var asked = prometheus.Queries.Count;
        Assert.Equal("ok\n", await api.GetAsync("readyz"));
        Assert.Equal(asked, prometheus.Queries.Count);
    }

    [Fact]
    public async Task Equal_requests_at_once_cost_each_query_once_however_cold_the_api_is()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        var all = new TaskCompletionSource();
        prometheus.Instead = async (_, _) =>
        {
            await all.Task;
            return false;
        };
        await using var api = await TestApi.StartAsync(PrometheusSourceTests.Source(prometheus), freshSeconds: 60);
        var asked = Enumerable.Range(0, 20).Select(_ => api.GetAsync("graph.json")).ToList();
        await Wait.UntilAsync(() => !prometheus.Queries.IsEmpty, "a query comes");
        all.SetResult();
        var answers = await Task.WhenAll(asked);

        Assert.Single(answers.Distinct());
        Assert.Equal(prometheus.Queries.Distinct().Count(), prometheus.Queries.Count);
        Assert.Contains("netgraph_api_snapshot_requests_total{outcome=\"miss\"} 1\n", await api.GetAsync("metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("graph.json")]
    [InlineData("graph.svg")]
    public async Task Who_has_the_graph_already_is_told_so(string path)
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        await using var api = await TestApi.StartAsync(PrometheusSourceTests.Source(prometheus), freshSeconds: 60);
        using var first = await api.Http.GetAsync(new Uri(path, UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        Assert.Equal(prometheus.Queries.Distinct().Count(), prometheus.Queries.Count);
    }

    [Fact]
    public async Task Its_metrics_tell_what_the_queries_cost()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        var isFirst = true;
        prometheus.Instead = (context, _) =>
        {
            if (!isFirst) return Task.FromResult(false);
            isFirst = false;
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        await using var api = await TestApi.StartAsync(prometheus);
        await api.GetAsync("graph.json?window=15m");
        var metrics = await api.GetAsync("metrics");

        Assert.Contains("netgraph_api_query_retries_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"netgraph_api_query_duration_seconds_count {prometheus.Queries.Count - 1}\n", metrics, StringComparison.Ordinal);
        // Three nodes, and the series of FilledAsync that are of the same pairs.
        Assert.Matches("netgraph_api_query_samples_total [1-9]", metrics);
        Assert.Matches("netgraph_api_query_answer_bytes_total [1-9]", metrics);
    }

    [Fact]
    public async Task What_is_not_there_is_told_with_where_to_look()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b")));
        Assert.Contains("/openapi/v1.json lists what there is", (await api.GetProblemAsync("nothing", 404)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_a_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var exception = await Assert.ThrowsAsync<StartupException>(() => ApiHost.StartAsync(
            new ApiOptions { ListenAddress = IPAddress.Loopback, Port = port }, new FakeSource(FakeSource.Mesh("a b")), LogSettings.None, CancellationToken.None));

        Assert.Equal($"Port {port} on 127.0.0.1 is in use by another program: stop that one, or choose another port with --port.", exception.Message);
    }
}
