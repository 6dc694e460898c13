using System.Text.Json.Serialization;

namespace NetGraph.Kubernetes.Resources;

/// <summary>A lease of <c>coordination.k8s.io/v1</c>: who leads, and since when nobody heard of it.</summary>
public sealed record Lease : IResource
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>Who holds it.</summary>
    public LeaseSpec Spec { get => field ??= new(); init; }
}

/// <summary>Who holds a lease.</summary>
public sealed record LeaseSpec
{
    /// <summary>Who holds it; empty or <see langword="null"/> when it was given back.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>How long others wait after its last change before they take it: seconds, 1 or more.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder got it, by its own clock.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the holder last said that it lives, by its own clock.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often it passed from one to another.</summary>
    public int? LeaseTransitions { get; init; }
}
