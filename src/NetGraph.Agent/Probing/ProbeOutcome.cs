using System.Collections.Immutable;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Probing;

/// <summary>What a run of a probe found: how long the attempts took that succeeded, and why the others did not.</summary>
/// <param name="Times">A time for each attempt that succeeded.</param>
/// <param name="Failed">How many attempts failed.</param>
/// <param name="Failure">Why the last of these failed; <see langword="null"/> when none did.</param>
/// <param name="Text">What was seen of that failure, for people.</param>
internal sealed record ProbeOutcome(ImmutableArray<TimeSpan> Times, int Failed, ProbeFailure? Failure, string? Text)
{
    /// <summary>Time to connect, where that is a part of the whole.</summary>
    public TimeSpan? ConnectTime { get; init; }

    public int Attempts => Times.Length + Failed;

    public static ProbeOutcome Success(TimeSpan time) => new([time], 0, null, null);

    public static ProbeOutcome Fault(ProbeFailure failure, string text) => new([], 1, failure, text);
}

/// <summary>Probes a target once. Whatever goes wrong is a result.</summary>
/// <param name="target">What to probe; its members are checked.</param>
/// <param name="end">Ends the probe.</param>
/// <exception cref="OperationCanceledException"><paramref name="end"/> fired.</exception>
internal delegate Task<ProbeOutcome> Probe(ProbeTarget target, CancellationToken end);
