using System.Text.Json;
using NetGraph.Api.Tests.Snapshots;
using NetGraph.Measurements;

namespace NetGraph.Api.Tests.Analysis;

public sealed class PlanEndpointsTests
{
    [Fact]
    public async Task Tells_what_collector_and_agents_say_of_the_testing()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        prometheus.Add(Metrics.CollectorCoverage.Name, "0.75");
        prometheus.Add(Metrics.CollectorCycleInterval.Name, "3600");
        prometheus.Add(Metrics.CollectorTestBytes.Name, "5e12");
        prometheus.Add(Metrics.CollectorTestCost.Name, "NaN");
        prometheus.Add(Metrics.AgentFailures.Name, "2.0014", ("source_node", "b"), ("reason", "timeout"));
        prometheus.Add(Metrics.AgentFailures.Name, "9", ("source_node", "a"), ("reason", "busy"));
        await using var api = await TestApi.StartAsync(prometheus);
        var plan = await api.GetJsonAsync("api/v1/plan");

        Assert.True(plan.GetProperty("hasHistory").GetBoolean());
        Assert.Equal((0.75, 3600, 5e12), (plan.GetProperty("coverageRatio").GetDouble(), plan.GetProperty("cycleIntervalSeconds").GetDouble(), plan.GetProperty("dayBytes").GetDouble()));
        // What nobody published, or is no number, is left out.
        Assert.False(plan.TryGetProperty("budgetBytes", out _));
        Assert.False(plan.TryGetProperty("dayCost", out _));
        Assert.Equal([("a", "busy", 9), ("b", "timeout", 2)], plan.GetProperty("dayFailures").EnumerateArray().Select(Failure));

        static (string?, string?, double) Failure(JsonElement failure) => (failure.GetProperty("source").GetString(), failure.GetProperty("reason").GetString(), failure.GetProperty("tests").GetDouble());
    }

    [Fact]
    public async Task Asks_for_the_time_that_is_shown()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        await api.GetAsync("api/v1/plan?at=1700000000");

        Assert.All(prometheus.Queries.Where(query => query.Expression.Contains(Metrics.CollectorCoverage.Name, StringComparison.Ordinal)), query => Assert.StartsWith("1700000000", query.Time, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_that_knows_no_plan_says_only_whether_it_has_history()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b"), hasHistory: false));

        Assert.Equal("{\"hasHistory\":false}", await api.GetAsync("api/v1/plan"));
        Assert.Equal("{\"expressions\":[]}", await api.GetAsync("api/v1/promql?source=a&destination=b"));
    }

    [Fact]
    public async Task While_Prometheus_is_away_the_plan_is_a_problem()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        await api.GetAsync("graph.json");
        prometheus.Instead = (context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.FromResult(true);
        };

        Assert.Contains("500", (await api.GetProblemAsync("api/v1/plan", 502)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_expressions_of_a_pair_are_those_that_the_api_asks_itself()
    {
        await using var prometheus = await PrometheusSourceTests.FilledAsync();
        await using var api = await TestApi.StartAsync(prometheus);
        var expressions = (await api.GetJsonAsync("api/v1/promql?source=a&destination=b&window=2h")).GetProperty("expressions").EnumerateArray().Select(one => one.GetProperty("expression").GetString()!).ToList();
        await api.GetAsync("api/v1/history?source=a&destination=b&window=2h&to=1767225600");

        Assert.Equal(7, expressions.Count);
        var asked = prometheus.Queries.Where(query => query.Range is not null).Select(query => query.Expression).ToHashSet();
        Assert.All(expressions, expression => Assert.Contains(expression, asked));
        await api.GetProblemAsync("api/v1/promql?source=a&destination=nobody", 404);
        await api.GetProblemAsync("api/v1/promql", 400);
    }
}
