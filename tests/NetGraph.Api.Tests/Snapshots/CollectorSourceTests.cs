using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NetGraph.Api.Snapshots;
using NetGraph.Hosting;

namespace NetGraph.Api.Tests.Snapshots;

public sealed class CollectorSourceTests : IAsyncLifetime
{
    private const string Matrix = """{"measuredAt":"2026-01-01T00:00:00Z","nodes":[{"name":"a"},{"name":"b"}],"links":[{"source":"a","destination":"b","state":"up","quality":"ok","throughputBitsPerSecond":5e8}]}""";
    private readonly WebApplication _app;
    private Func<HttpContext, Task> _answer = context => context.Response.WriteAsync(Matrix);

    public CollectorSourceTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/sub/api/v1/matrix", context => _answer(context));
    }

    private string Address => _app.Urls.Single() + "/sub";

    public async ValueTask InitializeAsync() => await _app.StartAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task The_api_serves_what_a_collector_has_and_has_no_history()
    {
        await using var api = await TestApi.StartAsync(ApiHost.ReadFromCollector(Address, TimeSpan.FromSeconds(20)));

        Assert.Equal(5e8, (await api.GetJsonAsync("graph.json")).GetProperty("links")[0].GetProperty("throughputBitsPerSecond").GetDouble());
        foreach (var path in (string[])["graph.json?at=2026-01-01T00:00:00Z", "graph.svg?compare=24h", "graph.json?stat=p95", "api/v1/diff?compare=24h", "api/v1/history?source=a&destination=b"])
            Assert.Contains("need Prometheus", (await api.GetProblemAsync(path, 501)).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "", SourceFailure.Failed, "answered HTTP 404")]
    [InlineData(200, "not JSON", SourceFailure.Failed, "is no matrix")]
    [InlineData(200, "{}", SourceFailure.Failed, "has no 'links'")]
    public async Task Whatever_else_answers_is_a_failure_with_a_sentence(int status, string body, SourceFailure kind, string expected)
    {
        _answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        };

        await AssertFailsAsync(Address, TimeSpan.FromSeconds(20), kind, expected);
    }

    [Fact]
    public async Task A_collector_that_is_away_or_too_slow_is_told_apart()
    {
        _answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        await AssertFailsAsync(Address, TimeSpan.FromMilliseconds(200), SourceFailure.TimedOut, "within 0.2 s");
        await AssertFailsAsync("http://127.0.0.1:1", TimeSpan.FromSeconds(20), SourceFailure.Unreachable, "cannot be reached");
        Assert.Throws<StartupException>(() => ApiHost.ReadFromCollector("collector", TimeSpan.FromSeconds(1)));
    }

    private static async Task AssertFailsAsync(string address, TimeSpan timeout, SourceFailure kind, string expected)
    {
        var exception = await Assert.ThrowsAsync<MeasurementSourceException>(() => ApiHost.ReadFromCollector(address, timeout).ReadAsync(new SnapshotQuery(), CancellationToken.None));

        Assert.Equal(kind, exception.Kind);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }
}
