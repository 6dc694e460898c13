namespace NetGraph.Lab.Topologies;

/// <summary>Hosts that share a way out, such as a rack.</summary>
/// <param name="Name">Name of the group.</param>
/// <param name="Hosts">Its hosts; no host is in two groups.</param>
public sealed record HostGroup(string Name, IReadOnlyList<string> Hosts);
