using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetGraph.Agent.Echo;

/// <summary>Answers echo requests of other agents, on a thread of its own so that an answer waits for nothing else.</summary>
internal sealed class EchoResponder : IDisposable
{
    private readonly Socket _socket;
    private readonly Func<bool> _isLoaded;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private long _answered;

    /// <param name="local">Where to listen.</param>
    /// <param name="isLoaded">Whether a throughput test has this node now.</param>
    /// <exception cref="SocketException">The port is taken or the address not ours.</exception>
    public EchoResponder(IPEndPoint local, Func<bool> isLoaded)
    {
        _isLoaded = isLoaded;
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Bind(local);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _thread = EchoThread.Start("echo responder", Answer);
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

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
            if (!EchoThread.TryReceive(_socket, datagram, from, out var length)) continue;
            var received = Stopwatch.GetTimestamp();
            if (EchoPacket.Read(datagram[..length]) is not { IsReply: false } request) continue;
            var dwell = Stopwatch.GetElapsedTime(received).TotalNanoseconds;
            (request with { IsReply = true, ResponderIsLoaded = _isLoaded(), DwellNanoseconds = (ulong)dwell }).Write(datagram);
            if (EchoThread.TrySend(_socket, datagram[..EchoPacket.Length], from)) Interlocked.Increment(ref _answered);
        }
    }
}
