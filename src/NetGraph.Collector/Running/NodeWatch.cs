using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Measurements;

namespace NetGraph.Collector.Running;

/// <summary>The newest node list that could be read: a bad change keeps the old list and shows in a counter.</summary>
/// <param name="source">Reads the list.</param>
/// <param name="state">Where it is published.</param>
/// <param name="log">Takes a line when it cannot be read.</param>
/// <param name="isPublished">Whether it is: of several networks of the same nodes one is.</param>
internal sealed partial class NodeWatch(INodeSource source, CollectorState state, ILogger<NodeWatch> log, bool isPublished = true)
{
    // A cycle asks before each round, and must not wait for a file system that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private volatile IReadOnlyList<MeshMember> _last = [];

    /// <summary>The newest list, as it was last read.</summary>
    public IReadOnlyList<MeshMember> Current => _last;

    /// <summary>What agents probe, as it was read with the newest list.</summary>
    public ProbeSettings Probes { get; private set; } = ProbeSettings.Default;

    /// <summary>What a node list lacks for a mesh: between two targets nobody can test.</summary>
    /// <returns>The sentence; <see langword="null"/> when nothing is lacking.</returns>
    public static string? FindLack(IReadOnlyCollection<MeshNode> nodes)
    {
        var targets = nodes.Count(node => node.IsTarget);
        return nodes.Count >= 2 && targets < nodes.Count ? null : $"A mesh needs at least two nodes, one of them with an agent, and the node list has {nodes.Count - targets} with and {targets} without one.";
    }

    /// <summary>Counts the changes that the source noticed by itself.</summary>
    public long Version => source.Version;

    /// <summary>Waits until there is a change after a known one; for ever when the source notices none.</summary>
    public Task WaitForChangeAsync(long version, CancellationToken cancellation) => source.WaitForChangeAsync(version, cancellation);

    /// <summary>Takes a list that was read elsewhere.</summary>
    public void Take(IReadOnlyList<MeshMember> nodes)
    {
        _last = nodes;
        if (isPublished) state.SetNodes([.. nodes.Select(node => node.Node)]);
    }

    public async Task<IReadOnlyList<MeshMember>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var nodes = await source.ReadAsync(cancellation).WaitAsync(Limit, cancellation).ConfigureAwait(false);
            Probes = await source.ReadProbesAsync(cancellation).WaitAsync(Limit, cancellation).ConfigureAwait(false);
            Take(nodes);
            if (isPublished) state.SetLeftOut(source.LeftOut);
        }
        catch (NodeSourceException exception)
        {
            state.CountDiscoveryError();
            Log.Unreadable(log, exception.Message);
        }
        catch (TimeoutException)
        {
            state.CountDiscoveryError();
            Log.Slow(log, Limit.TotalSeconds);
        }

        return _last;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} The last good list stays in force.")]
        public static partial void Unreadable(ILogger log, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "The node list could not be read within {Seconds} s. The last good list stays in force.")]
        public static partial void Slow(ILogger log, double seconds);
    }
}
