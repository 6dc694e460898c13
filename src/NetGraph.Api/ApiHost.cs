using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetGraph.Api.Analysis;
using NetGraph.Api.Grafana;
using NetGraph.Api.Rendering;
using NetGraph.Api.Snapshots;
using NetGraph.Api.Web;
using NetGraph.Hosting;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Api;

/// <summary>An api: turns measurements into graphs, pictures and answers. Holds nothing that it cannot read again.</summary>
public sealed partial class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    private ApiHost(WebApplication app) => _app = app;

    /// <summary>Port of everything.</summary>
    public int Port => ServiceHost.PortOf(_app, 0);

    /// <summary>A source that reads from a server with Prometheus' query API.</summary>
    /// <param name="address">Base address of the server, such as <c>http://localhost:9090</c>; a path is kept.</param>
    /// <param name="timeout">Longest time for a query.</param>
    /// <exception cref="StartupException">The address is none.</exception>
    public static IMeasurementSource ReadFromPrometheus(string address, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ReadFromPrometheus(new PrometheusOptions { Address = address, Timeout = timeout });
    }

    /// <summary>A source that reads from a server with Prometheus' query API.</summary>
    /// <param name="options">How to reach it.</param>
    /// <param name="network">Network whose measurements are read, where agents measure more than one; <see langword="null"/> for all.</param>
    /// <exception cref="StartupException">The settings cannot be, or a file that they name cannot be used.</exception>
    public static IMeasurementSource ReadFromPrometheus(PrometheusOptions options, string? network = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindFault() is { } fault) throw new StartupException(fault);
        return new PrometheusSource(new PrometheusClient(options), TimeProvider.System, network);
    }

    /// <summary>A source that reads the newest matrix from a collector; it has no history.</summary>
    /// <param name="address">Base address of the collector, such as <c>http://localhost:9876</c>; a path is kept.</param>
    /// <param name="timeout">Longest time to read it.</param>
    /// <exception cref="StartupException">The address is none.</exception>
    public static IMeasurementSource ReadFromCollector(string address, TimeSpan timeout) => CollectorSource.Of(address, timeout);

    /// <summary>Starts an api.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="source">Where its measurements come from.</param>
    /// <param name="logging">What is logged.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="StartupException">The port is taken.</exception>
    public static async Task<ApiHost> StartAsync(ApiOptions options, IMeasurementSource source, LogSettings logging, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        Listener[] listeners = [new(options.ListenAddress ?? Listener.EveryAddress, options.Port, "--port")];
        var builder = ServiceHost.CreateBuilder(listeners, logging);
        builder.Services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "NetGraph api";
            document.Info.Version = typeof(ApiHost).Assembly.GetName().Version?.ToString(3);
            document.Info.Description = "The network between the nodes of a cluster as a graph.";
            return Task.CompletedTask;
        }));
        var app = builder.Build();
        try
        {
            var state = new ApiState();
            var log = app.Services.GetRequiredService<ILogger<ApiHost>>();
            if (source is PrometheusSource prometheus) prometheus.Client.OnQuery = report => Note(report, state, log);
            var cache = new SnapshotCache(source, options.FreshFor, TimeProvider.System, state, reason => Log.SourceAway(log, reason));
            var answers = new Answers(cache, TimeProvider.System, options.Expectations);
            GraphEndpoints.Map(app, answers);
            PathEndpoints.Map(app, answers);
            AnalysisEndpoints.Map(app, answers);
            HistoryEndpoints.Map(app, answers, cache);
            PlanEndpoints.Map(app, answers, cache);
            NodeGraphEndpoints.Map(app, answers);
            WebEndpoints.Map(app);
            MapHealth(app, cache);
            app.MapOpenApi("/openapi/{documentName}.json");
            var watch = new AnalysisWatch(cache, options.AnalysisInterval, TimeProvider.System, options.Expectations, exception => Log.AnalysisFailed(log, exception));
            ServiceHost.MapMetrics(app, writer =>
            {
                state.Write(writer);
                watch.Write(writer);
            });
            app.MapFallback("{*path}", SayThatThereIsNothing).ExcludeFromDescription();
            await ServiceHost.StartAsync(app, listeners, cancellation).ConfigureAwait(false);
            var api = new ApiHost(app);
            api._watching = watch.RunAsync(api._stop.Token);
            var port = api.Port;
            Log.Started(log, port);
            return api;
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stop.Dispose();
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static void Note(QueryReport report, ApiState state, ILogger log)
    {
        state.CountQuery(report);
        if (log.IsEnabled(LogLevel.Debug))
            Log.Asked(log, report.Elapsed.TotalSeconds, report.ToFirstByte.TotalSeconds, report.Bytes, report.Samples, report.Retries, report.IsSuccess ? "" : ", failed", report.Expression);
    }

    private static Task SayThatThereIsNothing(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return Problems.WriteAsync(context, 404, "Not found", $"There is nothing at {context.Request.Path}: /openapi/v1.json lists what there is.");
        context.Response.Headers.Allow = "GET, HEAD";
        return Problems.WriteAsync(context, 405, "Method not allowed", $"{context.Request.Method} is not allowed here: the api only answers, ask with GET or HEAD.");
    }

    private static void MapHealth(WebApplication app, SnapshotCache cache)
    {
        ServiceHost.MapAlive(app, "/healthz");
        // The cast keeps it from being taken for a plain request delegate, which the OpenAPI document leaves out.
        app.MapGet("/readyz", (Delegate)(async (HttpContext context) =>
        {
            try
            {
                // Asked every few seconds: once there is a graph, nothing is read for it.
                if (!cache.HasGraph) await cache.GetAsync(new SnapshotQuery { Detail = SnapshotDetail.ThroughputOnly }, context.RequestAborted).ConfigureAwait(false);
                await context.Response.WriteAsync("ok\n", context.RequestAborted).ConfigureAwait(false);
            }
            catch (MeasurementSourceException exception)
            {
                await Problems.WriteAsync(context, 503, "Not ready", exception.Message).ConfigureAwait(false);
            }
        })).WithSummary("200 once there is a graph to serve").Produces(200, contentType: "text/plain").ProducesProblem(503);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Listening on port {Port}")]
        public static partial void Started(ILogger log, int port);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Asked Prometheus: {Seconds:0.000} s ({ToFirstByte:0.000} s to the first byte), {Bytes} bytes, {Samples} samples, {Retries} retries{Outcome}: {Expression}")]
        public static partial void Asked(ILogger log, double seconds, double toFirstByte, long bytes, int samples, int retries, string outcome, string expression);

        [LoggerMessage(Level = LogLevel.Error, Message = "The mesh could not be analysed: no analysis metrics until the next minute's analysis succeeds")]
        public static partial void AnalysisFailed(ILogger log, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
        public static partial void SourceAway(ILogger log, string reason);
    }
}
