using System.Net;
using System.Net.Sockets;

namespace NetGraph.Agent.Echo;

/// <summary>Blocking socket work for threads that stamp time: no hand-over between threads lies between the kernel and the clock.</summary>
internal static class EchoThread
{
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan StopLatency = TimeSpan.FromMilliseconds(200);

    public static Thread Start(string name, ThreadStart body)
    {
        var thread = new Thread(body, StackBytes) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    /// <summary>Waits a moment for a datagram. What goes wrong with one datagram must not end the loop over all.</summary>
    public static bool TryReceive(Socket socket, Span<byte> datagram, SocketAddress from, out int length)
    {
        length = 0;
        try
        {
            if (!socket.Poll(StopLatency, SelectMode.SelectRead)) return false;
            length = socket.ReceiveFrom(datagram, SocketFlags.None, from);
            return true;
        }
        catch (SocketException)
        {
            // ICMP errors of earlier sends surface here.
            return false;
        }
    }

    public static bool TrySend(Socket socket, ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        try
        {
            socket.SendTo(datagram, SocketFlags.None, to);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
