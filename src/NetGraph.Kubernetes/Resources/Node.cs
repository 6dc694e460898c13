using System.Text.Json.Serialization;

namespace NetGraph.Kubernetes.Resources;

/// <summary>A node of the cluster: what discovery looks at.</summary>
public sealed record Node : IResource
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What is wanted of it.</summary>
    public NodeSpec Spec { get => field ??= new(); init; }

    /// <summary>How it is.</summary>
    public NodeStatus Status { get => field ??= new(); init; }

    /// <summary>The condition <c>Ready</c>; <see langword="null"/> before the kubelet reported for the first time.</summary>
    [JsonIgnore]
    public Condition? Ready => Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready");
}

/// <summary>What is wanted of a node.</summary>
public sealed record NodeSpec
{
    /// <summary>Whether no new pods may be placed there: the node is cordoned.</summary>
    public bool Unschedulable { get; init; }
}

/// <summary>How a node is.</summary>
public sealed record NodeStatus
{
    /// <summary>Conditions; empty when there are none yet.</summary>
    public IReadOnlyList<Condition> Conditions { get => field ?? []; init; }

    /// <summary>Addresses; empty when there are none yet.</summary>
    public IReadOnlyList<NodeAddress> Addresses { get => field ?? []; init; }
}

/// <summary>An address of a node.</summary>
public sealed record NodeAddress
{
    /// <summary><c>InternalIP</c>, <c>ExternalIP</c>, <c>Hostname</c>, <c>InternalDNS</c> or <c>ExternalDNS</c>.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string Type { get => field ?? ""; init; }

    /// <summary>The address or name.</summary>
    public string Address { get => field ?? ""; init; }
}
