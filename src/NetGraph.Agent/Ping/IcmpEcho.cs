using System.Buffers.Binary;
using System.Net.Sockets;

namespace NetGraph.Agent.Ping;

/// <summary>The datagram of an ICMP echo (RFC 792, RFC 4443 section 4): type, code, checksum, id, sequence number, and a token of our own in its first eight bytes of data.</summary>
/// <remarks>The token tells our answers from those of others that a raw socket hears too, and from those to an earlier run.</remarks>
internal readonly record struct IcmpEcho(ushort Id, ushort Sequence, ulong Token)
{
    /// <summary>The shortest datagram: header and token.</summary>
    public const int MinLength = 16;

    /// <summary>Writes a request as long as the span; what follows the token is zero.</summary>
    public void WriteRequest(Span<byte> datagram, AddressFamily family)
    {
        datagram.Clear();
        datagram[0] = family == AddressFamily.InterNetworkV6 ? (byte)128 : (byte)8;
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], Id);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], Sequence);
        BinaryPrimitives.WriteUInt64BigEndian(datagram[8..], Token);
        // That of ICMPv6 covers addresses which only the kernel knows: it writes it.
        if (family == AddressFamily.InterNetwork) BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], Checksum(datagram));
    }

    /// <summary>Reads an answer; <see langword="null"/> when it is none.</summary>
    /// <param name="datagram">What was received.</param>
    /// <param name="family">Of the socket.</param>
    /// <param name="hasIpHeader">Whether an IPv4 header comes first, as from raw sockets.</param>
    public static IcmpEcho? ReadReply(ReadOnlySpan<byte> datagram, AddressFamily family, bool hasIpHeader)
    {
        if (hasIpHeader && family == AddressFamily.InterNetwork)
        {
            if (datagram.Length < 20 || datagram[0] >> 4 != 4) return null;
            var header = (datagram[0] & 15) * 4;
            if (header < 20 || header > datagram.Length) return null;
            datagram = datagram[header..];
        }

        var reply = family == AddressFamily.InterNetworkV6 ? 129 : 0;
        if (datagram.Length < MinLength || datagram[0] != reply || datagram[1] != 0) return null;
        return new IcmpEcho(
            BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]), BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]), BinaryPrimitives.ReadUInt64BigEndian(datagram[8..]));
    }

    /// <summary>The checksum of RFC 1071; over a datagram that carries its own it is zero.</summary>
    internal static ushort Checksum(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (; data.Length > 1; data = data[2..]) sum += BinaryPrimitives.ReadUInt16BigEndian(data);
        if (data.Length == 1) sum += (uint)data[0] << 8;
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
