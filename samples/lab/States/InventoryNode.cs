using System.Text.Json.Serialization;

namespace NetGraph.Lab.States;

/// <summary>A host that can run tests.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address in the data network.</param>
/// <param name="ManagementAddress">Its address in the management network, if the lab has one and is up.</param>
/// <param name="Zone">Always lab.</param>
/// <param name="Rack">Its group.</param>
public sealed record InventoryNode(
    string Name,
    string Address,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ManagementAddress,
    string Zone,
    string Rack);
