using System.Text.Json.Serialization;

namespace NetGraph.Kubernetes.Resources;

/// <summary>What every object of the Kubernetes API has. Only what is used here is held; the rest is passed over while reading.</summary>
public sealed record ObjectMeta
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <summary>Name, one of its kind in its namespace.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Namespace; <see langword="null"/> for an object of the whole cluster.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string? Namespace { get; init; }

    /// <summary>Prefix from which the server makes the name of an object that is created without one.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Identity over time: an object that is deleted and made again under the same name has another one.</summary>
    public string? Uid { get; init; }

    /// <summary>Version of the object: opaque, compared for equality only.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Version of the <c>spec</c>, counted from 1.</summary>
    public long? Generation { get; init; }

    /// <summary>Labels; empty when there are none.</summary>
    [JsonConverter(typeof(PooledMapConverter))]
    public IReadOnlyDictionary<string, string> Labels { get => field ?? Nothing; init; }

    /// <summary>Annotations but for kubectl's copy of the whole object; empty when there are none.</summary>
    [JsonConverter(typeof(PooledMapConverter))]
    public IReadOnlyDictionary<string, string> Annotations { get => field ?? Nothing; init; }

    /// <summary>When it was made, to the second, by the server's clock.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When it was asked to go; <see langword="null"/> while nobody did.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }
}
