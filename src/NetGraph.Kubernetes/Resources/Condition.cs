using System.Text.Json.Serialization;

namespace NetGraph.Kubernetes.Resources;

/// <summary>One line of what is known about an object: of a node and of a pod.</summary>
public sealed record Condition
{
    /// <summary>What it is about, as in <c>Ready</c>.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string Type { get => field ?? ""; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    [JsonConverter(typeof(PooledStringConverter))]
    public string Status { get => field ?? ""; init; }

    /// <summary>Since when it is so, by the clock of the machine that wrote it.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>Whether it is so.</summary>
    [JsonIgnore]
    public bool IsTrue => Status == "True";
}
