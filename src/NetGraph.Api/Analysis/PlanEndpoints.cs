using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Api.Rendering;
using NetGraph.Api.Snapshots;

namespace NetGraph.Api.Analysis;

/// <summary>What is known of the testing itself, and how to ask the store for more.</summary>
internal static class PlanEndpoints
{
    private const int MostFailures = 200;
    private static readonly string[] OfPictures = ["metric", "view", "compare", "group", "layout", "theme", "width", "height", "limit", .. GraphEndpoints.OfHistoryOnly];

    public static void Map(IEndpointRouteBuilder routes, Answers answers, SnapshotCache cache)
    {
        routes.MapMethods("/api/v1/plan", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendAsync(context, query, "application/json", parameters =>
                    (parameters.NeedingNodes(), async (_, body) => WritePlan(cache.Source.HasHistory, await cache.Source.ReadTestingAsync(parameters.Snapshot.At, CancellationToken.None).ConfigureAwait(false), body))))
            .Describe("What runs when, what it costs, how much of the mesh it covers, and why tests failed in the last 24 hours", "application/json", ["window", "stat", "protocol", "node", "source", "destination", .. OfPictures]);
        routes.MapMethods("/api/v1/promql", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendAsync(context, query, "application/json", parameters =>
                {
                    var (source, destination) = parameters.Ends();
                    var asked = new HistoryQuery(source, destination, default, default, default) { Window = parameters.Snapshot.Window, Statistic = parameters.Snapshot.Statistic, Protocol = parameters.Snapshot.Protocol };
                    return (parameters.NeedingNodes(), (_, body) => WriteExpressions(cache.Source.ExpressionsOf(asked), body));
                }))
            .Describe("The expressions of PromQL that tell of one pair, to paste elsewhere; none when the source is not Prometheus", "application/json", ["at", "node", .. OfPictures]);
    }

    private static void WritePlan(bool hasHistory, TestingFigures? figures, Stream body)
    {
        using var json = new Utf8JsonWriter(body);
        void WriteKnown(string name, double value)
        {
            if (double.IsFinite(value)) json.WriteNumber(name, value);
        }

        // Counters tell of a day by extrapolation, in fractions; tests are whole.
        void WriteCount(string name, double value) => WriteKnown(name, Math.Round(value));

        json.WriteStartObject();
        json.WriteBoolean("hasHistory", hasHistory);
        if (figures is not null)
        {
            WriteKnown("coverageRatio", figures.CoverageRatio);
            WriteKnown("oldestPairAgeSeconds", figures.OldestPairAgeSeconds);
            WriteKnown("cycleDurationSeconds", figures.CycleDurationSeconds);
            WriteKnown("cycleIntervalSeconds", figures.CycleIntervalSeconds);
            WriteKnown("planSlots", figures.PlanSlots);
            WriteKnown("lowerBoundSlots", figures.LowerBoundSlots);
            WriteKnown("budgetBytes", figures.BudgetBytes);
            WriteKnown("budgetWaitSeconds", figures.BudgetWaitSeconds);
            WriteKnown("dayBytes", figures.DayBytes);
            WriteKnown("dayCost", figures.DayCost);
            WriteCount("daySucceededTests", figures.DaySucceeded);
            WriteCount("dayFailedTests", figures.DayFailed);
            WriteCount("daySkippedTests", figures.DaySkipped);
            json.WriteStartArray("dayFailures");
            foreach (var failure in figures.Failures.Take(MostFailures))
            {
                json.WriteStartObject();
                json.WriteString("source", failure.Source);
                json.WriteString("reason", failure.Reason);
                WriteCount("tests", failure.Tests);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static Task WriteExpressions(IReadOnlyList<NamedExpression> expressions, Stream body)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("expressions");
        foreach (var (title, expression) in expressions)
        {
            json.WriteStartObject();
            json.WriteString("title", title);
            json.WriteString("expression", expression);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return Task.CompletedTask;
    }
}
