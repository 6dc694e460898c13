using NetGraph.Kubernetes;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Measurements;

namespace NetGraph.Collector.Discovery;

/// <summary>Finds bare iperf3 servers by the labels of their pods, beside members that are known: what iperf3-monitor's exporter does, with the same rights (list and watch pods).</summary>
/// <param name="client">The cluster's API server.</param>
/// <param name="ns">Namespace of the pods.</param>
/// <param name="selector">Their labels.</param>
/// <param name="port">Port of their servers.</param>
/// <param name="known">Who takes part in any case; a pod on a node of the same name does not.</param>
public sealed class PodServers(KubernetesClient client, string ns, string selector, int port, IReadOnlyList<MeshMember> known) : INodeSource
{
    private readonly ResourceCache<Pod> _pods = new(client, ResourceKinds.Pods, Query(ns, selector));

    /// <inheritdoc/>
    public long Version => _pods.Version;

    /// <summary>Follows the pods.</summary>
    /// <param name="cancellation">Ends it.</param>
    public Task RunAsync(CancellationToken cancellation) => _pods.RunAsync(cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MeshMember>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            if (_pods.Fault is { } fault) throw fault;
            var pods = _pods.IsSynced ? _pods.Snapshot() : (await client.ListAsync(ResourceKinds.Pods, Query(ns, selector), cancellation).ConfigureAwait(false)).Items;
            return [.. known, .. Find(pods, known, port)];
        }
        catch (KubernetesException exception)
        {
            throw new NodeSourceException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public Task WaitForChangeAsync(long version, CancellationToken cancellation) => _pods.WaitForChangeAsync(version, cancellation);

    /// <summary>The servers of pods that are ready, one a node.</summary>
    /// <param name="pods">The pods.</param>
    /// <param name="known">Who is known: their names are taken.</param>
    /// <param name="port">Port of the servers.</param>
    internal static IEnumerable<TargetNode> Find(IReadOnlyList<Pod> pods, IReadOnlyList<MeshMember> known, int port)
    {
        var names = known.Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (node, pod) in ReadyPods.Newest(pods).OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            if (!names.Contains(node) && ReadyPods.AddressOf(pod) is { } address) yield return new TargetNode(new MeshNode(node), address.ToString()) { ServerPort = port };
        }
    }

    private static ResourceQuery Query(string ns, string selector) => new() { Namespace = ns, LabelSelector = selector };
}
