using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetGraph.Lab.Relaying;

/// <summary>
/// Frames that are under way in one direction of a wire: first in, first out, each with the time when it is due.
/// A ring in unmanaged memory, since queues of managed frames would make the garbage collector part of the wire.
/// </summary>
internal sealed unsafe class DelayLine : IDisposable
{
    public const int MaxFrameBytes = 1600;

    private const int Alignment = 8;

    private readonly byte* _ring;
    private readonly long _ringBytes;
    private long _head;
    private long _tail;

    /// <param name="capacityBytes">Room for frames and their headers of 16 bytes.</param>
    public DelayLine(long capacityBytes)
    {
        _ringBytes = (Math.Max(capacityBytes, 4 * (MaxFrameBytes + sizeof(Header))) + Alignment - 1) / Alignment * Alignment;
        _ring = (byte*)NativeMemory.AllocZeroed((nuint)_ringBytes);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public long DueNanoseconds;

        /// <summary>Negative: nothing follows up to the end of the ring.</summary>
        public long FrameBytes;
    }

    public bool IsEmpty => _head == _tail;

    /// <summary>Room for the largest frame.</summary>
    /// <returns>Where to put it, or <see langword="null"/> when the line is full.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public byte* Reserve()
    {
        var needed = sizeof(Header) + MaxFrameBytes;
        var position = _tail % _ringBytes;
        var untilEnd = _ringBytes - position;
        if (untilEnd >= needed)
            return _tail - _head + needed <= _ringBytes ? _ring + position + sizeof(Header) : null;
        if (_tail - _head + untilEnd + needed > _ringBytes)
            return null;
        if (untilEnd >= sizeof(Header))
            ((Header*)(_ring + position))->FrameBytes = -1;
        _tail += untilEnd;
        return _ring + sizeof(Header);
    }

    /// <summary>Keeps the frame that was put where <see cref="Reserve"/> said.</summary>
    public void Commit(int frameBytes, long dueNanoseconds)
    {
        var header = (Header*)(_ring + _tail % _ringBytes);
        header->DueNanoseconds = dueNanoseconds;
        header->FrameBytes = frameBytes;
        _tail += Stride(frameBytes);
    }

    /// <summary>The frame that leaves next.</summary>
    /// <returns>The frame, or <see langword="null"/> when none is under way.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public byte* Peek(out int frameBytes, out long dueNanoseconds)
    {
        SkipToFrame();
        if (IsEmpty)
        {
            frameBytes = 0;
            dueNanoseconds = long.MaxValue;
            return null;
        }

        var header = (Header*)(_ring + _head % _ringBytes);
        frameBytes = (int)header->FrameBytes;
        dueNanoseconds = header->DueNanoseconds;
        return (byte*)(header + 1);
    }

    /// <summary>Forgets the frame that left.</summary>
    public void Remove() => _head += Stride((int)((Header*)(_ring + _head % _ringBytes))->FrameBytes);

    public void Dispose() => NativeMemory.Free(_ring);

    private void SkipToFrame()
    {
        if (IsEmpty)
            return;
        var position = _head % _ringBytes;
        var untilEnd = _ringBytes - position;
        if (untilEnd < sizeof(Header) || ((Header*)(_ring + position))->FrameBytes < 0)
            _head += untilEnd;
    }

    private static long Stride(int frameBytes) => (sizeof(Header) + frameBytes + Alignment - 1) / Alignment * Alignment;
}
