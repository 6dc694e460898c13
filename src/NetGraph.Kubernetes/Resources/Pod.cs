using System.Text.Json.Serialization;

namespace NetGraph.Kubernetes.Resources;

/// <summary>A pod: what discovery looks at.</summary>
public sealed record Pod : IResource
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What it consists of.</summary>
    public PodSpec Spec { get => field ??= new(); init; }

    /// <summary>How it is.</summary>
    public PodStatus Status { get => field ??= new(); init; }

    /// <summary>The condition <c>Ready</c>; <see langword="null"/> while the kubelet reported none.</summary>
    [JsonIgnore]
    public Condition? Ready => Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready");
}

/// <summary>What a pod consists of.</summary>
public sealed record PodSpec
{
    /// <summary>Node on which it runs; <see langword="null"/> until it is scheduled.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string? NodeName { get; init; }

    /// <summary>Whether it shares the node's network.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Containers; empty when there are none.</summary>
    public IReadOnlyList<Container> Containers { get => field ?? []; init; }
}

/// <summary>A container of a pod.</summary>
public sealed record Container
{
    /// <summary>Name in the pod.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string Name { get => field ?? ""; init; }

    /// <summary>Ports; empty when none is declared.</summary>
    public IReadOnlyList<ContainerPort> Ports { get => field ?? []; init; }
}

/// <summary>A declared port of a container.</summary>
public sealed record ContainerPort
{
    /// <summary>Name in the pod, if it has one.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string? Name { get; init; }

    /// <summary>Number: 1 to 65535.</summary>
    [JsonPropertyName("containerPort")]
    public int Number { get; init; }

    /// <summary><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>; <see langword="null"/> is TCP.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string? Protocol { get; init; }
}

/// <summary>How a pod is.</summary>
public sealed record PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string? Phase { get; init; }

    /// <summary>First address, if it has one yet.</summary>
    [JsonPropertyName("podIP")]
    public string? PodIP { get; init; }

    /// <summary>All addresses, at most one of each family; empty when it has none yet.</summary>
    [JsonPropertyName("podIPs")]
    public IReadOnlyList<PodIP> PodIPs { get => field ?? []; init; }

    /// <summary>Address of the node, if the pod is scheduled.</summary>
    [JsonPropertyName("hostIP")]
    public string? HostIP { get; init; }

    /// <summary>Conditions; empty when there are none yet.</summary>
    public IReadOnlyList<Condition> Conditions { get => field ?? []; init; }
}

/// <summary>An address of a pod.</summary>
public sealed record PodIP
{
    /// <summary>The address.</summary>
    [JsonPropertyName("ip")]
    public string Address { get => field ?? ""; init; }
}
