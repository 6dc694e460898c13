using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NetGraph.Testing;

/// <summary>A server with Prometheus' query API on loopback; answers by the first metric that a query names, whatever the rest of the expression.</summary>
public sealed class FakePrometheus : IAsyncDisposable
{
    private static readonly JsonSerializerOptions AsGoWritesIt = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, JsonArray> _series = new();

    private FakePrometheus(WebApplication app) => _app = app;

    /// <summary>A query as it came in; the time as it was given, if it was; of a range query the first and last time and the step.</summary>
    public sealed record Query(string Expression, string? Time, (double Start, double End, double Step)? Range = null);

    /// <summary>Base address.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Everything that was asked, in order.</summary>
    public ConcurrentQueue<Query> Queries { get; } = new();

    /// <summary>Called in place of the usual answer to a query when it returns true.</summary>
    public Func<HttpContext, Query, Task<bool>>? Instead { get; set; }

    /// <summary>The value at a time of a range query: empty for none, null for the series' own, which is the same at all times.</summary>
    public Func<Query, double, string?>? ValueAt { get; set; }

    public static async Task<FakePrometheus> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var prometheus = new FakePrometheus(app);
        app.Run(prometheus.AnswerAsync);
        await app.StartAsync();
        prometheus.Address = app.Urls.Single();
        return prometheus;
    }

    /// <summary>Adds a series.</summary>
    /// <param name="metric">Name of the metric.</param>
    /// <param name="value">Its value as the query API writes it.</param>
    /// <param name="labels">Its labels.</param>
    public void Add(string metric, string value, params (string Name, string Value)[] labels)
    {
        var series = _series.GetOrAdd(metric, _ => []);
        var names = new JsonObject { ["__name__"] = metric };
        foreach (var (name, text) in labels) names[name] = text;
        lock (series) series.Add(new JsonObject { ["metric"] = names, ["value"] = new JsonArray(1.5, value) });
    }

    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(TimeSpan.Zero)) await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        double Seconds(string field) => double.Parse(form[field]!, CultureInfo.InvariantCulture);
        var isRange = context.Request.Path.Value!.EndsWith("/query_range", StringComparison.Ordinal);
        var query = new Query(form["query"]!, form.TryGetValue("time", out var time) ? time.ToString() : null, isRange ? (Seconds("start"), Seconds("end"), Seconds("step")) : null);
        Queries.Enqueue(query);
        if (Instead is { } instead && await instead(context, query)) return;
        var metric = _series.Keys.Where(name => query.Expression.Contains(name, StringComparison.Ordinal))
            .MinBy(name => query.Expression.IndexOf(name, StringComparison.Ordinal));
        var series = metric is null ? [] : _series[metric];
        var result = query.Range is null ? series : new JsonArray([.. series.Select(one => OverTime(one!, query))]);
        await context.Response.WriteAsync($$$"""{"status":"success","data":{"resultType":"{{{(isRange ? "matrix" : "vector")}}}","result":{{{result.ToJsonString(AsGoWritesIt)}}}}}""");
    }

    private JsonObject OverTime(JsonNode series, Query query)
    {
        var (start, end, step) = query.Range!.Value;
        var times = Enumerable.Range(0, (int)Math.Floor((end - start) / step) + 1).Select(i => start + (i * step));
        var values = times.Select(at => (At: at, Text: ValueAt?.Invoke(query, at) ?? series["value"]![1]!.GetValue<string>())).Where(point => point.Text.Length > 0);
        return new JsonObject { ["metric"] = series["metric"]!.DeepClone(), ["values"] = new JsonArray([.. values.Select(point => new JsonArray(point.At, point.Text))]) };
    }
}
