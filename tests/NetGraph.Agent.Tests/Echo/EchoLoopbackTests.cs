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
        Assert.Empty(prober.Peers);
        prober.SetPeers([new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(() => prober.Peers.Single().Figures.Received >= 10, "ten echoes are answered");
        var (sent, received, sum) = prober.Peers.Single().Figures;
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
        Assert.Equal((0L, 0L, TimeSpan.Zero), prober.Peers.Single().Figures is var (sent, received, sum) ? (sent, received, sum) : default);
        Assert.True(prober.Totals.Discarded(EchoDiscard.ThroughputTest) > 0);
        Volatile.Write(ref isLoaded, false);
        await Wait.UntilAsync(() => prober.Peers.Single().Figures.Received > 0, "echoes count again");
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
        await Wait.UntilAsync(() => prober.Peers.Single().Figures.Sent >= 5, "five echoes are lost");
        Assert.Equal((0, TimeSpan.Zero), (prober.Peers.Single().Figures.Received, prober.Peers.Single().Figures.RoundTripSum));
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
        await Wait.UntilAsync(() => prober.Peers.Single().Figures.Received >= 5, "answers count");
        var (sent, received, _) = prober.Peers.Single().Figures;
        Assert.Equal(sent, received);
        Assert.True(received <= peer.Requests.Count);
    }

    [Fact]
    public async Task The_kernel_says_when_datagrams_came()
    {
        var clock = new EchoClock(TimeProvider.System);
        using var receiver = new EchoSocket(new IPEndPoint(IPAddress.Loopback, 0), clock);
        using var sender = new EchoSocket(new IPEndPoint(IPAddress.Loopback, 0), clock);
        if (!receiver.IsStampedByKernel) Assert.Skip("this kernel does not stamp datagrams");
        var before = clock.Now;
        Assert.True(sender.TrySend([1, 2, 3], new IPEndPoint(IPAddress.Loopback, receiver.Port).Serialize()));
        var sent = clock.Now;
        await Wait.UntilAsync(() => clock.Now > sent + TimeSpan.FromMilliseconds(50), "the datagram lies there for a while");

        var from = new SocketAddress(AddressFamily.InterNetwork);
        var datagram = new byte[10];
        Assert.True(receiver.TryReceive(datagram, from, out var arrival));

        Assert.Equal(3, arrival.Length);
        Assert.Equal([1, 2, 3], datagram[..3]);
        Assert.Equal(sender.Port, ((IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(from)).Port);
        Assert.InRange(arrival.Came.Monotonic, before - TimeSpan.FromMilliseconds(1), sent + TimeSpan.FromMilliseconds(1));
        Assert.True(arrival.Waited >= TimeSpan.FromMilliseconds(49));
    }

    [Fact]
    public async Task An_answer_that_lies_in_a_stopped_responder_costs_no_round_trip_time()
    {
        using var gate = new ManualResetEventSlim(false);
        var calls = 0;
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () =>
        {
            // The first request is held, and with it those behind it in the socket.
            if (Interlocked.Increment(ref calls) == 1) gate.Wait();
            return false;
        });
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0, () => false);
        prober.SetPeers([new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(() => Volatile.Read(ref calls) == 1, "a request is held");
        var held = TimeProvider.System.GetTimestamp();
        await Wait.UntilAsync(() => TimeProvider.System.GetElapsedTime(held) > TimeSpan.FromMilliseconds(300), "others gather behind it");
        gate.Set();
        await Wait.UntilAsync(() => prober.Peers.Single().Figures.Received >= 10, "ten echoes are answered");
        Assert.InRange(prober.Peers.Single().Figures.RoundTripMedian!.Value, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_step_of_the_wall_clock_costs_a_few_samples_and_falsifies_none()
    {
        var clock = new SteppedClock();
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => false);
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0, () => false, time: clock);
        prober.SetPeers([new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(
            () =>
            {
                // Never the same offset at sending and at receiving.
                clock.Step(TimeSpan.FromHours(1));
                return prober.Totals.Discarded(EchoDiscard.ClockStep) >= 3;
            },
            "samples are discarded");
        await Wait.UntilAsync(() => prober.Peers.Single().Figures.Received >= 10, "echoes count again");
        Assert.InRange(prober.Peers.Single().Figures.RoundTripMedian!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Source_ports_follow_one_another_when_the_first_is_named_and_a_taken_one_is_refused()
    {
        using var peer = new FakePeer();
        var first = 40_000 + (Environment.ProcessId % 20_000);
        using (var prober = new EchoProber(IPAddress.Parse("127.0.0.9"), Patient, 0, () => false, first))
        {
            prober.SetPeers([new Peer("b", "127.0.0.1", peer.Port)]);
            Assert.Equal([first, first + 1, first + 2], prober.SourcePorts);
            await Wait.UntilAsync(() => peer.Requests.Select(request => ((IPEndPoint)request.From).Port).Distinct().Order().SequenceEqual(prober.SourcePorts), "all ports are seen");
            Assert.Throws<SocketException>(() => new EchoProber(IPAddress.Parse("127.0.0.9"), Patient, 0, () => false, first + 2));
        }

        using var again = new EchoProber(IPAddress.Parse("127.0.0.9"), Patient, 0, () => false, first + 2);
    }

    [Fact]
    public async Task Echoes_of_a_test_are_kept_apart_and_end_with_it()
    {
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => true);
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0, () => true);
        prober.SetPeers([new Peer("b", "127.0.0.1", responder.Port)]);
        using var end = new CancellationTokenSource();
        Assert.Null(prober.BeginTest("nobody", TimeSpan.FromSeconds(60), end.Token));
        var test = prober.BeginTest("b", TimeSpan.FromSeconds(60), end.Token)!;
        Assert.Null(test.Publish());
        await Wait.UntilAsync(() => test.Publish() is not null, "echoes of the test are answered");
        await end.CancelAsync();
        var figures = prober.Peers.Single().Figures;
        Assert.Equal((0, 0), (figures.Sent, figures.Received));
        Assert.NotNull(figures.LoadedRoundTrip);
        // Nothing was known before the test, so there is no difference.
        Assert.Null(figures.LatencyUnderLoad);
        Assert.Equal(0, prober.Totals.RoundTrips.Count);
        Assert.True(prober.Totals.LoadedRoundTrips.Count > 0);
    }

    [Fact]
    public async Task A_peer_that_cannot_be_sent_to_harms_no_other()
    {
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => false);
        using var prober = new EchoProber(IPAddress.Loopback, Quick, 0, () => false);
        prober.SetPeers([new Peer("six", "::1", 9), new Peer("all", "255.255.255.255", 9), new Peer("closed", "127.0.0.1", 1), new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(() => prober.Peers.All(peer => peer.Node == "b" ? peer.Figures.Received > 5 : peer.Figures.Sent > 0), "one answers, the others are lost");
        Assert.Equal(["b"], prober.Peers.Where(peer => peer.Figures.Received > 0).Select(peer => peer.Node));
    }

    [Fact]
    public async Task A_new_list_keeps_the_counts_of_who_stays_and_drops_the_others()
    {
        using var responder = new EchoResponder(new IPEndPoint(IPAddress.Loopback, 0), () => false);
        using var prober = new EchoProber(IPAddress.Loopback, Patient, 0, () => false);
        prober.SetPeers([new Peer("a", "127.0.0.1", responder.Port), new Peer("b", "127.0.0.1", responder.Port)]);
        await Wait.UntilAsync(() => prober.Peers.All(peer => peer.Figures.Received >= 3), "both are answered");
        var before = prober.Peers.Single(peer => peer.Node == "b").Figures.Received;
        prober.SetPeers([new Peer("c", "127.0.0.1", responder.Port), new Peer("b", "127.0.0.1", responder.Port)]);
        Assert.Equal(["c", "b"], prober.Peers.Select(peer => peer.Node));
        await Wait.UntilAsync(() => prober.Peers.Last().Figures.Received > before, "the count goes on");
        prober.SetPeers([]);
        Assert.Empty(prober.Peers);
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

    /// <summary>The system's clock, but its wall clock can be set.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private long _offsetTicks;

        public void Step(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));
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
