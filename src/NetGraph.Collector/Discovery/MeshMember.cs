using NetGraph.Measurements;

namespace NetGraph.Collector.Discovery;

/// <summary>Who takes part in a mesh: a node with an agent, or a target only.</summary>
/// <param name="Node">The node and its place.</param>
public abstract record MeshMember(MeshNode Node)
{
    /// <summary>Name of the node.</summary>
    public string Name => Node.Name;

    /// <summary>Labels by which it can be chosen; empty when the source has none.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
