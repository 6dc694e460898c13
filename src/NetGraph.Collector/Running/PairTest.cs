using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>Runs one directed test: a server at the destination, the client at the source, and the server's end. A target has its server already, and the agent is the client both ways.</summary>
internal sealed partial class PairTest(AgentClient agents, CollectorOptions options, TestProtocol protocol, CollectorState state, TimeProvider clock, ILogger<PairTest> log)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    // Each attempt at a bare server is a client process here and a connection to it in the middle of somebody's test.
    private static readonly TimeSpan TargetRetryPause = TimeSpan.FromMilliseconds(250);

    /// <summary>What the tests send.</summary>
    public TestProtocol Protocol => protocol;

    /// <summary>Runs the test; a busy agent is asked again while the slot lasts.</summary>
    /// <returns>The result; a failure is a result too.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public async Task<ThroughputResult> RunAsync(MeshMember source, MeshMember destination, string testId, bool isInterfered, CancellationToken cancellation)
    {
        var retryUntil = clock.GetTimestamp() + (long)(options.SlotMargin.TotalSeconds * clock.TimestampFrequency);
        while (true)
        {
            var result = await TryAsync(source, destination, testId, isInterfered, cancellation).ConfigureAwait(false);
            if (result.Failure != ProbeFailure.Busy || clock.GetTimestamp() >= retryUntil)
            {
                // Of a busy agent's link its own test tells; of a server that others keep busy nobody else does.
                if (result.Failure == ProbeFailure.Busy && IsOfTarget(source, destination)) await ReportBusyAsync(source, destination, result.FailureText!, cancellation).ConfigureAwait(false);
                if (result.Failure is { } failure) Log.Failed(log, source.Name, destination.Name, failure.ToReason(), result.FailureText);
                return result;
            }

            state.CountBusyRetry();
            await Task.Delay(IsOfTarget(source, destination) ? TargetRetryPause : RetryPause, clock, cancellation).ConfigureAwait(false);
        }
    }

    private Task<ThroughputResult> TryAsync(MeshMember source, MeshMember destination, string testId, bool isInterfered, CancellationToken cancellation) => (source, destination) switch
    {
        _ when FindMisfit(source as TargetNode ?? destination as TargetNode) is { } misfit => Task.FromResult(ThroughputResult.Failed(ProbeFailure.ToolMissing, misfit)),
        (AgentNode client, AgentNode server) => TryAgentsAsync(client, server, testId, isInterfered, cancellation),
        (AgentNode client, TargetNode target) => MeasureAsync(client, ToTarget(target, testId, isInterfered), cancellation),
        (TargetNode target, AgentNode client) => FromTargetAsync(target, client, testId, isInterfered, cancellation),
        _ => throw new ArgumentException($"'{source.Name}' and '{destination.Name}' are both targets: nobody can run a test between them."),
    };

    private string? FindMisfit(TargetNode? target) => (target?.IsNetserver, options.Tool) switch
    {
        (false, not TestTool.Iperf3) => "A target has an iperf3 server, and the collector was told to test with netperf",
        (true, TestTool.Iperf3) => "A target has netserver, and the collector was told to test with iperf3",
        _ => null,
    };

    private static bool IsOfTarget(MeshMember source, MeshMember destination) => source is TargetNode || destination is TargetNode;

    private ThroughputOrder ToTarget(TargetNode target, string testId, bool isInterfered) =>
        TestOrders.Client(options, testId, target.Name, target.Host, target.ServerPort, protocol) with { Interfered = isInterfered };

    private async Task<ThroughputResult> FromTargetAsync(TargetNode target, AgentNode client, string testId, bool isInterfered, CancellationToken cancellation)
    {
        var order = ToTarget(target, testId, isInterfered);
        if (!options.IsBidirectional) return await MeasureAsync(client, order with { Direction = TestDirection.Reverse }, cancellation).ConfigureAwait(false);
        // Of both directions at once the agent's own is the first.
        var result = await MeasureAsync(client, order, cancellation).ConfigureAwait(false);
        return result.Opposite is { } received ? received with { Opposite = result with { Opposite = null } } : result;
    }

    private async Task<ThroughputResult> TryAgentsAsync(AgentNode source, AgentNode destination, string testId, bool isInterfered, CancellationToken cancellation)
    {
        ServerGrant server;
        try
        {
            server = await agents.StartServerAsync(destination, TestOrders.Server(options, testId), cancellation).ConfigureAwait(false);
        }
        catch (AgentBusyException exception)
        {
            return ThroughputResult.Failed(ProbeFailure.Busy, exception.Message);
        }
        catch (AgentException exception)
        {
            var reason = exception is AgentToolMissingException ? ProbeFailure.ToolMissing : ProbeFailure.AgentUnreachable;
            return await ReportAsync(source, new FailureReport(destination.Name, reason, exception.Message, protocol, Schedule: options.Schedule), cancellation).ConfigureAwait(false);
        }

        ThroughputResult result;
        ServerReport report;
        try
        {
            result = await MeasureAsync(source, TestOrders.Client(options, testId, destination.Name, destination.Address.ToString(), server.Port, protocol) with { Interfered = isInterfered }, cancellation).ConfigureAwait(false);
        }
        finally
        {
            report = await ReleaseAsync(destination, testId).ConfigureAwait(false);
        }

        return report.IsThrottled && result is { Failure: null, Quality: not MeasurementQuality.HostLimited }
            ? await DistrustAsync(source, destination, testId, result).ConfigureAwait(false)
            : result;
    }

    private async Task<ThroughputResult> MeasureAsync(AgentNode source, ThroughputOrder order, CancellationToken cancellation)
    {
        try
        {
            var result = await agents.RunTestAsync(source, order, TimeSpan.FromSeconds(options.TestSeconds) + options.AnswerMargin, cancellation).ConfigureAwait(false);
            var isUsable = result.Failure is { } reason ? Enum.IsDefined(reason) : result.HasValue;
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
    }

    /// <summary>The destination's agent is away: the source's agent, which publishes the link, is told so.</summary>
    public Task<ThroughputResult> ReportAwayAsync(AgentNode source, MeshMember destination, string text, CancellationToken cancellation) =>
        ReportAsync(source, new FailureReport(destination.Name, ProbeFailure.AgentUnreachable, text, protocol, Schedule: options.Schedule), cancellation);

    private Task<ThroughputResult> ReportBusyAsync(MeshMember source, MeshMember destination, string text, CancellationToken cancellation)
    {
        var (publisher, peer) = source is AgentNode agent ? (agent, destination) : ((AgentNode)destination, source);
        var report = new FailureReport(peer.Name, ProbeFailure.Busy, text, protocol, Reverse: publisher != source && !options.IsBidirectional, options.Schedule);
        return ReportAsync(publisher, report, cancellation);
    }

    /// <summary>The destination's agent is away or cannot serve: the source's agent, which publishes the link, is told so.</summary>
    private async Task<ThroughputResult> ReportAsync(AgentNode source, FailureReport report, CancellationToken cancellation)
    {
        try
        {
            await agents.ReportFailureAsync(source, report, cancellation).ConfigureAwait(false);
        }
        catch (AgentException exception)
        {
            Log.NotReported(log, exception.Message);
        }

        return ThroughputResult.Failed(report.Failure, report.Text);
    }

    private async Task<ServerReport> ReleaseAsync(AgentNode destination, string testId)
    {
        try
        {
            // Also when the cycle is being cancelled: a server that is not released holds its node until its own time is up.
            return await agents.ReleaseServerAsync(destination, testId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (AgentException exception)
        {
            Log.NotReported(log, exception.Message);
            return new ServerReport();
        }
    }

    /// <summary>Only the destination's agent saw that its processor was held back, and only the source's agent publishes the result.</summary>
    private async Task<ThroughputResult> DistrustAsync(AgentNode source, AgentNode destination, string testId, ThroughputResult result)
    {
        Log.Throttled(log, source.Name, destination.Name);
        try
        {
            await agents.ReportQualityAsync(source, new QualityReport(testId, MeasurementQuality.HostLimited), CancellationToken.None).ConfigureAwait(false);
        }
        catch (AgentException exception)
        {
            Log.NotReported(log, exception.Message);
        }

        return result with { Quality = MeasurementQuality.HostLimited, Opposite = result.Opposite is { } opposite ? opposite with { Quality = MeasurementQuality.HostLimited } : null };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Test from {Source} to {Destination} failed: {Reason}: {Text}")]
        public static partial void Failed(ILogger log, string source, string destination, string reason, string? text);

        [LoggerMessage(Level = LogLevel.Information, Message = "Test from {Source} to {Destination}: the server's processor was throttled, the result is host_limited")]
        public static partial void Throttled(ILogger log, string source, string destination);

        [LoggerMessage(Level = LogLevel.Information, Message = "{What}")]
        public static partial void NotReported(ILogger log, string what);
    }
}
