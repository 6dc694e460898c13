using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>Runs one directed test: a server at the destination, the client at the source, and the server's end. A target has its server already, and the agent is the client both ways.</summary>
internal sealed partial class PairTest(AgentClient agents, CollectorOptions options, CollectorState state, TimeProvider clock, ILogger<PairTest> log)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    // Each attempt at a bare server is a client process here and a connection to it in the middle of somebody's test.
    private static readonly TimeSpan TargetRetryPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs the test; a busy agent is asked again while the slot lasts.</summary>
    /// <returns>The result; a failure is a result too.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public async Task<ThroughputResult> RunAsync(MeshMember source, MeshMember destination, string testId, CancellationToken cancellation)
    {
        var retryUntil = clock.GetTimestamp() + (long)(options.SlotMargin.TotalSeconds * clock.TimestampFrequency);
        while (true)
        {
            var result = await TryAsync(source, destination, testId, cancellation).ConfigureAwait(false);
            if (result.Failure != ProbeFailure.Busy || clock.GetTimestamp() >= retryUntil)
            {
                // Of a busy agent's link its own test tells; of a server that others keep busy nobody else does.
                if (result.Failure == ProbeFailure.Busy && Target(source, destination) is not null) await ReportAsync(source, destination, ProbeFailure.Busy, result.FailureText!, cancellation).ConfigureAwait(false);
                if (result.Failure is { } failure) Log.Failed(log, source.Name, destination.Name, failure.ToReason(), result.FailureText);
                return result;
            }

            state.CountBusyRetry();
            await Task.Delay(Target(source, destination) is null ? RetryPause : TargetRetryPause, clock, cancellation).ConfigureAwait(false);
        }
    }

    private Task<ThroughputResult> TryAsync(MeshMember source, MeshMember destination, string testId, CancellationToken cancellation) => (source, destination) switch
    {
        (AgentNode client, AgentNode server) => TryAgentsAsync(client, server, testId, cancellation),
        (AgentNode client, TargetNode target) => OrderAsync(client, Order(testId, target.Name, target.Host, target.ServerPort), cancellation),
        (TargetNode target, AgentNode client) => OrderAsync(client, Order(testId, target.Name, target.Host, target.ServerPort) with { Reverse = true }, cancellation),
        _ => throw new ArgumentException($"'{source.Name}' and '{destination.Name}' are both targets: nobody can run a test between them."),
    };

    private static TargetNode? Target(MeshMember source, MeshMember destination) => source as TargetNode ?? destination as TargetNode;

    private async Task<ThroughputResult> TryAgentsAsync(AgentNode source, AgentNode destination, string testId, CancellationToken cancellation)
    {
        ServerGrant server;
        try
        {
            server = await agents.StartServerAsync(destination, new ServerOrder { TestId = testId, DurationSeconds = options.DurationSeconds }, cancellation).ConfigureAwait(false);
        }
        catch (AgentBusyException exception)
        {
            return ThroughputResult.Failed(ProbeFailure.Busy, exception.Message);
        }
        catch (AgentException exception)
        {
            return await ReportAsync(source, destination, ProbeFailure.AgentUnreachable, exception.Message, cancellation).ConfigureAwait(false);
        }

        try
        {
            return await OrderAsync(source, Order(testId, destination.Name, destination.Address.ToString(), server.Port), cancellation).ConfigureAwait(false);
        }
        finally
        {
            await ReleaseAsync(destination, testId).ConfigureAwait(false);
        }
    }

    private ThroughputOrder Order(string testId, string peer, string address, int port) => new()
    {
        TestId = testId,
        PeerNode = peer,
        PeerAddress = address,
        PeerPort = port,
        DurationSeconds = options.DurationSeconds,
        ParallelStreams = options.ParallelStreams,
        BitrateBitsPerSecond = options.BitrateBitsPerSecond,
    };

    private async Task<ThroughputResult> OrderAsync(AgentNode client, ThroughputOrder order, CancellationToken cancellation)
    {
        try
        {
            var result = await agents.RunTestAsync(client, order, TimeSpan.FromSeconds(options.DurationSeconds) + options.AnswerMargin, cancellation).ConfigureAwait(false);
            var isUsable = result.Failure is { } reason ? Enum.IsDefined(reason) : result.ThroughputBitsPerSecond is not null;
            return !isUsable
                ? ThroughputResult.Failed(ProbeFailure.InvalidOutput, $"The agent of '{client.Name}' answered with neither a value nor a failure that is known here")
                : result;
        }
        catch (AgentBusyException exception)
        {
            return ThroughputResult.Failed(ProbeFailure.Busy, exception.Message);
        }
        catch (AgentException exception)
        {
            return ThroughputResult.Failed(ProbeFailure.AgentUnreachable, exception.Message);
        }
    }

    /// <summary>The other end is away or taken: the agent that publishes the link is told so.</summary>
    private async Task<ThroughputResult> ReportAsync(MeshMember source, MeshMember destination, ProbeFailure failure, string text, CancellationToken cancellation)
    {
        var (publisher, peer) = source is AgentNode agent ? (agent, destination) : ((AgentNode)destination, source);
        try
        {
            await agents.ReportFailureAsync(publisher, new FailureReport(peer.Name, failure, text, Reverse: publisher != source), cancellation).ConfigureAwait(false);
        }
        catch (AgentException exception)
        {
            Log.NotReported(log, exception.Message);
        }

        return ThroughputResult.Failed(failure, text);
    }

    private async Task ReleaseAsync(AgentNode destination, string testId)
    {
        try
        {
            // Also when the cycle is being cancelled: a server that is not released holds its node until its own time is up.
            await agents.ReleaseServerAsync(destination, testId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (AgentException exception)
        {
            Log.NotReported(log, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Test from {Source} to {Destination} failed: {Reason}: {Text}")]
        public static partial void Failed(ILogger log, string source, string destination, string reason, string? text);

        [LoggerMessage(Level = LogLevel.Information, Message = "{What}")]
        public static partial void NotReported(ILogger log, string what);
    }
}
