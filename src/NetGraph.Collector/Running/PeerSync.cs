using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>Keeps every agent's list of peers, and of what else to probe, the same as the node list; agents go on with the last list when the collector is away.</summary>
internal sealed partial class PeerSync(NodeWatch nodes, AgentClient agents, CollectorOptions options, Func<IReadOnlyList<string>>? schedules, TimeProvider clock, ILogger<PeerSync> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // A node that joins makes many changes in a row.
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);
    private const int AtOnce = 16;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var version = nodes.Version;
            var current = await nodes.ReadAsync(cancellation).ConfigureAwait(false);
            if (!options.IsOrderingOff) await SyncAsync(current, cancellation).ConfigureAwait(false);
            await Task.Delay(LeastPause, clock, cancellation).ConfigureAwait(false);
            await WaitAsync(version, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the list may have changed, at most for the interval.</summary>
    private async Task WaitAsync(long version, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] reasons = [nodes.WaitForChangeAsync(version, stop.Token), Task.Delay(Interval - LeastPause, clock, stop.Token)];
        await Task.WhenAny(reasons).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(reasons).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    internal Task SyncAsync(IReadOnlyList<MeshMember> current, CancellationToken cancellation)
    {
        AgentNode[] withAgent = [.. current.OfType<AgentNode>()];
        string[] others = [.. current.Where(node => node is not AgentNode).Select(node => node.Name).Order(StringComparer.Ordinal)];
        var peers = withAgent.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => new Peer(node.Name, node.Address.ToString(), node.EchoPort, node.OrdersPort, node.MetricsPort)).ToList();
        var all = new PeerList("", peers, nodes.Probes.Peers, nodes.Probes.Targets, others.Length > 0 ? others : null, schedules?.Invoke());
        var version = Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(all, OrderJsonContext.Default.PeerList)))[..16];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        return Parallel.ForEachAsync(withAgent, parallel, async (agent, stop) =>
        {
            try
            {
                var known = await agents.ReadPeersVersionAsync(agent, stop).ConfigureAwait(false);
                if (known.Node is { } node && node != agent.Name) Log.WrongName(log, agent.Address, node, agent.Name);
                if (known.Version == version || (known.Version.Length > 0 && !options.ReplacesPeers)) return;
                await agents.SetPeersAsync(agent, all with { Version = version, Peers = [.. peers.Where(peer => peer.Node != agent.Name)] }, stop).ConfigureAwait(false);
            }
            catch (AgentException exception)
            {
                Log.NotSynced(log, exception.Message);
            }
        });
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The agent at {Address} says that it runs on '{Node}', but the node list calls it '{Name}': its results are published under a name that no graph shows. Start it with --node {Name}, or mend the node list.")]
        public static partial void WrongName(ILogger log, System.Net.IPAddress address, string node, string name);

        [LoggerMessage(Level = LogLevel.Information, Message = "Peer list not delivered: {Reason}")]
        public static partial void NotSynced(ILogger log, string reason);
    }
}
