using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Ping;

namespace NetGraph.Agent.Tests.Ping;

public sealed class IcmpEchoTests
{
    private const AddressFamily V4 = AddressFamily.InterNetwork, V6 = AddressFamily.InterNetworkV6;
    private static readonly IcmpEcho Echo = new(0x1234, 7, 0x0102030405060708);

    [Fact]
    public void Writes_a_request_of_version_4_with_its_checksum()
    {
        var datagram = Request(V4, 18);
        // The sum of 0800, 1234, 0007, 0102, 0304, 0506, 0708 is 2A4F: its complement is D5B0.
        Assert.Equal((byte[])[8, 0, 0xD5, 0xB0, 0x12, 0x34, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0], datagram);
    }

    [Fact]
    public void Leaves_the_checksum_of_version_6_to_the_kernel() =>
        Assert.Equal((byte[])[128, 0, 0, 0, 0x12, 0x34, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8], Request(V6, 16));

    [Fact]
    public void What_was_in_the_buffer_before_is_not_sent()
    {
        var datagram = Enumerable.Repeat((byte)0xFF, 40).ToArray();
        Echo.WriteRequest(datagram, V4);
        Assert.Equal(Request(V4, 40), datagram);
    }

    [Theory]
    [InlineData("", 0xFFFF)]
    [InlineData("FFFF", 0)]
    [InlineData("0001F203F4F5F6F7", 0x220D)] // RFC 1071, section 3: the sum is DDF2.
    [InlineData("01", 0xFEFF)] // An odd byte counts as if a zero followed.
    [InlineData("FFFFFFFF0001", 0xFFFE)]
    public void Sums_as_RFC_1071_says(string data, int expected) => Assert.Equal(expected, IcmpEcho.Checksum(Convert.FromHexString(data)));

    [Fact]
    public void A_datagram_with_its_own_checksum_sums_to_zero_and_one_with_a_flipped_bit_does_not() =>
        Prop.ForAll<ushort, ushort, ulong>((id, sequence, token) =>
        {
            var datagram = new byte[16 + (id % 100)];
            new IcmpEcho(id, sequence, token).WriteRequest(datagram, V4);
            var isWhole = IcmpEcho.Checksum(datagram) == 0;
            datagram[sequence % datagram.Length] ^= 1;
            return isWhole && IcmpEcho.Checksum(datagram) != 0;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(V4, false)]
    [InlineData(V4, true)]
    [InlineData(V6, false)]
    [InlineData(V6, true)]
    public void Reads_back_what_it_wrote_once_it_is_a_reply(AddressFamily family, bool hasIpHeader) =>
        Prop.ForAll<ushort, ushort, ulong>((id, sequence, token) =>
        {
            var echo = new IcmpEcho(id, sequence, token);
            var datagram = new byte[64];
            echo.WriteRequest(datagram, family);
            datagram[0] = family == V6 ? (byte)129 : (byte)0;
            return IcmpEcho.ReadReply(hasIpHeader && family == V4 ? [.. IpHeader(20), .. datagram] : datagram, family, hasIpHeader) == echo;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(20)]
    [InlineData(24)]
    [InlineData(60)]
    public void Skips_an_IP_header_with_its_options(int length) => Assert.Equal(Echo, IcmpEcho.ReadReply([.. IpHeader(length), .. Reply(V4)], V4, hasIpHeader: true));

    [Theory]
    [InlineData(V4, 0, 8)] // A request, as a raw socket on loopback hears of its own.
    [InlineData(V4, 0, 3)] // "Unreachable".
    [InlineData(V4, 0, 129)] // The other version's reply.
    [InlineData(V4, 1, 1)] // A code that no reply has.
    [InlineData(V6, 0, 128)]
    [InlineData(V6, 0, 0)]
    [InlineData(V6, 0, 2)]
    [InlineData(V6, 1, 1)]
    public void What_is_no_reply_is_none(AddressFamily family, int at, byte value)
    {
        var datagram = Reply(family);
        Assert.Equal(Echo, IcmpEcho.ReadReply(datagram, family, hasIpHeader: false));
        datagram[at] = value;
        Assert.Null(IcmpEcho.ReadReply(datagram, family, hasIpHeader: false));
    }

    [Fact]
    public void Half_a_reply_is_none()
    {
        for (var length = 0; length < IcmpEcho.MinLength; length++)
        {
            Assert.Null(IcmpEcho.ReadReply(Reply(V4).AsSpan(0, length), V4, hasIpHeader: false));
            Assert.Null(IcmpEcho.ReadReply(Reply(V6).AsSpan(0, length), V6, hasIpHeader: true));
        }

        byte[] whole = [.. IpHeader(20), .. Reply(V4)];
        for (var length = 0; length < 20 + IcmpEcho.MinLength; length++) Assert.Null(IcmpEcho.ReadReply(whole.AsSpan(0, length), V4, hasIpHeader: true));
    }

    [Theory]
    [InlineData(0x65)] // Version 6.
    [InlineData(0x44)] // 16 bytes: no header is as short.
    [InlineData(0x4F)] // 60 bytes, which the datagram does not have.
    public void A_wrong_IP_header_is_none(byte first)
    {
        byte[] datagram = [.. IpHeader(20), .. Reply(V4)];
        datagram[0] = first;
        Assert.Null(IcmpEcho.ReadReply(datagram, V4, hasIpHeader: true));
    }

    [Fact]
    public void Whatever_comes_never_throws() =>
        Prop.ForAll<byte[], bool, bool>((datagram, isV6, hasIpHeader) => { _ = IcmpEcho.ReadReply(datagram, isV6 ? V6 : V4, hasIpHeader); }).QuickCheckThrowOnFailure();

    private static byte[] Request(AddressFamily family, int length)
    {
        var datagram = new byte[length];
        Echo.WriteRequest(datagram, family);
        return datagram;
    }

    private static byte[] Reply(AddressFamily family)
    {
        var datagram = Request(family, 16);
        datagram[0] = family == V6 ? (byte)129 : (byte)0;
        return datagram;
    }

    private static byte[] IpHeader(int length)
    {
        var header = new byte[length];
        header[0] = (byte)(0x40 | (length / 4));
        return header;
    }
}
