using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Prometheus.Tests.Querying;

public sealed class PrometheusClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Posts_the_query_as_a_form()
    {
        string? line = null, type = null;
        IFormCollection? form = null;
        await using var server = await FakeServer.StartAsync(async context =>
        {
            line = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}";
            type = context.Request.ContentType;
            form = await context.Request.ReadFormAsync();
            await context.Response.Body.WriteAsync(Fixture.Read("prom-query-vector.json"));
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var samples = new List<(string?, string?, double)>();
        var expression = $"sum by (source) (last_over_time(x{{a=\"é&=+\"}}[10m])) # {new string('x', 20_000)}";

        var count = await new PrometheusClient(http, TimeSpan.FromSeconds(2.5)).QueryAsync(
            expression, DateTimeOffset.FromUnixTimeMilliseconds(1795233506328), ["source", "target"],
            (labels, value) => samples.Add((labels[0], labels[1], value)), CancellationToken.None);

        Assert.Equal("POST /api/v1/query", line);
        Assert.Equal("application/x-www-form-urlencoded", type);
        Assert.Equal(expression, form!["query"]);
        Assert.Equal("1795233506.328", form["time"]);
        Assert.Equal(8, count);
        Assert.Equal(("h8", "h1", 8e6), samples[^1]);
    }

    [Fact]
    public async Task Asks_for_no_time_when_none_is_given_and_sends_a_timeout_that_Prometheus_understands()
    {
        IFormCollection? form = null;
        await using var server = await FakeServer.StartAsync(async context =>
        {
            form = await context.Request.ReadFormAsync();
            await context.Response.Body.WriteAsync(Fixture.Read("vm-query-vector.json"));
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(8, await QueryAsync(http, TimeSpan.FromSeconds(2.5)));
        Assert.False(form!.ContainsKey("time"));
        // Prometheus reads a plain number as seconds; of durations with a unit, such as 2500ms, it takes whole numbers only.
        Assert.Equal(2.5, double.Parse(form["timeout"]!, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("prom-error.json", 400, "bad_data: invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis")]
    [InlineData("vm-error.json", 422, "422: error when executing query=\"foo(\"")]
    public async Task Hands_on_what_the_server_says_of_a_bad_query(string file, int status, string said)
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.Body.WriteAsync(Fixture.Read(file)).AsTask();
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => QueryAsync(http, Patience));
        Assert.Equal((HttpStatusCode)status, exception.StatusCode);
        Assert.Equal("foo(", exception.Expression);
        Assert.False(exception.IsTimeout);
        Assert.Contains($"HTTP {status}: {said}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(server.Address.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html><body>Sign in</body></html>")]
    [InlineData(404, "404 page not found")]
    [InlineData(503, "")]
    [InlineData(200, "{}")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"status":"success","data":["a"]}""")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[""")]
    [InlineData(500, """{"status":"success","data":{"resultType":"vector","result":[]}}""")]
    public async Task Refuses_what_is_not_an_answer_of_the_query_interface(int status, string body)
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => QueryAsync(http, Patience));
        Assert.Equal((HttpStatusCode)status, exception.StatusCode);
        Assert.False(exception.IsTimeout);
        Assert.Contains($"HTTP {status}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_nobody_listens()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => QueryAsync(http, Patience));
        Assert.Null(exception.StatusCode);
        Assert.False(exception.IsTimeout);
        Assert.Contains("cannot be reached", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_up_on_a_server_that_never_answers()
    {
        await using var server = await FakeServer.StartAsync(NeverAsync);
        using var http = new HttpClient { BaseAddress = server.Address };
        AssertTimeout(await Assert.ThrowsAsync<PrometheusQueryException>(() => QueryAsync(http, Moment)));
    }

    [Fact]
    public async Task Gives_up_on_an_answer_that_stops_in_the_middle()
    {
        await using var server = await FakeServer.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(Fixture.Read("prom-query-vector.json").AsMemory(0, 500));
            await context.Response.Body.FlushAsync();
            await NeverAsync(context);
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        AssertTimeout(await Assert.ThrowsAsync<PrometheusQueryException>(() => QueryAsync(http, TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public async Task Says_that_the_connection_broke()
    {
        var firstSeen = new TaskCompletionSource();
        await using var server = await FakeServer.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(Fixture.Read("prom-query-vector.json").AsMemory(0, 500));
            await context.Response.Body.FlushAsync();
            await firstSeen.Task.WaitAsync(Patience);
            context.Abort();
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() =>
            new PrometheusClient(http, Patience).QueryAsync("up", null, [], (_, _) => firstSeen.TrySetResult(), CancellationToken.None));
        Assert.Null(exception.StatusCode);
        Assert.False(exception.IsTimeout);
        Assert.Contains("connection broke", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_his_own_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = await FakeServer.StartAsync(async context =>
        {
            await cancellation.CancelAsync();
            await NeverAsync(context);
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new PrometheusClient(http, Patience).QueryAsync("up", null, [], (_, _) => { }, cancellation.Token));
    }

    [Fact]
    public async Task Hands_over_ten_thousand_samples_while_the_answer_still_comes()
    {
        const int Count = 10_000;
        var firstSeen = new TaskCompletionSource();
        await using var server = await FakeServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"status":"success","data":{"resultType":"vector","result":[""");
            for (var i = 0; i < Count; i++)
            {
                await context.Response.WriteAsync($$$"""{{{(i == 0 ? "" : ",")}}}{"metric":{"source":"node-{{{i / 100}}}","target":"node-{{{i % 100}}}"},"value":[1795233506.328,"{{{i}}}"]}""");
                // The rest is written only once the client has the first half's beginning: it cannot have waited for the whole.
                if (i == Count / 2)
                {
                    await context.Response.Body.FlushAsync();
                    await firstSeen.Task.WaitAsync(Patience);
                }
            }

            await context.Response.WriteAsync("]}}");
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var names = new HashSet<string?>(ReferenceEqualityComparer.Instance);
        double sum = 0;
        var count = await new PrometheusClient(http, Patience).QueryAsync("x", null, ["source", "target"], (labels, value) =>
        {
            firstSeen.TrySetResult();
            names.Add(labels[0]);
            names.Add(labels[1]);
            sum += value;
        }, CancellationToken.None);
        Assert.Equal(Count, count);
        Assert.Equal(Count * (Count - 1.0) / 2, sum);
        Assert.Equal(100, names.Count);
    }

    [Fact]
    public async Task Reads_a_label_longer_than_its_buffer()
    {
        var name = new string('x', 200_000);
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(
            $$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"source":"{{{name}}}"},"value":[1,"1"]}]}}""", Encoding.UTF8));
        using var http = new HttpClient { BaseAddress = server.Address };
        string? seen = null;
        await new PrometheusClient(http, Patience).QueryAsync("x", null, ["source"], (labels, _) => seen = labels[0], CancellationToken.None);
        Assert.Equal(name, seen);
    }

    private static Task<int> QueryAsync(HttpClient http, TimeSpan timeout) =>
        new PrometheusClient(http, timeout).QueryAsync("foo(", null, ["source"], (_, _) => { }, CancellationToken.None);

    // Ends when the client is gone.
    private static Task NeverAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task;
    }

    private static void AssertTimeout(PrometheusQueryException exception)
    {
        Assert.True(exception.IsTimeout);
        Assert.Equal(HttpStatusCode.GatewayTimeout, exception.StatusCode);
        Assert.Contains("no full answer within", exception.Message, StringComparison.Ordinal);
    }
}
