using System.Buffers.Binary;

namespace NetGraph.Agent.Echo;

/// <summary>The datagram of an echo: 64 bytes, big-endian; the reply is as long as the request, so that nothing is amplified.</summary>
/// <remarks>
/// Bytes 0-3 "NGE1"; 4 kind (0 request, 1 reply); 5 flags (1: the responder is in a throughput test); 6-7 zero;
/// 8-15 session, a random number of the prober; 16-23 sequence number; 24-31 responder's dwell time in nanoseconds (reply only); rest zero.
/// </remarks>
internal readonly record struct EchoPacket(bool IsReply, bool ResponderIsLoaded, ulong Session, ulong Sequence, ulong DwellNanoseconds)
{
    public const int Length = 64;
    private const uint Magic = 0x4E474531;

    /// <summary>Reads a datagram; <see langword="null"/> when it is none of ours.</summary>
    public static EchoPacket? Read(ReadOnlySpan<byte> datagram) =>
        datagram.Length == Length && BinaryPrimitives.ReadUInt32BigEndian(datagram) == Magic && datagram[4] <= 1
            ? new EchoPacket(
                datagram[4] == 1,
                (datagram[5] & 1) != 0,
                BinaryPrimitives.ReadUInt64BigEndian(datagram[8..]),
                BinaryPrimitives.ReadUInt64BigEndian(datagram[16..]),
                BinaryPrimitives.ReadUInt64BigEndian(datagram[24..]))
            : null;

    public void Write(Span<byte> datagram)
    {
        datagram[..Length].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(datagram, Magic);
        datagram[4] = IsReply ? (byte)1 : (byte)0;
        datagram[5] = ResponderIsLoaded ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64BigEndian(datagram[8..], Session);
        BinaryPrimitives.WriteUInt64BigEndian(datagram[16..], Sequence);
        BinaryPrimitives.WriteUInt64BigEndian(datagram[24..], DwellNanoseconds);
    }
}
