using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Echo;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Echo;

public sealed class EchoLoopbackTests
{
    private static readonly EchoTrain Quick = new(Datagrams: 10, SourcePorts: 3, Interval: TimeSpan.FromMilliseconds(200), Timeout: TimeSpan.FromMilliseconds(100));
    private static readonly EchoTrain Patient = Quick with { Timeout = TimeSpan.FromSeconds(60) };

    [Fact]
    public async Task Prober_and_responder_measure_the_round_trip()
    {
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => false);
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0.5, () => false);
        Assert.Empty(prober.Counts);
        prober.SetPeers([new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(() => prober.Counts.Single().Read().Received >= 10, "ten echoes are answered");
        var (sent, received, sum) = prober.Counts.Single().Read();
        Assert.Equal(sent, received);
        Assert.True(sum > TimeSpan.Zero);
        Assert.True(responder.Answered >= received);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Nothing_counts_while_a_test_has_one_of_the_nodes(bool isProberLoaded, bool isResponderLoaded)
    {
        var isLoaded = true;
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => isResponderLoaded && Volatile.Read(ref isLoaded));
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0, () => isProberLoaded && Volatile.Read(ref isLoaded));
        prober.SetPeers([new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(() => responder.Answered >= 10, "ten echoes are answered");
        Assert.Equal((0L, 0L, TimeSpan.Zero), prober.Counts.Single().Read());
        Volatile.Write(ref isLoaded, false);
        await Wait.UntilAsync(() => prober.Counts.Single().Read().Received > 0, "echoes count again");
    }

    [Fact]
    public async Task Echoes_go_out_from_several_ports_and_never_repeat_a_number_even_with_a_new_list()
    {
        using var peer = new FakePeer();
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0, () => false);
        for (var lists = 1; lists <= 5; lists++)
        {
            prober.SetPeers([new Peer("b", "127.0.0.1", peer.Port)]);
            await Wait.UntilAsync(() => peer.Requests.Count >= lists * 6, "requests come");
        }

        (EndPoint From, EchoPacket Packet)[] requests = [.. peer.Requests];
        Assert.Equal(3, requests.Select(request => request.From).Distinct().Count());
        Assert.Single(requests.Select(request => request.Packet.Session).Distinct());
        Assert.Equal(requests.Length, requests.Select(request => request.Packet.Sequence).Distinct().Count());
        Assert.All(requests, request => Assert.False(request.Packet.IsReply));
    }

    [Fact]
    public async Task Only_the_answer_to_its_own_request_counts()
    {
        using var peer = new FakePeer((request, answer) =>
        {
            var right = request with { IsReply = true };
            answer([]);
            answer([1, 2, 3]);
            answer(new byte[EchoPacket.Length]);
            answer(new byte[1500]);
            answer(Bytes(request));
            answer(Bytes(right with { Session = request.Session + 1 }));
            answer(Bytes(right with { Sequence = request.Sequence + 1_000_000 }));
            answer(Bytes(right)[..^1]);
            answer([.. Bytes(right), 0]);
        });
        using var prober = new EchoProber(IPAddress.Loopback, Quick, 0, () => false);
        prober.SetPeers([new Peer("b", "127.0.0.1", peer.Port)]);
        await Wait.UntilAsync(() => prober.Counts.Single().Read().Sent >= 5, "five echoes are lost");
        Assert.Equal((0, TimeSpan.Zero), (prober.Counts.Single().Read().Received, prober.Counts.Single().Read().RoundTripSum));
    }

    [Fact]
    public async Task Two_answers_to_a_request_count_once()
    {
        using var peer = new FakePeer((request, answer) =>
        {
            answer(Bytes(request with { IsReply = true }));
            answer(Bytes(request with { IsReply = true }));
        });
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0, () => false);
        prober.SetPeers([new Peer("b", "127.0.0.1", peer.Port)]);
        await Wait.UntilAsync(() => prober.Counts.Single().Read().Received >= 5, "answers count");
        var (sent, received, _) = prober.Counts.Single().Read();
        Assert.Equal(sent, received);
        Assert.True(received <= peer.Requests.Count);
    }

    [Fact]
    public async Task A_peer_that_cannot_be_sent_to_harms_no_other()
    {
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => false);
        using var prober = new EchoProber(IPAddress.Loopback, Quick, 0, () => false);
        prober.SetPeers([new Peer("six", "::1", 9), new Peer("all", "255.255.255.255", 9), new Peer("closed", "127.0.0.1", 1), new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(() => prober.Counts.All(counts => counts.Node == "b" ? counts.Read().Received > 5 : counts.Read().Sent > 0), "one answers, the others are lost");
        Assert.Equal(["b"], prober.Counts.Where(counts => counts.Read().Received > 0).Select(counts => counts.Node));
    }

    [Fact]
    public async Task A_new_list_keeps_the_counts_of_who_stays_and_drops_the_others()
    {
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => false);
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0, () => false);
        prober.SetPeers([new Peer("a", "127.0.0.1", responder.Port), new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(() => prober.Counts.All(counts => counts.Read().Received >= 3), "both are answered");
        var before = prober.Counts.Single(counts => counts.Node == "b").Read().Received;
        prober.SetPeers([new Peer("c", "127.0.0.1", responder.Port), new Peer("b", "127.0.0.1", responder.Port)]);
        Assert.Equal(["c", "b"], prober.Counts.Select(counts => counts.Node));
        await Wait.UntilAsync(() => prober.Counts.Last().Read().Received > before, "the count goes on");
        prober.SetPeers([]);
        Assert.Empty(prober.Counts);
    }

    [Fact]
    public async Task The_responder_answers_requests_of_its_kind_only()
    {
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => true);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await client.ConnectAsync(IPAddress.Loopback, responder.Port);
        var request = new EchoPacket(IsReply: false, ResponderIsLoaded: false, 7, 8, 9);
        byte[][] datagrams =
        [
            [], [1], new byte[EchoPacket.Length], new byte[2000], Bytes(request)[..^1], [.. Bytes(request), 0], Bytes(request with { IsReply = true }),
            Bytes(request),
        ];
        foreach (var datagram in datagrams) await client.SendAsync(datagram);

        var answer = new byte[2000];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var length = await client.ReceiveAsync(answer, patience.Token);
        var reply = EchoPacket.Read(answer.AsSpan(0, length));
        Assert.Equal(request with { IsReply = true, ResponderIsLoaded = true, DwellNanoseconds = reply!.Value.DwellNanoseconds }, reply);
        await Wait.UntilAsync(() => responder.Answered == 1, "the answer is counted");
        Assert.Equal(0, client.Available);
    }

    [Fact]
    public void A_responders_port_can_be_had_again_after_it()
    {
        int port;
        using (var first = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => false))
        {
            port = first.Port;
            Assert.Throws<SocketException>(() => new EchoResponder(new IPEndPoint(IPAddress.Loopback, port), () => false));
        }

        using var second = new EchoResponder(new IPEndPoint(IPAddress.Loopback, port), () => false);
        Assert.Equal(port, second.Port);
    }

    private static byte[] Bytes(EchoPacket packet)
    {
        var datagram = new byte[EchoPacket.Length];
        packet.Write(datagram);
        return datagram;
    }

    /// <summary>A UDP socket that notes requests and answers them as a test wants.</summary>
    private sealed class FakePeer : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _loop;

        public FakePeer(Action<EchoPacket, Action<byte[]>>? onRequest = null)
        {
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _loop = ListenAsync(onRequest);
        }

        public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

        public ConcurrentQueue<(EndPoint From, EchoPacket Packet)> Requests { get; } = new();

        public void Dispose()
        {
            _stop.Cancel();
            _loop.GetAwaiter().GetResult();
            _socket.Dispose();
            _stop.Dispose();
        }

        private async Task ListenAsync(Action<EchoPacket, Action<byte[]>>? onRequest)
        {
            var datagram = new byte[2000];
            try
            {
                while (true)
                {
                    var received = await _socket.ReceiveFromAsync(datagram, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                    var request = EchoPacket.Read(datagram.AsSpan(0, received.ReceivedBytes))!.Value;
                    Requests.Enqueue((received.RemoteEndPoint, request));
                    onRequest?.Invoke(request, answer => _socket.SendTo(answer, received.RemoteEndPoint));
                }
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}
