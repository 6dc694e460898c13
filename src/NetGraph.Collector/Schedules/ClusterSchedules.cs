using Microsoft.Extensions.Logging;
using NetGraph.Collector.Running;
using NetGraph.Kubernetes;
using NetGraph.Kubernetes.Events;
using NetGraph.Kubernetes.Watching;

namespace NetGraph.Collector.Schedules;

/// <summary>The TestSchedules of a cluster, as they are now.</summary>
/// <param name="client">Client to write status and events by.</param>
/// <param name="cache">The schedules.</param>
/// <param name="identity">Who tells events.</param>
internal sealed class ClusterSchedules(KubernetesClient client, ResourceCache<TestSchedule> cache, string identity)
{
    /// <summary>Makes what writes status and events.</summary>
    public ScheduleReporter NewReporter(MeshServices services)
    {
        var events = new EventRecorder(client, "netgraph-collector", identity, services.Logs.CreateLogger<EventRecorder>());
        return new ScheduleReporter(client, events, services.Clock, services.Logs.CreateLogger<ScheduleReporter>());
    }

    /// <summary>Gives a book each change of the schedules.</summary>
    public async Task FollowAsync(ScheduleBook book, CancellationToken cancellation)
    {
        await cache.WaitForSyncAsync(cancellation).ConfigureAwait(false);
        while (true)
        {
            var version = cache.Version;
            book.Take(cache.Snapshot());
            await cache.WaitForChangeAsync(version, cancellation).ConfigureAwait(false);
        }
    }
}
