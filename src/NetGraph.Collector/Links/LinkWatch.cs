using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Running;

namespace NetGraph.Collector.Links;

/// <summary>Reads from every agent what it knows of its links, again and again.</summary>
internal sealed partial class LinkWatch(NodeWatch nodes, AgentClient agents, LinkTable table, TimeSpan interval, TimeProvider clock, ILogger<LinkWatch> log)
{
    private const int AtOnce = 16;

    /// <summary>The largest mesh, in nodes, of which links known by echoes alone are kept: all pairs have those, and each takes 150 bytes.</summary>
    private const int KeepEchoesUpTo = 1000;

    /// <summary>The pause is so many times as long as the reading before it, so that a large mesh costs a fifth of the time at most.</summary>
    private const int PauseFactor = 4;

    private AgentNode[] _before = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var start = clock.GetTimestamp();
            await ReadAllAsync(cancellation).ConfigureAwait(false);
            var pause = clock.GetElapsedTime(start) * PauseFactor;
            await Task.Delay(pause > interval ? pause : interval, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Reads from each agent once.</summary>
    internal async Task ReadAllAsync(CancellationToken cancellation)
    {
        var current = nodes.Current;
        var names = current.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        table.Retain(names);
        AgentNode[] withAgent = [.. current.OfType<AgentNode>()];
        agents.Health.Forget(_before, withAgent);
        _before = withAgent;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(withAgent, options, async (agent, stop) =>
        {
            try
            {
                table.Take(agent.Name, await agents.ReadLinksAsync(agent, stop).ConfigureAwait(false), testedOnly: current.Count > KeepEchoesUpTo);
            }
            catch (AgentException exception)
            {
                table.Miss(agent.Name);
                Log.NotRead(log, exception.Message);
            }
        }).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Links not read: {Reason}")]
        public static partial void NotRead(ILogger log, string reason);
    }
}
