namespace NetGraph.Lab.States;

/// <summary>One network namespace of a lab.</summary>
/// <param name="Name">Its name for ip netns, such as racks8-h1.</param>
/// <param name="Node">The node in it, or mgmt.</param>
/// <param name="Kind">host, router or management.</param>
/// <param name="Address">Its address in the data network.</param>
/// <param name="ManagementAddress">A host's address in the management network.</param>
public sealed record LabNamespace(string Name, string Node, string Kind, string? Address, string? ManagementAddress);
