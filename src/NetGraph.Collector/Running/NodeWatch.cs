using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;

namespace NetGraph.Collector.Running;

/// <summary>The newest node list that could be read: a bad change keeps the old list and shows in a counter.</summary>
internal sealed partial class NodeWatch(INodeSource source, CollectorState state, ILogger<NodeWatch> log)
{
    private IReadOnlyList<MeshMember> _last = [];

    public async Task<IReadOnlyList<MeshMember>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            _last = await source.ReadAsync(cancellation).ConfigureAwait(false);
            state.SetNodes([.. _last.Select(node => node.Node)]);
        }
        catch (NodeSourceException exception)
        {
            state.CountDiscoveryError();
            Log.Unreadable(log, exception.Message);
        }

        return _last;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} The last good list stays in force.")]
        public static partial void Unreadable(ILogger log, string reason);
    }
}
