using System.Diagnostics;
using System.Runtime.InteropServices;
using NetGraph.Lab.Building;

namespace NetGraph.Lab.Relaying;

/// <summary>Carries frames between two taps, each exactly its delay after it came in.</summary>
internal sealed unsafe class DelayedWire(int descriptorA, int descriptorB, long delayNanoseconds, long capacityBytes) : IDisposable
{
    /// <summary>How many frames one direction may take in before the other gets its turn.</summary>
    private const int FramesPerTurn = 64;

    private const int SetTimerSlack = 29;
    private const short Readable = 1;

    private readonly DelayLine _aToB = new(capacityBytes);
    private readonly DelayLine _bToA = new(capacityBytes);

    /// <summary>Room for all that the delay holds at the given rate, in frames however small, and some more.</summary>
    public static long CapacityBytes(double rateBitsPerSecond, double delaySeconds) =>
        (long)(1.5 * rateBitsPerSecond * delaySeconds / 8) + 512 * 1024;

    /// <summary>Runs on the calling thread until a tap fails, which it does when its namespace goes.</summary>
    public void Run()
    {
        // The kernel may otherwise wake a thread up to 50 microseconds late, to save power.
        _ = Kernel.ControlProcess(SetTimerSlack, 1, 0, 0, 0);
        var entries = stackalloc Kernel.PollEntry[2];
        entries[0] = new() { Descriptor = descriptorA, Wanted = Readable };
        entries[1] = new() { Descriptor = descriptorB, Wanted = Readable };
        Kernel.TimeSpecification timeout;
        while (true)
        {
            Send(_aToB, descriptorB);
            TakeIn(descriptorA, _aToB);
            Send(_bToA, descriptorA);
            TakeIn(descriptorB, _bToA);

            _aToB.Peek(out _, out var dueAToB);
            _bToA.Peek(out _, out var dueBToA);
            var due = Math.Min(dueAToB, dueBToA);
            var wait = Math.Max(0, due - Now());
            timeout.Seconds = wait / 1_000_000_000;
            timeout.Nanoseconds = wait % 1_000_000_000;
            if (Kernel.Poll(entries, 2, due == long.MaxValue ? null : &timeout, null) < 0 && Marshal.GetLastPInvokeError() != Kernel.Interrupted)
                throw new LabException($"cannot wait for frames: {Kernel.LastError}");
        }
    }

    public void Dispose()
    {
        _aToB.Dispose();
        _bToA.Dispose();
    }

    private static void Send(DelayLine line, int descriptor)
    {
        while (true)
        {
            var frame = line.Peek(out var frameBytes, out var due);
            if (frame is null || due > Now())
                return;
            // A tap that is down refuses the frame, and so would an unplugged cable.
            _ = Kernel.Write(descriptor, frame, frameBytes);
            line.Remove();
        }
    }

    private void TakeIn(int descriptor, DelayLine line)
    {
        for (var count = 0; count < FramesPerTurn; count++)
        {
            var room = line.Reserve();
            if (room is null)
                return;
            var length = Kernel.Read(descriptor, room, DelayLine.MaxFrameBytes);
            if (length > 0)
            {
                line.Commit((int)length, Now() + delayNanoseconds);
                continue;
            }

            if (length < 0 && Marshal.GetLastPInvokeError() is not (Kernel.TryAgain or Kernel.Interrupted))
                throw new LabException($"cannot read from a tap: {Kernel.LastError}");
            return;
        }
    }

    /// <summary>On Linux a tick is a nanosecond.</summary>
    private static long Now() => Stopwatch.GetTimestamp();
}
