using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Echo;

/// <summary>What came of all echoes of a node since it began, whoever its peers were. May be used from several threads at once.</summary>
internal sealed class EchoTotals
{
    private readonly long[] _discarded = new long[Enum.GetValues<EchoDiscard>().Length];
    private long _reordered;
    private long _duplicates;

    /// <summary>Round-trip times that count.</summary>
    public Histogram RoundTrips { get; } = new(Histogram.RoundTripBounds);

    /// <summary>Round-trip times of the echoes sent for their own sake during throughput tests.</summary>
    public Histogram LoadedRoundTrips { get; } = new(Histogram.RoundTripBounds);

    /// <summary>Answers that came after one to a later echo of the same port.</summary>
    public long Reordered => Interlocked.Read(ref _reordered);

    /// <summary>Answers that had come before.</summary>
    public long Duplicates => Interlocked.Read(ref _duplicates);

    public long Discarded(EchoDiscard reason) => Interlocked.Read(ref _discarded[(int)reason]);

    public void CountReordered() => Interlocked.Increment(ref _reordered);

    public void CountDuplicate() => Interlocked.Increment(ref _duplicates);

    public void CountDiscarded(EchoDiscard reason) => Interlocked.Increment(ref _discarded[(int)reason]);
}

/// <summary>Why an echo counts neither as sent nor as lost.</summary>
internal enum EchoDiscard
{
    /// <summary>A throughput test had one of its nodes: it met that test's queues, not the idle link.</summary>
    ThroughputTest,

    /// <summary>The wall clock was set while it was under way, or the machine slept.</summary>
    ClockStep,

    /// <summary>The responder claims to have kept it for longer than the whole way took.</summary>
    ImplausibleDwell,
}

/// <summary>The reasons as labels.</summary>
internal static class EchoDiscardNames
{
    public static string ToReason(this EchoDiscard reason) => reason switch
    {
        EchoDiscard.ThroughputTest => "throughput_test",
        EchoDiscard.ClockStep => "clock_step",
        _ => "implausible_dwell",
    };
}
