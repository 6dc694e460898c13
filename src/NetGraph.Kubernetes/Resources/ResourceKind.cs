using System.Text.Json.Serialization.Metadata;

namespace NetGraph.Kubernetes.Resources;

/// <summary>A kind of object and where the API server has it.</summary>
/// <param name="group">API group; empty for the core group.</param>
/// <param name="version">Version, as in <c>v1</c>.</param>
/// <param name="plural">Name in addresses and roles, as in <c>nodes</c>.</param>
/// <param name="kind">Name in objects, as in <c>Node</c>.</param>
/// <param name="isNamespaced">Whether its objects live in namespaces.</param>
public abstract class ResourceKind(string group, string version, string plural, string kind, bool isNamespaced)
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group => group;

    /// <summary>Version, as in <c>v1</c>.</summary>
    public string Version => version;

    /// <summary>Name in addresses and roles, as in <c>nodes</c>.</summary>
    public string Plural => plural;

    /// <summary>Name in objects, as in <c>Node</c>.</summary>
    public string Kind => kind;

    /// <summary>Whether its objects live in namespaces.</summary>
    public bool IsNamespaced => isNamespaced;

    /// <summary>Group and version as objects carry them, as in <c>v1</c> and <c>coordination.k8s.io/v1</c>.</summary>
    public string ApiVersion => group.Length == 0 ? version : $"{group}/{version}";

    /// <summary>Group and name, as in <c>nodes</c> and <c>leases.coordination.k8s.io</c>.</summary>
    public override string ToString() => group.Length == 0 ? plural : $"{plural}.{group}";
}

/// <summary>A kind of object, where the API server has it, and how its JSON is read.</summary>
/// <typeparam name="T">Its objects; members that the type does not have are passed over while reading.</typeparam>
/// <param name="group">API group; empty for the core group.</param>
/// <param name="version">Version, as in <c>v1</c>.</param>
/// <param name="plural">Name in addresses and roles, as in <c>nodes</c>.</param>
/// <param name="kind">Name in objects, as in <c>Node</c>.</param>
/// <param name="isNamespaced">Whether its objects live in namespaces.</param>
/// <param name="json">Generated description of the type, of a context with camelCase names that leaves out nulls.</param>
public sealed class ResourceKind<T>(string group, string version, string plural, string kind, bool isNamespaced, JsonTypeInfo<T> json)
    : ResourceKind(group, version, plural, kind, isNamespaced)
    where T : class, IResource
{
    /// <summary>Generated description of the type.</summary>
    public JsonTypeInfo<T> Json => json;
}

/// <summary>The built-in kinds that are used here.</summary>
public static class ResourceKinds
{
    /// <summary>Nodes of the cluster.</summary>
    public static ResourceKind<Node> Nodes { get; } = new("", "v1", "nodes", "Node", isNamespaced: false, KubernetesJsonContext.Default.Node);

    /// <summary>Pods.</summary>
    public static ResourceKind<Pod> Pods { get; } = new("", "v1", "pods", "Pod", isNamespaced: true, KubernetesJsonContext.Default.Pod);

    /// <summary>Leases, by which one of several is chosen to lead.</summary>
    public static ResourceKind<Lease> Leases { get; } = new("coordination.k8s.io", "v1", "leases", "Lease", isNamespaced: true, KubernetesJsonContext.Default.Lease);

    /// <summary>Events of the core group.</summary>
    public static ResourceKind<KubernetesEvent> Events { get; } = new("", "v1", "events", "Event", isNamespaced: true, KubernetesJsonContext.Default.KubernetesEvent);
}
