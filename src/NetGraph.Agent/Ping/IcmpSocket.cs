using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace NetGraph.Agent.Ping;

/// <summary>Sends ICMP echoes to one destination and hears its answers. For one run only: firewalls may block an id that is kept for ever (blackbox_exporter issue 591).</summary>
/// <remarks>Connected, so that the kernel passes on the destination's datagrams only, and errors that the path reports.</remarks>
internal sealed class IcmpSocket : IDisposable
{
    // Of <linux/in.h> and <linux/in6.h>.
    private const int IpLevel = 0, IpMtuDiscover = 10, IpMtu = 14;
    private const int Ipv6Level = 41, Ipv6MtuDiscover = 23, Ipv6Mtu = 24, Ipv6DontFragment = 62;
    private const int DiscoverProbe = 3;
    private readonly Socket _socket;
    private readonly bool _isRaw;
    private readonly byte[] _buffer = new byte[ushort.MaxValue];
    private readonly ulong _token = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private readonly ushort _id = BitConverter.ToUInt16(RandomNumberGenerator.GetBytes(2));

    /// <param name="isRaw">A raw socket, which needs CAP_NET_RAW, instead of a datagram socket, which needs <c>ping_group_range</c>.</param>
    /// <param name="destination">Where echoes go.</param>
    /// <param name="bind">Local address, used when it is of the same family.</param>
    /// <exception cref="SocketException">It is not allowed, or there is no route.</exception>
    public IcmpSocket(bool isRaw, IPAddress destination, IPAddress? bind)
    {
        _isRaw = isRaw;
        _socket = new Socket(destination.AddressFamily, isRaw ? SocketType.Raw : SocketType.Dgram, IsV6(destination) ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
        try
        {
            if (bind is not null && bind.AddressFamily == destination.AddressFamily) _socket.Bind(new IPEndPoint(bind, 0));
            _socket.Connect(new IPEndPoint(destination, 0));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    private AddressFamily Family => _socket.AddressFamily;

    /// <summary>Bytes of the IP header in front of an echo.</summary>
    public int IpHeaderLength => Family == AddressFamily.InterNetworkV6 ? 40 : 20;

    /// <summary>What the kernel takes for the path MTU now, in bytes: that of the interface, or less when it learned of less lately.</summary>
    public int KnownMtu
    {
        get
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            var isV6 = Family == AddressFamily.InterNetworkV6;
            _socket.GetRawSocketOption(isV6 ? Ipv6Level : IpLevel, isV6 ? Ipv6Mtu : IpMtu, value);
            return BitConverter.ToInt32(value);
        }
    }

    /// <summary>From now on packets are not fragmented, whatever the kernel believes of the path.</summary>
    public void ForbidFragments()
    {
        if (Family == AddressFamily.InterNetworkV6)
        {
            Set(Ipv6Level, Ipv6MtuDiscover, DiscoverProbe);
            Set(Ipv6Level, Ipv6DontFragment, 1);
        }
        else
        {
            Set(IpLevel, IpMtuDiscover, DiscoverProbe);
        }
    }

    /// <summary>Sends an echo.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="length">Its length without the IP header, at least <see cref="IcmpEcho.MinLength"/>.</param>
    /// <returns>When it was sent, of <see cref="Stopwatch"/>.</returns>
    /// <exception cref="SocketException">It was not sent, or an earlier one met an error on its path.</exception>
    public long Send(ushort sequence, int length)
    {
        var datagram = _buffer.AsSpan(0, length);
        new IcmpEcho(_id, sequence, _token).WriteRequest(datagram, Family);
        var sentAt = Stopwatch.GetTimestamp();
        _socket.Send(datagram);
        return sentAt;
    }

    /// <summary>Waits for an answer to an echo of this run.</summary>
    /// <returns>Its number and when it came; <see langword="null"/> when none came in that time, or what came was none.</returns>
    /// <exception cref="SocketException">An echo met an error on its path.</exception>
    public (ushort Sequence, long At)? Receive(TimeSpan wait)
    {
        if (!_socket.Poll(wait, SelectMode.SelectRead))
        {
            // An error alone wakes the poll, too, and would do so again and again until it is read.
            return (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! is var error and not SocketError.Success
                ? throw new SocketException((int)error)
                : null;
        }

        var length = _socket.Receive(_buffer);
        var at = Stopwatch.GetTimestamp();
        // The kernel gives a datagram socket an id of its own.
        return IcmpEcho.ReadReply(_buffer.AsSpan(0, length), Family, _isRaw) is { } reply && reply.Token == _token && (!_isRaw || reply.Id == _id) ? (reply.Sequence, at) : null;
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsV6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private void Set(int level, int option, int value) => _socket.SetRawSocketOption(level, option, BitConverter.GetBytes(value));
}
