using System.Text.Json;

namespace NetGraph.Lab.States;

/// <summary>Everything that belongs to a lab, as kept in its lab.json.</summary>
/// <param name="Name">The lab.</param>
/// <param name="IsComplete">False while it is being made, and after that was cut short.</param>
/// <param name="MaxConcurrent">How many tests a collector may run at once: 1, or null when its own rules keep tests apart.</param>
/// <param name="DataNetwork">The network inside the lab.</param>
/// <param name="ManagementNetwork">The network between root namespace and hosts, if there is one.</param>
/// <param name="ManagementInterface">The root namespace's interface to it.</param>
/// <param name="Namespaces">The namespaces, one for each node and one for the management network.</param>
/// <param name="Relays">The processes that carry the frames of delayed links.</param>
public sealed record LabState(
    string Name,
    bool IsComplete,
    int? MaxConcurrent,
    string DataNetwork,
    string? ManagementNetwork,
    string? ManagementInterface,
    IReadOnlyList<LabNamespace> Namespaces,
    IReadOnlyList<RelayProcess> Relays)
{
    /// <summary>Reads the lab.json of a lab.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="JsonException">The file is not a lab.json.</exception>
    public static LabState Read(string path) =>
        JsonSerializer.Deserialize(File.ReadAllText(path), LabJson.Readable.LabState) ?? throw new JsonException($"{path} holds null.");
}
