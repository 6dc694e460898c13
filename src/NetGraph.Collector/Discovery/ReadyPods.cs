using System.Net;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Collector.Discovery;

/// <summary>Which pods can be reached, and where.</summary>
internal static class ReadyPods
{
    /// <summary>The newest ready pod of each node: while a pod is replaced there are two.</summary>
    public static Dictionary<string, Pod> Newest(IReadOnlyList<Pod> pods) => pods
        .Where(pod => pod is { Spec.NodeName: not null, Metadata.DeletionTimestamp: null, Status.Phase: "Running", Ready.IsTrue: true })
        .GroupBy(pod => pod.Spec.NodeName!, StringComparer.Ordinal)
        .ToDictionary(same => same.Key, same => same.MaxBy(pod => pod.Metadata.CreationTimestamp)!, StringComparer.Ordinal);

    /// <summary>Its address, once it has one.</summary>
    public static IPAddress? AddressOf(Pod pod) => IPAddress.TryParse(pod.Status.PodIP, out var address) ? address : null;
}
