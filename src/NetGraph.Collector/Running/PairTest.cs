using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>Runs one directed test: a server at the destination, the client at the source, and the server's end.</summary>
internal sealed partial class PairTest(AgentClient agents, CollectorOptions options, CollectorState state, TimeProvider clock, ILogger<PairTest> log)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);
    // The agent ends a test that takes 3 s longer than its own time, and needs up to 2.3 s for that.
    private static readonly TimeSpan ResultLimit = TimeSpan.FromSeconds(6);

    /// <summary>Runs the test; a busy agent is asked again while the slot lasts.</summary>
    /// <returns>The result; a failure is a result too.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public async Task<ThroughputResult> RunAsync(AgentNode source, AgentNode destination, string testId, bool isInterfered, CancellationToken cancellation)
    {
        var retryUntil = clock.GetTimestamp() + (long)(options.SlotMargin.TotalSeconds * clock.TimestampFrequency);
        while (true)
        {
            var result = await TryAsync(source, destination, testId, isInterfered, cancellation).ConfigureAwait(false);
            if (result.Failure != ProbeFailure.Busy || clock.GetTimestamp() >= retryUntil)
            {
                if (result.Failure is { } failure) Log.Failed(log, source.Name, destination.Name, failure.ToReason(), result.FailureText);
                return result;
            }

            state.CountBusyRetry();
            await Task.Delay(RetryPause, clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<ThroughputResult> TryAsync(AgentNode source, AgentNode destination, string testId, bool isInterfered, CancellationToken cancellation)
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
            return await ReportAsync(source, destination, exception.Message, cancellation).ConfigureAwait(false);
        }

        try
        {
            var order = new ThroughputOrder
            {
                TestId = testId,
                PeerNode = destination.Name,
                PeerAddress = destination.Address.ToString(),
                PeerPort = server.Port,
                DurationSeconds = options.DurationSeconds,
                ParallelStreams = options.ParallelStreams,
                BitrateBitsPerSecond = options.BitrateBitsPerSecond,
                Interfered = isInterfered,
            };
            var result = await agents.RunTestAsync(source, order, TimeSpan.FromSeconds(options.DurationSeconds) + ResultLimit, cancellation).ConfigureAwait(false);
            var isUsable = result.Failure is { } reason ? Enum.IsDefined(reason) : result.ThroughputBitsPerSecond is not null;
            return !isUsable
                ? ThroughputResult.Failed(ProbeFailure.InvalidOutput, $"The agent of '{source.Name}' answered with neither a value nor a failure that is known here")
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
        finally
        {
            await ReleaseAsync(destination, testId).ConfigureAwait(false);
        }
    }

    /// <summary>The destination's agent is away: the source's agent, which publishes the link, is told so.</summary>
    public async Task<ThroughputResult> ReportAsync(AgentNode source, AgentNode destination, string text, CancellationToken cancellation)
    {
        try
        {
            await agents.ReportFailureAsync(source, new FailureReport(destination.Name, ProbeFailure.AgentUnreachable, text), cancellation).ConfigureAwait(false);
        }
        catch (AgentException exception)
        {
            Log.NotReported(log, exception.Message);
        }

        return ThroughputResult.Failed(ProbeFailure.AgentUnreachable, text);
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
