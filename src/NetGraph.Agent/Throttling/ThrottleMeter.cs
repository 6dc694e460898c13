using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Throttling;

/// <summary>Tells for each test whether this process and its children were held back during it, and counts such tests. May be used from several threads at once.</summary>
/// <param name="throttling">What the kernel tells.</param>
/// <param name="clock">For the length of a test.</param>
internal sealed class ThrottleMeter(CpuThrottling throttling, TimeProvider clock)
{
    /// <summary>A share of the time from which on a result is not to be trusted: less is the start of a program.</summary>
    private const double Distrusted = 0.01;

    private long _throttledTests;

    /// <summary>Tests that were held back enough to be distrusted.</summary>
    public long ThrottledTests => Interlocked.Read(ref _throttledTests);

    /// <summary>Begins to watch a test.</summary>
    public Watch Start() => new(this, throttling.Read(), clock.GetTimestamp());

    private ServerReport End(TimeSpan? before, long started)
    {
        var elapsed = clock.GetElapsedTime(started);
        if (throttling.Read() - before is not { } held || held < TimeSpan.Zero || elapsed <= TimeSpan.Zero) return new ServerReport();
        var ratio = held / elapsed;
        if (ratio >= Distrusted) Interlocked.Increment(ref _throttledTests);
        return new ServerReport(ratio, ratio >= Distrusted);
    }

    /// <summary>A test that is being watched.</summary>
    internal sealed class Watch(ThrottleMeter meter, TimeSpan? before, long started)
    {
        /// <summary>What was seen since the start. Called once.</summary>
        public ServerReport End() => meter.End(before, started);
    }
}
