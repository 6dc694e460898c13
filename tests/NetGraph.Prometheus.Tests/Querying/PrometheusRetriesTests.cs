using System.Net;
using Microsoft.AspNetCore.Http;
using NetGraph.Prometheus.Querying;
using NetGraph.Testing;

namespace NetGraph.Prometheus.Tests.Querying;

public sealed class PrometheusRetriesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ManualClock _clock = new();
    private QueryReport? _report;
    private int _asked;

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task Asks_again_after_a_failure_that_may_pass(int status)
    {
        await using var server = await FailingAsync(times: 2, context => context.Response.StatusCode = status);
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(8, await WithTimeAsync(AskAsync(http)));
        Assert.Equal(3, _asked);
        Assert.Equal((true, 2, 8), (_report!.IsSuccess, _report.Retries, _report.Samples));
        Assert.Equal(Fixture.Read("prom-query-vector.json").Length, _report.Bytes);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task Does_not_repeat_what_would_fail_again(int status)
    {
        await using var server = await FailingAsync(times: 10, context => context.Response.StatusCode = status);
        using var http = new HttpClient { BaseAddress = server.Address };
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => WithTimeAsync(AskAsync(http)));

        Assert.Equal((HttpStatusCode)status, exception.StatusCode);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Gives_up_after_some_attempts_with_the_servers_last_word()
    {
        await using var server = await FailingAsync(times: 100, context => context.Response.StatusCode = 503);
        using var http = new HttpClient { BaseAddress = server.Address };
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => WithTimeAsync(AskAsync(http)));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, exception.StatusCode);
        Assert.Equal(4, _asked);
        Assert.Equal((false, 3), (_report!.IsSuccess, _report.Retries));
    }

    [Fact]
    public async Task Asks_again_when_a_connection_breaks_before_the_answer()
    {
        await using var server = await FailingAsync(times: 1, context => context.Abort());
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(8, await WithTimeAsync(AskAsync(http)));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Waits_as_long_as_the_server_asks_for()
    {
        await using var server = await FailingAsync(times: 1, context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "7";
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var asking = AskAsync(http);
        // The time limit is one timer, the wait the other.
        await Wait.UntilAsync(() => _clock.TimerCount == 2, "it waits");
        _clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal((1, false), (_asked, asking.IsCompleted));
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(8, await asking.WaitAsync(Patience));
    }

    [Fact]
    public async Task Does_not_wait_beyond_its_own_time()
    {
        await using var server = await FailingAsync(times: 1, context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "10";
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => AskAsync(http).WaitAsync(Patience));

        Assert.Equal(HttpStatusCode.TooManyRequests, exception.StatusCode);
        Assert.False(exception.IsTimeout);
    }

    private Task<FakeServer> FailingAsync(int times, Action<HttpContext> fail) => FakeServer.StartAsync(context =>
    {
        if (Interlocked.Increment(ref _asked) > times) return context.Response.Body.WriteAsync(Fixture.Read("prom-query-vector.json")).AsTask();
        fail(context);
        return Task.CompletedTask;
    });

    private Task<int> AskAsync(HttpClient http) =>
        new PrometheusClient(http, TimeSpan.FromSeconds(10), _clock) { OnQuery = report => _report = report }.QueryAsync("up", null, ["source"], (_, _) => { }, CancellationToken.None);

    /// <summary>Lets the clock run while something is waited for.</summary>
    private async Task<int> WithTimeAsync(Task<int> asking)
    {
        await Wait.UntilAsync(
            () =>
            {
                // As long as the waits are short, no query's time is over before its last attempt.
                if (_clock.TimerCount > 1) _clock.Advance(TimeSpan.FromMilliseconds(10));
                return asking.IsCompleted;
            }, "the query ends");
        return await asking;
    }
}
