using System.Runtime.InteropServices;

namespace NetGraph.Agent.Clock;

/// <summary>Asks the kernel how far the clock may be off: adjtimex(2), <c>maxerror</c>, which the time daemon sets and the kernel lets grow by 500 us a second.</summary>
/// <remarks>It is as honest as the daemon: systemd-timesyncd sets it to zero each time it hears from its server.</remarks>
internal static partial class KernelClock
{
    // struct timex of <sys/timex.h> is the same on all 64-bit Linux.
    internal const int Length = 208;
    private const int MaxErrorAt = 24;
    private const int StatusAt = 40;
    private const int Unsynchronised = 0x40;

    /// <returns>The bound; <see langword="null"/> when the clock is not synchronised.</returns>
    public static ClockErrorBound? Read()
    {
        if (!Environment.Is64BitProcess) return null;
        Span<byte> timex = stackalloc byte[Length];
        timex.Clear();
        return AdjustTime(ref MemoryMarshal.GetReference(timex)) < 0 ? null : Read(timex);
    }

    internal static ClockErrorBound? Read(ReadOnlySpan<byte> timex)
    {
        var microseconds = BitConverter.ToInt64(timex[MaxErrorAt..]);
        var status = BitConverter.ToInt32(timex[StatusAt..]);
        if ((status & Unsynchronised) != 0 || microseconds is < 0 or >= (long)(ClockWatch.UselessSeconds * 1_000_000)) return null;
        return new ClockErrorBound(TimeSpan.FromMicroseconds(microseconds), "kernel");
    }

    // With its first member, modes, zero it only reads.
    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjustTime(ref byte timex);
}
