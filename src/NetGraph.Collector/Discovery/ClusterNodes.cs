using System.Net;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Measurements;

namespace NetGraph.Collector.Discovery;

/// <summary>Finds nodes in a Kubernetes cluster: those that are ready for work and on which an agent, or a bare iperf3 server, is ready.</summary>
/// <param name="nodes">All nodes.</param>
/// <param name="agents">Pods of agents.</param>
/// <param name="servers">Pods of bare iperf3 servers; <see langword="null"/> when there are none.</param>
/// <param name="options">Which of them take part.</param>
/// <param name="network">Network whose agents take part.</param>
/// <param name="clock">Time.</param>
internal sealed class ClusterNodes(ResourceCache<Node> nodes, ResourceCache<Pod> agents, ResourceCache<Pod>? servers, ClusterOptions options, string network, TimeProvider clock) : INodeSource
{
    private const string ZoneLabel = "topology.kubernetes.io/zone";
    private const string RegionLabel = "topology.kubernetes.io/region";
    private const string InstanceTypeLabel = "node.kubernetes.io/instance-type";
    private readonly NodeFile? _probes = options.ProbesFile is { } file ? new NodeFile(file, hasNodes: false) : null;
    private volatile IReadOnlyDictionary<string, int> _leftOut = new Dictionary<string, int>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> LeftOut => _leftOut;

    /// <inheritdoc/>
    /// <exception cref="NodeSourceException">Not all was read yet.</exception>
    public Task<IReadOnlyList<MeshMember>> ReadAsync(CancellationToken cancellation)
    {
        if ((nodes.IsSynced ? agents.IsSynced ? servers is { IsSynced: false } ? servers.Fault : null : agents.Fault : nodes.Fault) is { } fault) throw new NodeSourceException(fault.Message, fault);
        if (!nodes.IsSynced || !agents.IsSynced || servers is { IsSynced: false }) throw new NodeSourceException("The cluster's nodes and pods have not been read yet.");
        var (members, leftOut) = Join(nodes.Snapshot(), agents.Snapshot(), servers?.Snapshot() ?? [], options, network, clock.GetUtcNow());
        _leftOut = leftOut;
        return Task.FromResult(members);
    }

    /// <inheritdoc/>
    public Task<ProbeSettings> ReadProbesAsync(CancellationToken cancellation) => _probes?.ReadProbesAsync(cancellation) ?? Task.FromResult(ProbeSettings.Default);

    /// <inheritdoc/>
    public long Version => nodes.Version + agents.Version + (servers?.Version ?? 0);

    /// <inheritdoc/>
    public async Task WaitForChangeAsync(long version, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // The versions are read first: what changes from then on is noticed.
        Task[] changes = [nodes.WaitForChangeAsync(nodes.Version, stop.Token), .. new[] { agents, servers }.OfType<ResourceCache<Pod>>().Select(cache => cache.WaitForChangeAsync(cache.Version, stop.Token))];
        if (Version == version) await Task.WhenAny(changes).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(changes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Joins nodes with pods.</summary>
    /// <param name="nodes">All nodes.</param>
    /// <param name="agents">Pods of agents.</param>
    /// <param name="servers">Pods of bare iperf3 servers.</param>
    /// <param name="options">Which of them take part.</param>
    /// <param name="network">Network whose agents take part.</param>
    /// <param name="now">The time.</param>
    /// <returns>Who takes part, and how many nodes do not, by why.</returns>
    public static (IReadOnlyList<MeshMember> Members, IReadOnlyDictionary<string, int> LeftOut) Join(
        IReadOnlyList<Node> nodes, IReadOnlyList<Pod> agents, IReadOnlyList<Pod> servers, ClusterOptions options, string network, DateTimeOffset now)
    {
        Pod[] ofNetwork = [.. agents.Where(pod => pod.Metadata.Labels.GetValueOrDefault(ClusterOptions.NetworkLabel, network) == network)];
        var agentOf = ReadyPods.Newest(ofNetwork);
        var serverOf = ReadyPods.Newest(servers);
        var withPod = ofNetwork.Select(pod => pod.Spec.NodeName).ToHashSet(StringComparer.Ordinal);
        var members = new List<MeshMember>();
        var leftOut = NodeState.Reasons.ToDictionary(reason => reason, _ => 0);
        foreach (var node in nodes.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal))
        {
            var name = node.Metadata.Name;
            if (NodeState.FindReason(node, options.NodeGrace, now) is { } reason) leftOut[reason]++;
            else if (agentOf.GetValueOrDefault(name) is { } agent && ReadyPods.AddressOf(agent) is { } address) members.Add(AgentOf(node, agent, address, options));
            else if (serverOf.GetValueOrDefault(name) is { } server && ReadyPods.AddressOf(server) is { } host) members.Add(TargetOf(node, server, host, options));
            else leftOut[withPod.Contains(name) ? NodeState.AgentNotReady : NodeState.NoAgent]++;
        }

        return (members, leftOut);
    }

    private static AgentNode AgentOf(Node node, Pod pod, IPAddress address, ClusterOptions options)
    {
        int Port(string name, int preset) => pod.Spec.Containers.SelectMany(container => container.Ports).FirstOrDefault(port => port.Name == name)?.Number ?? preset;
        return new AgentNode(MeshNodeOf(node, options), address)
        {
            Labels = node.Metadata.Labels,
            ManagementAddress = address,
            OrdersPort = Port("orders", 9877),
            EchoPort = Port("echo", 9878),
            MetricsPort = Port("metrics", 9876),
        };
    }

    private static TargetNode TargetOf(Node node, Pod pod, IPAddress address, ClusterOptions options) => new(MeshNodeOf(node, options), address.ToString())
    {
        Labels = node.Metadata.Labels,
        ServerPort = pod.Spec.Containers.SelectMany(container => container.Ports).FirstOrDefault(port => port.Protocol is null or "TCP")?.Number ?? 5201,
    };

    private static MeshNode MeshNodeOf(Node node, ClusterOptions options)
    {
        string? Label(string key) => node.Metadata.Labels.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
        return new MeshNode(node.Metadata.Name) { Zone = Label(ZoneLabel), Region = Label(RegionLabel), Rack = Label(options.RackLabel), InstanceType = Label(InstanceTypeLabel) };
    }
}
