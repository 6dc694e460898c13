using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Echo;

namespace NetGraph.Agent.Tests.Echo;

public sealed class EchoPacketTests
{
    [Fact]
    public void Any_packet_reads_back_from_any_buffer() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var packet = new EchoPacket(random.Next(2) == 0, random.Next(2) == 0, Number(random), Number(random), Number(random));
            var datagram = new byte[EchoPacket.Length];
            random.NextBytes(datagram);
            packet.Write(datagram);
            return EchoPacket.Read(datagram) == packet;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Stands_on_the_wire_as_documented()
    {
        var datagram = new byte[EchoPacket.Length];
        new EchoPacket(IsReply: true, ResponderIsLoaded: true, 0x0102030405060708, 0x1112131415161718, 0x2122232425262728).Write(datagram);
        Assert.Equal(
            "4E474531" + "01" + "01" + "0000" + "0102030405060708" + "1112131415161718" + "2122232425262728" + new string('0', 64),
            Convert.ToHexString(datagram));
    }

    [Fact]
    public void No_other_length_is_one_of_ours()
    {
        var datagram = new byte[2 * EchoPacket.Length];
        new EchoPacket(false, false, 1, 2, 3).Write(datagram);
        for (var length = 0; length <= datagram.Length; length++)
            Assert.Equal(length == EchoPacket.Length, EchoPacket.Read(datagram.AsSpan(0, length)) is not null);
    }

    [Fact]
    public void Nothing_without_the_mark_and_a_known_kind_is_one_of_ours() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var datagram = new byte[EchoPacket.Length];
            new EchoPacket(random.Next(2) == 0, false, Number(random), Number(random), 0).Write(datagram);
            var place = random.Next(5);
            var was = datagram[place];
            datagram[place] = (byte)random.Next(256);
            var isOurs = place == 4 ? datagram[4] <= 1 : datagram[place] == was;
            return isOurs == (EchoPacket.Read(datagram) is not null);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Random_bytes_do_no_harm() =>
        Prop.ForAll<byte[]>(datagram => EchoPacket.Read(datagram) is null || datagram.Length == EchoPacket.Length).QuickCheckThrowOnFailure();

    private static ulong Number(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
}
