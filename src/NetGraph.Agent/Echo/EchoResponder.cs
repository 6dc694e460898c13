using System.Net;
using System.Net.Sockets;

namespace NetGraph.Agent.Echo;

/// <summary>Answers echo requests of other agents, on a thread of its own so that an answer waits for nothing else.</summary>
internal sealed class EchoResponder : IDisposable
{
    private readonly EchoClock _clock;
    private readonly EchoSocket _socket;
    private readonly Func<bool> _isLoaded;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private long _answered;

    /// <param name="local">Where to listen.</param>
    /// <param name="isLoaded">Whether a throughput test has this node now.</param>
    /// <param name="time">Clocks; the system's by default.</param>
    /// <exception cref="SocketException">The port is taken or the address not ours.</exception>
    public EchoResponder(IPEndPoint local, Func<bool> isLoaded, TimeProvider? time = null)
    {
        _isLoaded = isLoaded;
        _clock = new EchoClock(time ?? TimeProvider.System);
        _socket = new EchoSocket(local, _clock);
        _thread = EchoThread.Start("echo responder", Answer);
    }

    public int Port => _socket.Port;

    /// <summary>How many requests were answered so far.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Answer()
    {
        var from = new SocketAddress(_socket.AddressFamily);
        Span<byte> datagram = stackalloc byte[EchoPacket.Length + 1];
        while (!_isStopping)
        {
            if (!_socket.TryReceive(datagram, from, out var arrival)) continue;
            if (EchoPacket.Read(datagram[..arrival.Length]) is not { IsReply: false } request) continue;
            var isLoaded = _isLoaded();
            var dwell = _clock.Now - arrival.Came.Monotonic;
            (request with { IsReply = true, ResponderIsLoaded = isLoaded, DwellNanoseconds = (ulong)dwell.TotalNanoseconds }).Write(datagram);
            if (_socket.TrySend(datagram[..EchoPacket.Length], from)) Interlocked.Increment(ref _answered);
        }
    }
}
