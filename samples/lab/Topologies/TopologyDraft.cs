namespace NetGraph.Lab.Topologies;

/// <summary>What a file says before it is known to make sense, with the errors found while reading it.</summary>
internal sealed class TopologyDraft
{
    public List<string> Errors { get; } = [];

    public string? Name { get; set; }

    public bool HasManagementNetwork { get; set; }

    public List<string> Hosts { get; set; } = [];

    public List<string> Routers { get; set; } = [];

    public List<LinkDraft> Links { get; set; } = [];

    public List<HostGroup>? Groups { get; set; }

    /// <summary>Whether nodes and links could be read whole, so that what they say of each other can be judged.</summary>
    public bool IsShapeKnown { get; set; } = true;

    public Topology ToTopology() =>
        new(Name!, HasManagementNetwork, Hosts, Routers, Links.ConvertAll(link => link.ToLink()), Groups ?? GroupsByRouter());

    private List<HostGroup> GroupsByRouter()
    {
        var neighbours = Links
            .SelectMany(link => new[] { (Node: link.A!, Neighbour: link.B!), (Node: link.B!, Neighbour: link.A!) })
            .ToLookup(end => end.Node, end => end.Neighbour, StringComparer.Ordinal);
        var routers = Routers.ToHashSet(StringComparer.Ordinal);
        return Hosts
            .GroupBy(host => neighbours[host].FirstOrDefault(routers.Contains) ?? host, StringComparer.Ordinal)
            .Select(group => new HostGroup(group.Key, [.. group]))
            .ToList();
    }
}
