using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NetGraph.Agent.Echo;

/// <summary>A UDP socket for threads of its own: it blocks, and knows when a datagram came even if its thread woke late.</summary>
/// <remarks>
/// The kernel stamps each datagram as it arrives (SO_TIMESTAMPNS, socket(7)), before it wakes anybody: on an idle machine waking takes longer than the way there and back.
/// Where it refuses, the time is taken when the thread has the datagram. What goes wrong with one datagram must not end a loop over all: nothing here throws.
/// </remarks>
internal sealed partial class EchoSocket : IDisposable
{
    private const int SolSocket = 1;
    private const int SoReceiveTimeout = 20;
    private const int SoTimestampNs = 35;
    private const int InterruptedCall = 4;
    private const int TryAgain = 11;
    private static readonly TimeSpan StopLatency = TimeSpan.FromMilliseconds(200);

    // Older than this, a stamp tells of a step of the wall clock rather than of a datagram that waited.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly EchoClock _clock;

    /// <exception cref="SocketException">The port is taken or the address not ours.</exception>
    public EchoSocket(IPEndPoint local, EchoClock clock)
    {
        _clock = clock;
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Bind(local);
            Span<long> timeout = [0, (long)StopLatency.TotalMicroseconds];
            _socket.SetRawSocketOption(SolSocket, SoReceiveTimeout, MemoryMarshal.AsBytes(timeout));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        IsStampedByKernel = DemandStamps();
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public AddressFamily AddressFamily => _socket.AddressFamily;

    /// <summary>Whether the kernel says when datagrams came.</summary>
    public bool IsStampedByKernel { get; }

    /// <summary>Waits a moment for a datagram.</summary>
    /// <param name="datagram">Where to put it; longer ones are cut off.</param>
    /// <param name="from">Where to put the sender's address.</param>
    /// <param name="arrival">The datagram's length, when it came and when this call had it.</param>
    /// <returns>Whether one came.</returns>
    public unsafe bool TryReceive(Span<byte> datagram, SocketAddress from, out Arrival arrival)
    {
        arrival = default;
        Span<long> control = stackalloc long[8];
        fixed (byte* data = datagram, name = from.Buffer.Span)
        fixed (long* ancillary = control)
        {
            var vector = new IoVector { Base = data, Length = (nuint)datagram.Length };
            var header = new MessageHeader
            {
                Name = name,
                NameLength = (uint)from.Buffer.Length,
                Vectors = &vector,
                VectorCount = 1,
                Control = ancillary,
                ControlLength = (nuint)(control.Length * sizeof(long)),
            };
            var length = ReceiveMessage(_socket.SafeHandle, &header, 0);
            var now = _clock.Read();
            if (length < 0)
            {
                // ICMP errors of earlier sends surface here; should one never go away, the loop must not spin.
                if (Marshal.GetLastPInvokeError() is not (InterruptedCall or TryAgain)) Thread.Sleep(1);
                return false;
            }

            from.Size = (int)header.NameLength;
            var waited = FindStamp(control[..(int)(header.ControlLength / sizeof(long))]) is { } stamp ? now.Wall - stamp : TimeSpan.Zero;
            arrival = new Arrival((int)length, waited >= TimeSpan.Zero && waited < LongestWait ? waited : TimeSpan.Zero, now);
            return true;
        }
    }

    public unsafe bool TrySend(ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        // By hand, since the library's throws for each peer that cannot be sent to, ten times in ten seconds.
        try
        {
            fixed (byte* data = datagram, name = to.Buffer.Span)
                return SendTo(_socket.SafeHandle, data, (nuint)datagram.Length, 0, name, (uint)to.Size) == datagram.Length;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool DemandStamps()
    {
        // The layout of the kernel's stamp, and its number, are those of 64-bit Linux.
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8) return false;
        try
        {
            Span<int> on = [1];
            _socket.SetRawSocketOption(SolSocket, SoTimestampNs, MemoryMarshal.AsBytes(on));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Finds the stamp among a datagram's ancillary data: length, level and type, seconds, nanoseconds (cmsg(3)).</summary>
    private static TimeSpan? FindStamp(ReadOnlySpan<long> control)
    {
        if (control.Length < 4) return null;
        var kind = MemoryMarshal.Cast<long, int>(control.Slice(1, 1));
        return kind is [SolSocket, SoTimestampNs] ? TimeSpan.FromSeconds(control[2]) + TimeSpan.FromTicks(control[3] / 100) : null;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static unsafe partial nint ReceiveMessage(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendto")]
    private static unsafe partial nint SendTo(SafeHandle socket, byte* data, nuint length, int flags, byte* name, uint nameLength);

    private unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    private unsafe struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public long* Control;
        public nuint ControlLength;
        public int Flags;
    }
}

/// <summary>A datagram that came.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Waited">How long it lay in the socket; zero when nobody knows.</param>
/// <param name="Taken">When it was taken out.</param>
internal readonly record struct Arrival(int Length, TimeSpan Waited, Moment Taken)
{
    /// <summary>When it came.</summary>
    public Moment Came => Taken.Before(Waited);
}
