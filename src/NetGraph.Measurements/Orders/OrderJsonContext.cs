using System.Text.Json.Serialization;

namespace NetGraph.Measurements.Orders;

/// <summary>JSON form of the orders and their answers: camel case, names for enumerations, unknown members and the lack of a required one refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ServerOrder))]
[JsonSerializable(typeof(ServerGrant))]
[JsonSerializable(typeof(ServerReport))]
[JsonSerializable(typeof(ThroughputOrder))]
[JsonSerializable(typeof(ThroughputResult))]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(QualityReport))]
[JsonSerializable(typeof(PeerList))]
[JsonSerializable(typeof(PeerListVersion))]
[JsonSerializable(typeof(IReadOnlyList<AgentLink>))]
[JsonSerializable(typeof(ClockReport))]
public sealed partial class OrderJsonContext : JsonSerializerContext;
