using NetGraph.Collector.Discovery;

namespace NetGraph.Cli;

/// <summary>Nodes that are known from the start and stay the same.</summary>
internal sealed class FixedNodes(IReadOnlyList<MeshMember> nodes) : INodeSource
{
    public Task<IReadOnlyList<MeshMember>> ReadAsync(CancellationToken cancellation) => Task.FromResult(nodes);
}
