using NetGraph.Agent.Clock;

namespace NetGraph.Agent.Tests.Clock;

public sealed class KernelClockTests
{
    [Theory]
    [InlineData(0, 0x2001, 0.0)]
    [InlineData(1500, 0, 0.0015)]
    [InlineData(15_999_999, 1, 15.999999)]
    [InlineData(16_000_000, 1, null)] // The kernel's own limit: it gave up.
    [InlineData(-1, 1, null)]
    [InlineData(1500, 0x40, null)] // STA_UNSYNC.
    [InlineData(1500, 0x2041, null)]
    public void The_bound_is_maxerror_of_a_synchronised_clock(long microseconds, int status, double? expected)
    {
        // struct timex of a 64-bit Linux: modes, offset, freq, maxerror (the fourth long), esterror, status.
        var timex = new byte[KernelClock.Length];
        BitConverter.TryWriteBytes(timex.AsSpan(24), microseconds);
        BitConverter.TryWriteBytes(timex.AsSpan(32), 7L);
        BitConverter.TryWriteBytes(timex.AsSpan(40), status);
        var bound = KernelClock.Read(timex);
        Assert.Equal(expected, bound?.Bound.TotalSeconds);
        Assert.Equal(expected is null ? null : "kernel", bound?.Source);
    }

    [Fact]
    public void This_kernel_gives_a_bound_below_its_limit_or_none()
    {
        if (KernelClock.Read() is { } bound) Assert.InRange(bound.Bound, TimeSpan.Zero, TimeSpan.FromSeconds(ClockWatch.UselessSeconds));
    }
}
