using Microsoft.Extensions.Logging;
using NetGraph.Collector.Schedules;
using NetGraph.Kubernetes;
using NetGraph.Kubernetes.Leases;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector.Discovery;

/// <summary>What a collector follows in a Kubernetes cluster: nodes, pods and schedules, by one list and one watch each; and who leads.</summary>
internal sealed class Cluster
{
    private readonly ResourceCache<Node> _nodes;
    private readonly ResourceCache<Pod> _agents;
    private readonly ResourceCache<Pod>? _servers;
    private readonly ResourceCache<TestSchedule> _schedules;
    private readonly LeaderElection? _election;
    private readonly TimeProvider _clock;

    public Cluster(KubernetesClient client, ClusterOptions options, ILoggerFactory logs, TimeProvider clock)
    {
        ResourceCache<T> Follow<T>(ResourceKind<T> kind, ResourceQuery query)
            where T : class, IResource => new(client, kind, query, logger: logs.CreateLogger<ResourceCache<T>>());
        _clock = clock;
        _nodes = Follow(ResourceKinds.Nodes, ResourceQuery.All);
        _agents = Follow(ResourceKinds.Pods, new ResourceQuery { Namespace = options.AgentNamespace, LabelSelector = options.AgentSelector });
        _servers = options.ServerSelector is null ? null : Follow(ResourceKinds.Pods, new ResourceQuery { Namespace = options.ServerNamespace ?? options.AgentNamespace, LabelSelector = options.ServerSelector });
        _schedules = Follow(TestSchedule.Kind, ResourceQuery.All);
        Networks = [.. options.Networks.Select(network => new ClusterNodes(_nodes, _agents, _servers, options, network, clock))];
        Schedules = new ClusterSchedules(client, _schedules, options.Identity);
        if (options.LeaseNamespace is { } ns)
            _election = new LeaderElection(client, ElectionOf(ns, options), logs.CreateLogger<LeaderElection>());
    }

    /// <summary>The nodes that take part, by network.</summary>
    public IReadOnlyList<ClusterNodes> Networks { get; }

    /// <summary>The schedules.</summary>
    public ClusterSchedules Schedules { get; }

    /// <summary>Whether this collector leads.</summary>
    public bool IsLeader => _election?.IsLeader ?? true;

    /// <summary>Who leads, as far as is known.</summary>
    public string? Leader => _election?.Leader;

    /// <summary>Follows the cluster, and leads while no other collector does.</summary>
    /// <param name="lead">What only the leader does.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] caches = [_nodes.RunAsync(stop.Token), _agents.RunAsync(stop.Token), _servers?.RunAsync(stop.Token) ?? Task.CompletedTask, _schedules.RunAsync(stop.Token)];
        try
        {
            await (_election is null ? lead(cancellation) : _election.RunAsync(lead, cancellation)).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(caches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes how old what is known of the cluster is, and whether this collector leads.</summary>
    public void Write(ExpositionWriter writer)
    {
        writer.Write(Metrics.CollectorLeader, IsLeader ? 1 : 0);
        writer.Begin(Metrics.CollectorClusterAge);
        writer.Sample(AgeOf(_nodes.AwaySince), "nodes");
        writer.Sample(AgeOf(_agents.AwaySince), "pods");
        if (_servers is not null) writer.Sample(AgeOf(_servers.AwaySince), "server_pods");
        writer.Sample(AgeOf(_schedules.AwaySince), "testschedules");
    }

    // A killed leader is followed within 15 s: who stands by looks every 1 to 2.2 s, so that it sees the last renewal so late, and its end so late after 10.
    private static LeaderElectionOptions ElectionOf(string ns, ClusterOptions options) => new()
    {
        Namespace = ns,
        Name = options.LeaseName,
        Identity = options.Identity,
        LeaseDuration = TimeSpan.FromSeconds(10),
        RenewDeadline = TimeSpan.FromSeconds(7),
        RetryPeriod = TimeSpan.FromSeconds(1),
    };

    private double AgeOf(DateTimeOffset? since) => since is { } time ? Math.Max(0, (_clock.GetUtcNow() - time).TotalSeconds) : 0;
}
