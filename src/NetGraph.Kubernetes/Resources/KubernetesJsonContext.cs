using System.Text.Json.Serialization;

namespace NetGraph.Kubernetes.Resources;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(KubernetesEvent))]
[JsonSerializable(typeof(ServerStatus))]
[JsonSerializable(typeof(ListMeta))]
[JsonSerializable(typeof(ObjectHead))]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;

/// <summary>What the API server answers when it does not do what it was asked (<c>metav1.Status</c>).</summary>
internal sealed record ServerStatus(string? Kind, string? Message, string? Reason, int? Code, ServerStatusDetails? Details);

/// <summary>Details of it.</summary>
internal sealed record ServerStatusDetails(int? RetryAfterSeconds);

/// <summary>What a list has beside its items.</summary>
internal sealed record ListMeta(string? ResourceVersion, string? Continue);

/// <summary>The head of an object whose rest does not matter, as in a bookmark.</summary>
internal sealed record ObjectHead(ObjectMeta? Metadata);
