using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Connecting;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Connecting;

public sealed class TcpProbeTests
{
    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    [InlineData("localhost", null)]
    [InlineData("127.0.0.1", "127.0.0.77")]
    [InlineData("::1", "127.0.0.77")] // Of another family: not used.
    public async Task Times_a_connection_and_sends_nothing(string address, string? bind)
    {
        // Bound to all of both families.
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen();
        var outcome = await RunAsync(address, ((IPEndPoint)listener.LocalEndPoint!).Port, bind);
        Assert.Equal((1, 0, null), (outcome.Times.Length, outcome.Failed, outcome.Failure));
        Assert.True(outcome.Times[0] > TimeSpan.Zero);
        using var accepted = await listener.AcceptAsync();
        if (bind is not null && address != "::1") Assert.Equal(bind, ((IPEndPoint)accepted.RemoteEndPoint!).Address.MapToIPv4().ToString());
        Assert.Equal(0, await accepted.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_refuses()
    {
        var outcome = await RunAsync("127.0.0.1", Repository.FreePort(), null);
        Assert.Equal((0, 1, ProbeFailure.ConnectionRefused, "Connection refused"), (outcome.Times.Length, outcome.Failed, outcome.Failure, outcome.Text));
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_not_resolved()
    {
        // RFC 6761, section 6.4: no resolver may know it.
        var outcome = await RunAsync("nobody.invalid", 80, null);
        Assert.Equal((0, 1, ProbeFailure.NameNotResolved), (outcome.Times.Length, outcome.Failed, outcome.Failure));
        Assert.StartsWith("'nobody.invalid': ", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_route_the_target_is_unreachable()
    {
        if (NetworkNamespace.FindLack() is { } lack) Assert.Skip(lack);
        await using var network = await NetworkNamespace.CreateAsync();
        var outcome = await network.RunAsync(() => RunAsync("192.0.2.1", 80, null).GetAwaiter().GetResult());
        Assert.Equal((0, 1, ProbeFailure.Unreachable), (outcome.Times.Length, outcome.Failed, outcome.Failure));
    }

    [Fact]
    public async Task Ends_when_its_time_is_over_although_nobody_answers()
    {
        // Once the queue of connections that nobody accepts is full, the kernel drops requests without a word.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var held = new List<Socket>();
        try
        {
            for (var isFull = false; !isFull;)
            {
                Assert.True(held.Count < 20, "the queue is never full");
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
                }
                catch (OperationCanceledException)
                {
                    isFull = true;
                }
            }

            using var end = new CancellationTokenSource();
            var probe = new TcpProbe(null).RunAsync(Target("127.0.0.1", port), end.Token);
            Assert.False(probe.IsCompleted);
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe.WaitAsync(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            foreach (var socket in held) socket.Dispose();
        }
    }

    private static Task<ProbeOutcome> RunAsync(string address, int port, string? bind) => new TcpProbe(bind is null ? null : IPAddress.Parse(bind)).RunAsync(Target(address, port), CancellationToken.None);

    private static ProbeTarget Target(string address, int port) => new() { Name = "t", Probe = ProbeNames.Tcp, Address = address, Port = port };
}
