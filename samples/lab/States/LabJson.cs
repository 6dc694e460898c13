using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.States;

/// <summary>The JSON that the lab writes for people and programs to read.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IReadOnlyList<Truth>))]
[JsonSerializable(typeof(LabState))]
[JsonSerializable(typeof(NodeInventory))]
[JsonSerializable(typeof(RelayProcess))]
internal sealed partial class LabJson : JsonSerializerContext
{
    /// <summary>Leaves the arrow in tor1->spine1 as it is.</summary>
    public static LabJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
