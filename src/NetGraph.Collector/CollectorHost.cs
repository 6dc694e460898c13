using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Graphite;
using NetGraph.Collector.Links;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector;

/// <summary>A collector: plans rounds, orders tests, and keeps the agents' peer lists.</summary>
public sealed class CollectorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly AgentClient _agents;
    private readonly CollectorState _state;
    private readonly GraphiteWriter? _graphite;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _work;

    private CollectorHost(WebApplication app, AgentClient agents, CollectorState state, GraphiteWriter? graphite, params Func<CancellationToken, Task>[] work)
    {
        _app = app;
        _agents = agents;
        _state = state;
        _graphite = graphite;
        _work = [.. work.Select(part => Task.Run(() => part(_stop.Token)))];
        Completion = Task.WhenAny(_work).Unwrap();
    }

    /// <summary>Port of metrics and progress.</summary>
    public int Port => ServiceHost.PortOf(_app, 0);

    /// <summary>Cycles that have ended since the start.</summary>
    public long CyclesDone => _state.ReadProgress().Last?.Cycle ?? 0;

    /// <summary>Tests of the running cycle that have ended, and all of them; <see langword="null"/> between cycles.</summary>
    public (long Done, long Planned)? Progress => _state.ReadProgress().Running is { } running ? (running.TestsSucceeded + running.TestsFailed + running.TestsSkipped, running.TestsPlanned) : null;

    /// <summary>Ends when a part of the collector's own work ends, which it does only by a fault.</summary>
    public Task Completion { get; }

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
    /// <exception cref="StartupException">The port is taken, the node list or the authority cannot be read, or the test's settings contradict each other.</exception>
    public static async Task<CollectorHost> StartAsync(CollectorOptions options, INodeSource source, LogLevel logLevel, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        if (TestOrders.FindFault(options) is { } fault) throw new StartupException($"The agents would refuse the tests that were asked for: {fault}");
        IReadOnlyList<MeshMember> first;
        try
        {
            first = await source.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (NodeSourceException exception)
        {
            throw new StartupException(exception.Message, exception);
        }

        var agents = new AgentClient(options.Token, options.AuthorityFile);
        var state = new CollectorState(options, TimeProvider.System);
        var links = new LinkTable(TimeProvider.System);
        var requests = new CycleRequests(TimeProvider.System);
        Listener[] listeners = [new(options.ListenAddress ?? IPAddress.Any, options.MetricsPort, "--metrics-port")];
        GraphiteWriter? graphite = null;
        var app = ServiceHost.CreateBuilder(listeners, logLevel).Build();
        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        var nodes = new NodeWatch(source, state, logs.CreateLogger<NodeWatch>());
        // Who asks at once must not be told that there are none.
        nodes.Take(first);
        try
        {
            ServiceHost.MapAlive(app, "/healthz");
            ServiceHost.MapAlive(app, "/readyz");
            new CollectorEndpoints(state, links, requests, options.Token).Map(app);
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

        var services = new MeshServices(nodes, agents, links, new CycleBudget(options.Budget, options.BytesPerTest, TimeProvider.System), state, TimeProvider.System, logs);
        var mesh = new TestMesh(services, options);
        var aggregate = new AggregateTest(agents, options, state, TimeProvider.System, logs.CreateLogger<AggregateTest>());
        var cycles = new CycleRunner(services, mesh, aggregate, requests, options, scheduled: null, logs.CreateLogger<CycleRunner>());
        if (options.Graphite is not null) graphite = new GraphiteWriter(options.Graphite, TimeProvider.System, logs.CreateLogger<GraphiteWriter>());
        if (graphite is not null) mesh.TestEnded += graphite.Add;
        var watch = new LinkWatch(nodes, agents, links, options.LinksInterval, TimeProvider.System, logs.CreateLogger<LinkWatch>());
        var peers = new PeerSync(nodes, agents, options.ReplacesPeers, TimeProvider.System, logs.CreateLogger<PeerSync>());
        return new CollectorHost(app, agents, state, graphite, cycles.RunAsync, peers.RunAsync, watch.RunAsync);
    }

    /// <summary>Cancels running tests, so that agents end their child processes, sends Graphite what waits for it, and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_graphite is not null) await _graphite.DisposeAsync().ConfigureAwait(false);
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _agents.Dispose();
        _stop.Dispose();
    }
}
