using Microsoft.Extensions.Logging;
using NetGraph.Collector.Graphite;
using NetGraph.Collector.Links;
using NetGraph.Collector.Schedules;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector.Running;

/// <summary>What only the collector does that leads: runs cycles, keeps peer lists, reads links, and follows schedules. May run again after it has ended.</summary>
/// <param name="networks">What all meshes of a network share; the first network's is that of schedules.</param>
/// <param name="options">Settings of the collector.</param>
/// <param name="requests">Orders to run a cycle now.</param>
/// <param name="graphite">Where results go beside; <see langword="null"/> for nowhere.</param>
/// <param name="schedules">The schedules of a cluster; <see langword="null"/> when there is none.</param>
internal sealed class MeshLead(IReadOnlyList<MeshServices> networks, CollectorOptions options, CycleRequests requests, GraphiteWriter? graphite, ClusterSchedules? schedules)
{
    private volatile ScheduleBook? _book;

    /// <summary>Leads until cancelled, or until a part of it fails.</summary>
    /// <param name="cancellation">Ends it and cancels running tests, so that agents end their child processes.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var services = networks[0];
        // A collector that led before knows nothing of what another did meanwhile: all but the budget begins anew.
        TestMesh[] meshes = [.. networks.Select(network => new TestMesh(network, options))];
        var reporter = schedules?.NewReporter(services);
        var book = reporter is null ? null : new ScheduleBook(services, options, reporter, services.Logs.CreateLogger<ScheduleBook>());
        var aggregate = new AggregateTest(services.Agents, options, services.State, services.Clock, services.Logs.CreateLogger<AggregateTest>());
        var own = options.IsOrderingOff ? options with { OnRequestOnly = true } : options;
        var cycles = new CycleRunner(services, meshes, aggregate, requests, own, book, services.Logs.CreateLogger<CycleRunner>());
        var parts = new List<Task> { cycles.RunAsync(stop.Token) };
        foreach (var network in networks)
        {
            parts.Add(new PeerSync(network.Nodes, network.Agents, options, book is null ? null : () => book.Names, network.Clock, network.Logs.CreateLogger<PeerSync>()).RunAsync(stop.Token));
            if (!options.IsOrderingOff) parts.Add(new LinkWatch(network.Nodes, network.Agents, network.Links, options.LinksInterval, network.Clock, network.Logs.CreateLogger<LinkWatch>()).RunAsync(stop.Token));
        }

        if (graphite is not null) meshes[0].TestEnded += graphite.Add;
        if (graphite is not null && book is not null) book.TestEnded += graphite.Add;
        if (book is not null) parts.AddRange([schedules!.FollowAsync(book, stop.Token), reporter!.RunAsync(stop.Token)]);
        _book = book;
        try
        {
            await (await Task.WhenAny(parts).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _book = null;
        }
    }

    /// <summary>Writes what is known of the schedules.</summary>
    public void Write(ExpositionWriter writer) => _book?.Write(writer);
}
