using System.Net;
using NetGraph.Agent.PathMtu;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.PathMtu;

/// <summary>Real searches from one network over a router to another, whose last link takes 1400 bytes.</summary>
public sealed class PathMtuProbeTests : IAsyncLifetime
{
    private static readonly IPAddress Far = IPAddress.Parse("10.9.2.1");
    private readonly List<NetworkNamespace> _networks = [];

    public async ValueTask InitializeAsync()
    {
        if (NetworkNamespace.FindLack() is { } lack) Assert.Skip(lack);
        for (var i = 0; i < 3; i++) _networks.Add(await NetworkNamespace.CreateAsync());
        var (near, router, far) = (_networks[0], _networks[1], _networks[2]);
        await near.ExecAsync("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647");
        await router.ExecAsync("sysctl", "-qw", "net.ipv4.ip_forward=1");
        await LinkAsync(near, "10.9.1.1", router, "10.9.1.2", 1500);
        await LinkAsync(far, "10.9.2.1", router, "10.9.2.2", 1400);
        await near.IpAsync("route", "add", "default", "via", "10.9.1.2");
        await far.IpAsync("route", "add", "default", "via", "10.9.2.2");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var network in _networks) await network.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_narrow_link_behind_a_router_that_says_so_is_no_black_hole(bool isRaw)
    {
        Assert.Equal(new PathMtuResult(1400, false, null), await SearchAsync(isRaw));
        // What the kernel learned does not keep a second search from finding the same.
        Assert.Equal(new PathMtuResult(1400, false, null), await SearchAsync(isRaw));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_late_word_that_a_packet_was_too_big_is_enough(bool isRaw)
    {
        // The router speaks once. Its word meets a packet of the search for the interface's own size, for which nobody waits: it is reported for the one after.
        await SilenceRouterAsync("limit rate 1/hour burst 1 packets accept");
        await TeachAsync();
        Assert.Equal(new PathMtuResult(1400, false, null), await SearchAsync(isRaw));
    }

    [Fact]
    public async Task A_router_that_never_says_so_is_a_black_hole()
    {
        await SilenceRouterAsync("drop");
        Assert.Equal(new PathMtuResult(1400, true, null), await SearchAsync(isRaw: false));
    }

    [Fact]
    public async Task Nothing_is_said_of_a_peer_that_is_away()
    {
        await _networks[1].IpAsync("route", "del", "10.9.2.0/24");
        var result = await SearchAsync(isRaw: true);
        Assert.Equal((null, false), (result.Bytes, result.IsBlackHole));
        Assert.NotNull(result.Failure);
    }

    private Task<PathMtuResult> SearchAsync(bool isRaw) => _networks[0].RunAsync(() => PathMtuProbe.Run(isRaw, Far, null, CancellationToken.None));

    /// <summary>Lets the kernel know of a path MTU, as an earlier connection would.</summary>
    private Task TeachAsync() => _networks[0].IpAsync("route", "replace", "10.9.2.1/32", "via", "10.9.1.2", "mtu", "1350");

    private async Task SilenceRouterAsync(string verdict)
    {
        if (!Command.Exists("nft")) Assert.Skip("not installed: nft");
        await _networks[1].ExecAsync("nft", $"add table ip silent; add chain ip silent out {{ type filter hook output priority 0; }}; add rule ip silent out icmp type destination-unreachable {verdict}; "
            + "add rule ip silent out icmp type destination-unreachable drop");
    }

    private static async Task LinkAsync(NetworkNamespace host, string address, NetworkNamespace router, string gateway, int mtu)
    {
        var end = "to-" + host.Name[^6..];
        await host.IpAsync("link", "add", "eth0", "type", "veth", "peer", "name", end, "netns", router.Name);
        await host.IpAsync("addr", "add", address + "/24", "dev", "eth0");
        await router.IpAsync("addr", "add", gateway + "/24", "dev", end);
        await host.IpAsync("link", "set", "eth0", "mtu", $"{mtu}", "up");
        await router.IpAsync("link", "set", end, "mtu", $"{mtu}", "up");
    }
}
