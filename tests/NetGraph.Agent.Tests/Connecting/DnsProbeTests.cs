using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Connecting;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Tests.Connecting;

/// <summary>Questions by real sockets to servers on loopback that answer as they are told.</summary>
public sealed class DnsProbeTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30), Short = TimeSpan.FromMilliseconds(200);
    private readonly string _resolvers = Path.GetTempFileName();

    public void Dispose() => File.Delete(_resolvers);

    [Theory]
    [InlineData("A", 1)]
    [InlineData("AAAA", 28)]
    public async Task Times_the_answer_with_an_address(string type, byte number)
    {
        using var server = new Server(question => [Answer(question)]);
        var outcome = await new DnsProbe(wait: Long).RunAsync(Target(server) with { QueryType = type }, CancellationToken.None);
        Assert.Equal((1, 0, null), (outcome.Times.Length, outcome.Failed, outcome.Failure));
        Assert.True(outcome.Times[0] > TimeSpan.Zero);
        // After the header of twelve bytes: 1 a 7 example 0, type, class IN.
        Assert.Equal((byte[])[1, (byte)'a', 7, .. "example"u8, 0, 0, number, 0, 1], Assert.Single(server.Questions)[12..]);
    }

    [Fact]
    public async Task Asks_by_IPv6_too()
    {
        using var server = new Server(question => [Answer(question)], "::1");
        Assert.Single((await RunAsync(server, Long)).Times);
    }

    [Theory]
    [InlineData(3, 3, ProbeFailure.NameNotResolved)]
    [InlineData(3, 2, ProbeFailure.ServerFailure)]
    [InlineData(3, 5, ProbeFailure.Rejected)]
    [InlineData(3, 1, ProbeFailure.Rejected)]
    [InlineData(2, 0x83, ProbeFailure.Truncated)]
    [InlineData(7, 0, ProbeFailure.NameNotResolved)] // No record: the name has no such address.
    [InlineData(7, 9, ProbeFailure.InvalidOutput)] // More records than bytes: the first, of another type, is all there is.
    public async Task An_answer_without_an_address_is_a_failure(int at, byte value, ProbeFailure expected)
    {
        using var server = new Server(question =>
        {
            var answer = Answer(question);
            answer[at] = value;
            if (at == 7 && value > 1) answer[question.Length + 3] = 5;
            return [answer];
        });
        var outcome = await RunAsync(server, Long);
        Assert.Equal((0, 1, expected), (outcome.Times.Length, outcome.Failed, outcome.Failure));
        Assert.Equal("no A record of 'a.example' from 127.0.0.1", outcome.Text);
    }

    [Fact]
    public async Task Answers_to_others_and_rubbish_are_not_taken_for_its_own()
    {
        using var server = new Server(question =>
        {
            byte[] foreign = Refusal(question), request = Refusal(question), other = Refusal(question);
            foreign[0] ^= 1;
            request[2] &= 0x7F;
            other[13] = (byte)'b';
            return [foreign, request, other, [], [1, 2, 3], new byte[12], Answer(question)];
        });
        Assert.Single((await RunAsync(server, Long)).Times);
    }

    [Fact]
    public async Task Whoever_did_not_see_the_question_cannot_answer_it()
    {
        using var server = new Server(question =>
        {
            var answer = Answer(question);
            answer[1] ^= 1;
            return [answer];
        });
        Assert.Equal(ProbeFailure.Timeout, (await RunAsync(server, Short)).Failure);
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var second = new Server((question, from) =>
        {
            stranger.Send(Answer(question), from);
            return [];
        });
        Assert.Equal(ProbeFailure.Timeout, (await RunAsync(second, Short)).Failure);
    }

    [Fact]
    public async Task No_answer_is_not_waited_for_longer_than_told()
    {
        using var server = new Server(_ => []);
        Assert.Equal((0, 1, ProbeFailure.Timeout), await RunAsync(server, Short) is var outcome ? (outcome.Times.Length, outcome.Failed, outcome.Failure) : default);
        using var end = new CancellationTokenSource();
        var probe = new DnsProbe(wait: Timeout.InfiniteTimeSpan).RunAsync(Target(server), end.Token);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe.WaitAsync(Long));
    }

    [Fact]
    public async Task A_port_without_a_server_refuses()
    {
        int port;
        using (var server = new Server(_ => [])) port = server.Port;
        var outcome = await new DnsProbe(wait: Long).RunAsync(new ProbeTarget { Name = "t", Probe = ProbeNames.Dns, Address = "127.0.0.1", Port = port, QueryName = "a.example" }, CancellationToken.None);
        Assert.Equal(ProbeFailure.ConnectionRefused, outcome.Failure);
    }

    [Theory]
    [InlineData(2)] // SERVFAIL.
    [InlineData(5)] // REFUSED.
    [InlineData(255)] // Nothing.
    public async Task The_hosts_next_resolver_is_asked_when_one_fails(byte code)
    {
        using var second = new Server(question => [Answer(question)], "127.0.0.62");
        using var first = new Server(question => code == 255 ? [] : [With(Answer(question), 3, code)], "127.0.0.61", second.Port);
        await File.WriteAllTextAsync(_resolvers, "# comment\nsearch example\nnameserver\t127.0.0.61\nnameserver not.an.address\n nameserver 127.0.0.62 # the other\n");
        var outcome = await new DnsProbe(_resolvers, code == 255 ? Short : Long).RunAsync(Target(second) with { Address = null }, CancellationToken.None);
        Assert.Single(outcome.Times);
        Assert.Equal((1, 1), (first.Questions.Count, second.Questions.Count));
    }

    [Fact]
    public async Task That_a_name_does_not_exist_is_believed_at_once()
    {
        using var second = new Server(question => [Answer(question)], "127.0.0.64");
        using var first = new Server(question => [With(Answer(question), 3, 3)], "127.0.0.63", second.Port);
        await File.WriteAllTextAsync(_resolvers, "nameserver 127.0.0.63\nnameserver 127.0.0.64\n");
        var outcome = await new DnsProbe(_resolvers, Long).RunAsync(Target(second) with { Address = null }, CancellationToken.None);
        Assert.Equal((ProbeFailure.NameNotResolved, "no A record of 'a.example' from 127.0.0.63, 127.0.0.64"), (outcome.Failure, outcome.Text));
        Assert.Empty(second.Questions);
    }

    [Fact]
    public async Task A_host_without_resolvers_resolves_nothing()
    {
        var target = new ProbeTarget { Name = "t", Probe = ProbeNames.Dns, QueryName = "a.example" };
        foreach (var file in (string[])[_resolvers, "/nowhere/resolv.conf"])
        {
            var outcome = await new DnsProbe(file, Long).RunAsync(target, CancellationToken.None);
            Assert.Equal((ProbeFailure.NameNotResolved, $"'{file}' names no resolver"), (outcome.Failure, outcome.Text));
        }
    }

    private static Task<ProbeOutcome> RunAsync(Server server, TimeSpan wait) => new DnsProbe(wait: wait).RunAsync(Target(server), CancellationToken.None);

    private static ProbeTarget Target(Server server) => new() { Name = "t", Probe = ProbeNames.Dns, Address = server.Address, Port = server.Port, QueryName = "a.example" };

    private static byte[] Answer(byte[] question)
    {
        var isV6 = question[^3] == 28;
        byte[] answer = [.. question, 0xC0, 12, 0, question[^3], 0, 1, 0, 0, 0, 60, 0, isV6 ? (byte)16 : (byte)4, .. new byte[isV6 ? 16 : 4]];
        answer[2] |= 0x80;
        answer[7] = 1;
        return answer;
    }

    private static byte[] Refusal(byte[] question) => With(Answer(question), 3, 5);

    private static byte[] With(byte[] message, int at, byte value)
    {
        message[at] = value;
        return message;
    }

    private sealed class Server : IDisposable
    {
        private readonly Socket _socket;

        public Server(Func<byte[], byte[][]> answer, string address = "127.0.0.1", int port = 0)
            : this((question, _) => answer(question), address, port)
        {
        }

        public Server(Func<byte[], IPEndPoint, byte[][]> answer, string address = "127.0.0.1", int port = 0)
        {
            Address = address;
            var local = new IPEndPoint(IPAddress.Parse(address), port);
            _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            _socket.Bind(local);
            Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
            _ = Task.Run(() => AnswerAsync(answer, local));
        }

        public string Address { get; }

        public int Port { get; }

        public ConcurrentQueue<byte[]> Questions { get; } = [];

        public void Dispose() => _socket.Dispose();

        private async Task AnswerAsync(Func<byte[], IPEndPoint, byte[][]> answer, EndPoint any)
        {
            try
            {
                var buffer = new byte[1000];
                while (true)
                {
                    var received = await _socket.ReceiveFromAsync(buffer, any);
                    var question = buffer[..received.ReceivedBytes];
                    Questions.Enqueue(question);
                    foreach (var datagram in answer(question, (IPEndPoint)received.RemoteEndPoint)) await _socket.SendToAsync(datagram, received.RemoteEndPoint);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
