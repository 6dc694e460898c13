using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Probing;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Connecting;

/// <summary>The probe <c>tcp</c>: the time that a TCP connection takes to be made. Nothing is sent over it.</summary>
/// <param name="bind">Local address, used when it is of the target's family.</param>
internal sealed class TcpProbe(IPAddress? bind)
{
    public async Task<ProbeOutcome> RunAsync(ProbeTarget target, CancellationToken end)
    {
        var (address, fault) = await HostAddress.FindAsync(target.Address!, end).ConfigureAwait(false);
        if (address is null) return fault!;
        try
        {
            var (socket, time) = await ConnectAsync(new IPEndPoint(address, target.Port!.Value), bind, end).ConfigureAwait(false);
            socket.Dispose();
            return ProbeOutcome.Success(time);
        }
        catch (SocketException exception)
        {
            return ProbeOutcome.Fault(exception.ToFailure(), exception.Message);
        }
    }

    /// <summary>Makes a connection.</summary>
    /// <exception cref="SocketException">It cannot be made.</exception>
    internal static async Task<(Socket Socket, TimeSpan Time)> ConnectAsync(IPEndPoint to, IPAddress? bind, CancellationToken end)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (bind is not null && bind.AddressFamily == to.AddressFamily) socket.Bind(new IPEndPoint(bind, 0));
            var start = Stopwatch.GetTimestamp();
            await socket.ConnectAsync(to, end).ConfigureAwait(false);
            return (socket, Stopwatch.GetElapsedTime(start));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
