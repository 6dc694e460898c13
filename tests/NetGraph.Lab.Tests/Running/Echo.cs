using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetGraph.Lab.Building;

namespace NetGraph.Lab.Tests.Running;

/// <summary>Sends ICMP echo requests from inside a namespace, so that no ping program is needed.</summary>
internal static class Echo
{
    private const int HeaderBytes = 8;

    /// <summary>Round-trip times; null for a request that stayed unanswered.</summary>
    public static IReadOnlyList<TimeSpan?> RoundTrips(string space, string address, int count, int patienceMilliseconds = 1000) => NetworkNamespace.Run(space, () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Icmp) { ReceiveTimeout = patienceMilliseconds };
        socket.Connect(IPAddress.Parse(address), 0);
        return Enumerable.Range(0, count).Select(number => RoundTrip(socket, (ushort)number)).ToList();
    });

    private static TimeSpan? RoundTrip(Socket socket, ushort number)
    {
        var request = new byte[HeaderBytes + 56];
        request[0] = 8;
        request[6] = (byte)(number >> 8);
        request[7] = (byte)number;
        var reply = new byte[2048];
        var started = Stopwatch.GetTimestamp();
        socket.Send(request);
        try
        {
            do
            {
                socket.Receive(reply);
            }
            while (reply[0] != 0 || reply[6] != request[6] || reply[7] != request[7]);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
