using System.Text.Json.Serialization;

namespace NetGraph.Kubernetes.Resources;

/// <summary>An event of the core group (<c>v1</c>): what <c>kubectl describe</c> and <c>kubectl get events</c> show.</summary>
/// <remarks>Its namespace must be that of the object that it is about; about an object of the whole cluster it must be <c>default</c>, else the API server refuses it.</remarks>
public sealed record KubernetesEvent : IResource
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What it is about.</summary>
    public ObjectReference InvolvedObject { get => field ??= new(); init; }

    /// <summary>Why, for machines: a word in CamelCase, at most 128 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>What happened, for people: at most 1,024 characters.</summary>
    public string? Message { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }

    /// <summary>How often it happened.</summary>
    public int? Count { get; init; }

    /// <summary>When it happened first.</summary>
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When it happened last.</summary>
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>Who tells it.</summary>
    public EventSource? Source { get; init; }
}

/// <summary>What an event is about.</summary>
public sealed record ObjectReference
{
    /// <summary>Group and version, as in <c>netgraph.io/v1alpha1</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind, as in <c>TestSchedule</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Namespace; <see langword="null"/> for an object of the whole cluster.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>Identity.</summary>
    public string? Uid { get; init; }

    /// <summary>Version at which the event happened.</summary>
    public string? ResourceVersion { get; init; }
}

/// <summary>Who tells an event.</summary>
public sealed record EventSource
{
    /// <summary>The program.</summary>
    public string? Component { get; init; }

    /// <summary>The node on which it runs.</summary>
    public string? Host { get; init; }
}
