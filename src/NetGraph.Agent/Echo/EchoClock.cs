namespace NetGraph.Agent.Echo;

/// <summary>Reads the monotonic clock, by which times are measured, and beside it the wall clock, by which the kernel stamps datagrams.</summary>
/// <param name="time">Both clocks.</param>
internal sealed class EchoClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Monotonic time since the clock was made.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Both clocks at once.</summary>
    public Moment Read() => new(Now, time.GetUtcNow() - DateTimeOffset.UnixEpoch);
}

/// <summary>A moment on both clocks.</summary>
/// <param name="Monotonic">Time since a start that is the same for all moments compared; it neither steps nor runs while the machine sleeps.</param>
/// <param name="Wall">Time since 1970-01-01 UTC, as the wall clock said.</param>
internal readonly record struct Moment(TimeSpan Monotonic, TimeSpan Wall)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private const double SlewRatio = 0.01;

    /// <summary>Whether the wall clock went on as the monotonic one did: it was not set, and the machine did not sleep. Slewing, up to 1 %, is none of that.</summary>
    public bool AgreesWith(Moment earlier)
    {
        var elapsed = Monotonic - earlier.Monotonic;
        return (Wall - earlier.Wall - elapsed).Duration() <= Step + (elapsed * SlewRatio);
    }

    public Moment Before(TimeSpan time) => new(Monotonic - time, Wall - time);
}
