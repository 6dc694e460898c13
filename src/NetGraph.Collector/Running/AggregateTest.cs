using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;

namespace NetGraph.Collector.Running;

/// <summary>What one node receives from many at once: the one test in which flows meet on purpose. Only their sum is published.</summary>
internal sealed partial class AggregateTest(AgentClient agents, CollectorOptions options, CollectorState state, TimeProvider clock, ILogger<AggregateTest> log)
{
    /// <summary>As many servers as an agent has ports for by default.</summary>
    public const int MaxSources = 10;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ResultLimit = TimeSpan.FromSeconds(10);

    /// <summary>Has all other nodes send to the one that the settings name, the first ten by name if there are more.</summary>
    /// <param name="nodes">All nodes.</param>
    /// <param name="aggregateId">Name of the aggregate, which no other collector gives.</param>
    /// <param name="cancellation">Ends the flows.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public async Task RunAsync(IReadOnlyList<AgentNode> nodes, string aggregateId, CancellationToken cancellation)
    {
        if (options.AggregateNode is not { } name) return;
        if (nodes.FirstOrDefault(node => node.Name == name) is not { } destination)
        {
            Log.Unknown(log, name);
            state.SetAggregate(null);
            return;
        }

        AgentNode[] others = [.. nodes.Where(node => node != destination).OrderBy(node => node.Name, StringComparer.Ordinal)];
        if (others.Length > MaxSources) Log.TooMany(log, name, MaxSources, others.Length);
        Flow[] flows = [.. others.Take(MaxSources).Select((source, i) => new Flow(source, $"{aggregateId}-{i + 1}"))];
        var retryUntil = clock.GetTimestamp() + (long)(options.SlotMargin.TotalSeconds * clock.TimestampFrequency);
        try
        {
            // All servers first: no flow may have the destination to itself for a while.
            var ports = await Task.WhenAll(flows.Select(flow => GrantAsync(destination, flow, aggregateId, retryUntil, cancellation))).ConfigureAwait(false);
            var rates = await Task.WhenAll(flows.Zip(ports).Where(item => item.Second is not null)
                .Select(item => SendAsync(item.First, destination, item.Second!.Value, cancellation))).ConfigureAwait(false);
            var sending = rates.OfType<double>().ToList();
            var result = new AggregateResult(name, sending.Sum(), sending.Count);
            state.SetAggregate(result.Sources > 0 ? result : null);
            Log.Done(log, name, result.BitsPerSecond / 1e6, result.Sources, flows.Length);
        }
        finally
        {
            await Task.WhenAll(flows.Select(flow => ReleaseAsync(destination, flow))).ConfigureAwait(false);
        }
    }

    private async Task<int?> GrantAsync(AgentNode destination, Flow flow, string aggregateId, long retryUntil, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return (await agents.StartServerAsync(destination, TestOrders.Server(options, flow.TestId, aggregateId), cancellation).ConfigureAwait(false)).Port;
            }
            catch (AgentBusyException) when (clock.GetTimestamp() < retryUntil)
            {
                state.CountBusyRetry();
                await Task.Delay(RetryPause, clock, cancellation).ConfigureAwait(false);
            }
            catch (AgentException exception)
            {
                Log.Missing(log, flow.Source.Name, exception.Message);
                return null;
            }
        }
    }

    private async Task<double?> SendAsync(Flow flow, AgentNode destination, int port, CancellationToken cancellation)
    {
        try
        {
            var limit = TimeSpan.FromSeconds(options.TestSeconds) + ResultLimit;
            var result = await agents.RunTestAsync(flow.Source, TestOrders.Flow(options, flow.TestId, destination, port), limit, cancellation).ConfigureAwait(false);
            if (result.ThroughputBitsPerSecond is null) Log.Missing(log, flow.Source.Name, result.FailureText ?? "no value");
            return result.ThroughputBitsPerSecond;
        }
        catch (AgentException exception)
        {
            Log.Missing(log, flow.Source.Name, exception.Message);
            return null;
        }
    }

    private async Task ReleaseAsync(AgentNode destination, Flow flow)
    {
        try
        {
            await agents.ReleaseServerAsync(destination, flow.TestId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (AgentException exception)
        {
            Log.NotReleased(log, exception.Message);
        }
    }

    private sealed record Flow(AgentNode Source, string TestId);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "There is no node '{Node}' to send to all at once: name one of the node list with --aggregate")]
        public static partial void Unknown(ILogger log, string node);

        [LoggerMessage(Level = LogLevel.Warning, Message = "An agent serves {Most} flows at once: only the first {Most} of {Count} nodes send to {Node}")]
        public static partial void TooMany(ILogger log, string node, int most, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Source} did not send in the aggregate: {Reason}")]
        public static partial void Missing(ILogger log, string source, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Node} received {Megabits:0.0} Mbit/s from {Sources} of {Planned} sources at once")]
        public static partial void Done(ILogger log, string node, double megabits, int sources, int planned);

        [LoggerMessage(Level = LogLevel.Information, Message = "{What}")]
        public static partial void NotReleased(ILogger log, string what);
    }
}

/// <summary>What a node received from many at once.</summary>
internal sealed record AggregateResult(string Destination, double BitsPerSecond, int Sources);
