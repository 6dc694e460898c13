using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Graphite;
using NetGraph.Collector.Links;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Kubernetes;
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

    private CollectorHost(WebApplication app, AgentClient agents, CollectorState state, GraphiteWriter? graphite, Func<CancellationToken, Task> work)
    {
        _app = app;
        _agents = agents;
        _state = state;
        _graphite = graphite;
        Completion = Task.Run(() => work(_stop.Token));
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

    /// <summary>Starts a collector of nodes that a list names.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="source">Which nodes exist.</param>
    /// <param name="logging">What is logged.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="StartupException">The port is taken, the node list or the authority cannot be read, or the test's settings contradict each other.</exception>
    public static async Task<CollectorHost> StartAsync(CollectorOptions options, INodeSource source, LogSettings logging, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        CheckTests(options);
        IReadOnlyList<MeshMember> first;
        try
        {
            first = await source.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (NodeSourceException exception)
        {
            throw new StartupException(exception.Message, exception);
        }

        return await StartAsync(options, source, first, null, logging, cancellation).ConfigureAwait(false);
    }

    /// <summary>Starts a collector of the nodes of a Kubernetes cluster. It need not answer yet: the collector waits for it.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="client">The cluster's API server; must live as long as the collector.</param>
    /// <param name="cluster">Which nodes take part, and whether collectors choose one that leads.</param>
    /// <param name="logging">What is logged.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="StartupException">The port is taken, the authority cannot be read, or the test's settings contradict each other.</exception>
    public static Task<CollectorHost> StartInClusterAsync(CollectorOptions options, KubernetesClient client, ClusterOptions cluster, LogSettings logging, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(cluster);
        CheckTests(options);
        return StartAsync(options, null, [], logs => new Cluster(client, cluster, logs, TimeProvider.System), logging, cancellation);
    }

    private static async Task<CollectorHost> StartAsync(
        CollectorOptions options, INodeSource? source, IReadOnlyList<MeshMember> first, Func<ILoggerFactory, Cluster>? connect, LogSettings logging, CancellationToken cancellation)
    {
        var agents = new AgentClient(options.Token, options.AuthorityFile);
        var state = new CollectorState(options, TimeProvider.System);
        var links = new LinkTable(TimeProvider.System);
        var requests = new CycleRequests(TimeProvider.System);
        Listener[] listeners = [new(options.ListenAddress ?? Listener.EveryAddress, options.MetricsPort, "--metrics-port")];
        var app = ServiceHost.CreateBuilder(listeners, logging).Build();
        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        var cluster = connect?.Invoke(logs);
        var nodes = new NodeWatch(source ?? cluster!.Networks[0], state, logs.CreateLogger<NodeWatch>());
        // Who asks at once must not be told that there are none.
        nodes.Take(first);
        var services = new MeshServices(nodes, agents, links, new CycleBudget(options.Budget, options.BytesPerTest, TimeProvider.System), state, TimeProvider.System, logs);
        var graphite = options.Graphite is null ? null : new GraphiteWriter(options.Graphite, TimeProvider.System, logs.CreateLogger<GraphiteWriter>());
        MeshServices[] others = [.. (cluster?.Networks ?? []).Skip(1).Select(network => services with { Nodes = new NodeWatch(network, state, logs.CreateLogger<NodeWatch>(), isPublished: false), Links = new LinkTable(TimeProvider.System) })];
        var lead = new MeshLead([services, .. others], options, requests, graphite, cluster?.Schedules);
        try
        {
            ServiceHost.MapAlive(app, "/healthz");
            ServiceHost.MapAlive(app, "/readyz");
            new CollectorEndpoints(state, links, requests, options.Token, () => WhyNoOrders(options, cluster)).Map(app);
            ServiceHost.MapMetrics(app, writer => WriteAll(writer, state, lead, cluster, graphite));
            await ServiceHost.StartAsync(app, listeners, cancellation).ConfigureAwait(false);
        }
        catch
        {
            agents.Dispose();
            if (graphite is not null) await graphite.DisposeAsync().ConfigureAwait(false);
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new CollectorHost(app, agents, state, graphite, cluster is null ? lead.RunAsync : stop => cluster.RunAsync(lead.RunAsync, stop));
    }

    private static void CheckTests(CollectorOptions options)
    {
        if (TestOrders.FindFault(options) is { } fault) throw new StartupException($"The agents would refuse the tests that were asked for: {fault}");
    }

    private static void WriteAll(ExpositionWriter writer, CollectorState state, MeshLead lead, Cluster? cluster, GraphiteWriter? graphite)
    {
        // What one that stands by knows is old, or nothing: beside that of the leader it would be two truths.
        if (cluster is null or { IsLeader: true }) state.WriteMesh(writer);
        lead.Write(writer);
        cluster?.Write(writer);
        graphite?.Write(writer);
        ProcessMetrics.Write(writer, "collector");
    }

    private static string? WhyNoOrders(CollectorOptions options, Cluster? cluster) =>
        options.IsOrderingOff ? "This collector was started with --no-orders: it orders nothing from agents."
        : cluster is { IsLeader: false } ? cluster.Leader is { } leader ? $"Another collector leads, and this one stands by: ask '{leader}'." : "No collector leads yet: ask again in some seconds."
        : null;

    /// <summary>Cancels running tests, so that agents end their child processes, sends Graphite what waits for it, and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_graphite is not null) await _graphite.DisposeAsync().ConfigureAwait(false);
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _agents.Dispose();
        _stop.Dispose();
    }
}
