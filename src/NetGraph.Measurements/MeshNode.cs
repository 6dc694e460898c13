namespace NetGraph.Measurements;

/// <summary>A node of the mesh: a machine that sends or answers probes.</summary>
/// <param name="Name">Name of the node, unique in its mesh; in Kubernetes the Node's name.</param>
public sealed record MeshNode(string Name)
{
    /// <summary>Availability zone, or <see langword="null"/> when unknown.</summary>
    public string? Zone { get; init; }

    /// <summary>Region, or <see langword="null"/> when unknown.</summary>
    public string? Region { get; init; }

    /// <summary>Rack, or <see langword="null"/> when unknown. Nodes of a rack share its uplink.</summary>
    public string? Rack { get; init; }

    /// <summary>Machine type, or <see langword="null"/> when unknown.</summary>
    public string? InstanceType { get; init; }

    /// <summary>Whether the node has no agent: what is known of the links that leave it is told by the nodes that they lead to. Default false.</summary>
    public bool IsTarget { get; init; }

    /// <summary>The node's group under a grouping key.</summary>
    /// <param name="key">What to group by.</param>
    /// <returns>The group's name; the empty string when the node has none.</returns>
    public string GroupBy(GroupKey key) => key switch
    {
        GroupKey.Zone => Zone,
        GroupKey.Region => Region,
        GroupKey.Rack => Rack,
        _ => null,
    } ?? "";
}

/// <summary>A property of a node that groups nodes.</summary>
public enum GroupKey
{
    /// <summary>No grouping: every node stands for itself.</summary>
    None,

    /// <summary>The availability zone.</summary>
    Zone,

    /// <summary>The region.</summary>
    Region,

    /// <summary>The rack.</summary>
    Rack,
}
