using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.PathMtu;
using NetGraph.Agent.Ping;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Ping;

/// <summary>Real echoes, in a network of the test's own whose sysctl admits datagram sockets.</summary>
public sealed class IcmpSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly IcmpTrain Quick = new(3, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(100));
    private static readonly IcmpTrain Patient = new(3, TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(30));
    private NetworkNamespace? _network;

    private NetworkNamespace Network => _network!;

    public static TheoryData<bool, string> Ways => new() { { false, "127.0.0.1" }, { true, "127.0.0.1" }, { false, "::1" }, { true, "::1" } };

    public async ValueTask InitializeAsync()
    {
        if (NetworkNamespace.FindLack() is { } lack) Assert.Skip(lack);
        _network = await NetworkNamespace.CreateAsync();
        await Network.ExecAsync("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647");
    }

    public async ValueTask DisposeAsync()
    {
        if (_network is not null) await _network.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Hears_the_answers_to_its_own_echoes_and_to_no_others(bool isRaw, string address)
    {
        var heard = await Network.RunAsync(() =>
        {
            using var own = new IcmpSocket(isRaw, IPAddress.Parse(address), null);
            using var other = new IcmpSocket(isRaw, IPAddress.Parse(address), null);
            // Loopback keeps the order: by the time that the own answers are there, a raw socket has been offered the others.
            other.Send(3, 64);
            own.Send(5, IcmpEcho.MinLength);
            own.Send(65535, 1000);
            return (Own: HearTwo(own), Other: Hear(other));
        });
        Assert.Equal([5, 65535], heard.Own);
        Assert.Equal(3, heard.Other);

        static ushort[] HearTwo(IcmpSocket socket) => [Hear(socket), Hear(socket)];
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_train_times_each_of_its_echoes(bool isRaw, string address)
    {
        var outcome = await Network.RunAsync(() => Patient.Run(isRaw, IPAddress.Parse(address), IPAddress.Parse(address), CancellationToken.None));
        Assert.Equal((3, 0, null), (outcome.Times.Length, outcome.Failed, outcome.Failure));
        Assert.All(outcome.Times, time => Assert.True(time > TimeSpan.Zero));
    }

    [Theory]
    [InlineData(false, "192.0.2.1")]
    [InlineData(true, "192.0.2.1")]
    [InlineData(false, "fd01::1")]
    [InlineData(true, "fd01::1")]
    public async Task Without_a_route_a_train_is_unreachable(bool isRaw, string address)
    {
        var outcome = await Network.RunAsync(() => Quick.Run(isRaw, IPAddress.Parse(address), null, CancellationToken.None));
        Assert.Equal((0, 3, ProbeFailure.Unreachable), (outcome.Times.Length, outcome.Failed, outcome.Failure));
    }

    [Theory]
    [InlineData(false, "192.0.2.1")]
    [InlineData(true, "192.0.2.1")]
    [InlineData(false, "fd01::1")]
    [InlineData(true, "fd01::1")]
    public async Task Where_nobody_answers_a_train_is_lost(bool isRaw, string address)
    {
        await AddHoleAsync();
        var outcome = await Network.RunAsync(() => Quick.Run(isRaw, IPAddress.Parse(address), null, CancellationToken.None));
        Assert.Equal((0, 3, ProbeFailure.Timeout, "no answer within 0.1 s"), (outcome.Times.Length, outcome.Failed, outcome.Failure, outcome.Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_train_ends_when_it_is_told_to(bool isRaw)
    {
        await AddHoleAsync();
        using var end = new CancellationTokenSource();
        var train = Network.RunAsync(() => (Patient with { Timeout = TimeSpan.FromHours(1) }).Run(isRaw, IPAddress.Parse("192.0.2.1"), null, end.Token));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => train.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Whole_packets_are_as_large_as_the_interface_takes(bool isRaw, string address)
    {
        await Network.IpAsync("link", "set", "lo", "mtu", "1400");
        var (known, header, fits, exceeds) = await Network.RunAsync(() =>
        {
            using var socket = new IcmpSocket(isRaw, IPAddress.Parse(address), null);
            socket.ForbidFragments();
            socket.Send(1, 1400 - socket.IpHeaderLength);
            var heard = Hear(socket);
            var refused = Assert.Throws<SocketException>(() => socket.Send(2, 1401 - socket.IpHeaderLength));
            return (socket.KnownMtu, socket.IpHeaderLength, heard, refused.SocketErrorCode);
        });
        Assert.Equal((1400, address == "::1" ? 40 : 20, 1, SocketError.MessageSize), (known, header, fits, exceeds));
    }

    [Theory]
    [InlineData(false, "127.0.0.1", 1400, 1400)]
    [InlineData(true, "127.0.0.1", 1400, 1400)]
    [InlineData(false, "::1", 1400, 1400)]
    [InlineData(true, "::1", 1400, 1400)]
    [InlineData(false, "127.0.0.1", 65536, 65535)] // No packet is larger, whatever loopback takes.
    [InlineData(true, "::1", 65536, 65535)]
    public async Task The_path_MTU_of_loopback_is_that_of_its_interface(bool isRaw, string address, int mtu, int expected)
    {
        await Network.IpAsync("link", "set", "lo", "mtu", $"{mtu}");
        Assert.Equal(new PathMtuResult(expected, false, null), await Network.RunAsync(() => PathMtuProbe.Run(isRaw, IPAddress.Parse(address), null, CancellationToken.None)));
    }

    [Fact]
    public async Task Where_the_kernel_allows_no_datagram_socket_a_raw_one_is_taken_and_the_reason_told()
    {
        await Network.ExecAsync("sysctl", "-qw", "net.ipv4.ping_group_range=1 0");
        var method = await Network.RunAsync(() => IcmpMethod.ChooseAsync(IcmpMode.Auto, "/nowhere/fping", IPAddress.Loopback, CancellationToken.None).GetAwaiter().GetResult());
        Assert.Equal((IcmpMode.Raw, true), (method.Mode, method.HasSocket));
        Assert.Equal("a datagram socket is not to be had (Permission denied: the sysctl net.ipv4.ping_group_range must admit this group)", Assert.Single(method.Reasons));
    }

    [Theory]
    [InlineData(IcmpMode.Auto, IcmpMode.Datagram)]
    [InlineData(IcmpMode.Datagram, IcmpMode.Datagram)]
    [InlineData(IcmpMode.Raw, IcmpMode.Raw)]
    [InlineData(IcmpMode.Off, IcmpMode.Off)]
    public async Task What_is_wanted_and_works_is_taken_without_a_word(IcmpMode wanted, IcmpMode expected)
    {
        var method = await Network.RunAsync(() => IcmpMethod.ChooseAsync(wanted, "/nowhere/fping", IPAddress.IPv6Loopback, CancellationToken.None).GetAwaiter().GetResult());
        Assert.Equal(expected, method.Mode);
        Assert.Empty(method.Reasons);
    }

    /// <summary>An interface that swallows what is sent by it.</summary>
    private async Task AddHoleAsync()
    {
        await Network.IpAsync("link", "add", "hole", "type", "veth", "peer", "name", "deep");
        foreach (var end in (string[])["hole", "deep"]) await Network.IpAsync("link", "set", end, "up");
        await Network.IpAsync("addr", "add", "192.0.2.2/24", "dev", "hole");
        await Network.IpAsync("addr", "add", "fd01::2/64", "dev", "hole", "nodad");
        // Frames for nobody: without such an entry the kernel would find out that nobody is there.
        foreach (var address in (string[])["192.0.2.1", "fd01::1"]) await Network.IpAsync("neigh", "add", address, "lladdr", "02:00:00:00:00:99", "dev", "hole", "nud", "permanent");
    }

    private static ushort Hear(IcmpSocket socket)
    {
        for (var i = 0; i < 200; i++)
        {
            if (socket.Receive(Step) is { } answer) return answer.Sequence;
        }

        throw new TimeoutException("No answer came in 10 s.");
    }
}
