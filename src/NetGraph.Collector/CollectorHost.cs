using System.Net;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Graphite;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector;

/// <summary>A collector: plans rounds, orders tests, and keeps the agents' peer lists.</summary>
public sealed partial class CollectorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly AgentClient _agents;
    private readonly CollectorState _state;
    private readonly GraphiteWriter? _graphite;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    private CollectorHost(WebApplication app, AgentClient agents, CollectorState state, GraphiteWriter? graphite, Func<CancellationToken, Task> work)
    {
        _app = app;
        _agents = agents;
        _state = state;
        _graphite = graphite;
        _work = Task.Run(() => work(_stop.Token));
    }

    /// <summary>Port of metrics and progress.</summary>
    public int Port => ServiceHost.PortOf(_app, 0);

    /// <summary>Cycles that have ended since the start.</summary>
    public long CyclesDone => _state.ReadProgress().Last?.Cycle ?? 0;

    /// <summary>Tests of the running cycle that have ended, and all of them; <see langword="null"/> between cycles.</summary>
    public (int Done, int Planned)? Progress => _state.ReadProgress().Running is { } running ? (running.TestsSucceeded + running.TestsFailed, running.TestsPlanned) : null;

    /// <summary>Ends when the collector's own work ends, which it does only by a fault.</summary>
    public Task Completion => _work;

    /// <summary>Writes the collector's metrics but what every process says of itself, for another part of the same process to publish.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteMetrics(ExpositionWriter writer)
    {
        _state.WriteMesh(writer);
        _graphite?.Write(writer);
    }

    /// <summary>Starts a collector.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="source">Which nodes exist.</param>
    /// <param name="logLevel">Least level that is logged.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="StartupException">The port is taken, or the node list or the authority cannot be read.</exception>
    public static async Task<CollectorHost> StartAsync(CollectorOptions options, INodeSource source, LogLevel logLevel, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            await source.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (NodeSourceException exception)
        {
            throw new StartupException(exception.Message, exception);
        }

        var agents = new AgentClient(options.Token, options.AuthorityFile);
        var state = new CollectorState(options, TimeProvider.System);
        Listener[] listeners = [new(options.ListenAddress ?? IPAddress.Any, options.MetricsPort, "--metrics-port")];
        GraphiteWriter? graphite = null;
        var app = ServiceHost.CreateBuilder(listeners, logLevel).Build();
        try
        {
            ServiceHost.MapAlive(app, "/healthz");
            ServiceHost.MapAlive(app, "/readyz");
            app.MapGet("/api/v1/cycle", () => Results.Json(state.ReadProgress(), ProgressJsonContext.Default.CycleProgress));
            ServiceHost.MapMetrics(app, writer =>
            {
                state.Write(writer);
                graphite?.Write(writer);
            });
            await ServiceHost.StartAsync(app, listeners, cancellation).ConfigureAwait(false);
        }
        catch
        {
            agents.Dispose();
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        if (options.Graphite is not null) graphite = new GraphiteWriter(options.Graphite, TimeProvider.System, logs.CreateLogger<GraphiteWriter>());
        var nodes = new NodeWatch(source, state, logs.CreateLogger<NodeWatch>());
        var test = new PairTest(agents, options, state, TimeProvider.System, logs.CreateLogger<PairTest>());
        var cycles = new CycleRunner(nodes, test, options, state, TimeProvider.System, logs.CreateLogger<CycleRunner>());
        if (graphite is not null) cycles.TestEnded += graphite.Add;
        var peers = new PeerSync(nodes, agents, TimeProvider.System, logs.CreateLogger<PeerSync>());
        return new CollectorHost(app, agents, state, graphite, stop => Task.WhenAll(cycles.RunAsync(stop), peers.RunAsync(stop)));
    }

    /// <summary>Cancels running tests, so that agents end their child processes, sends Graphite what waits for it, and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_graphite is not null) await _graphite.DisposeAsync().ConfigureAwait(false);
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _agents.Dispose();
        _stop.Dispose();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CycleProgress))]
internal sealed partial class ProgressJsonContext : JsonSerializerContext;
