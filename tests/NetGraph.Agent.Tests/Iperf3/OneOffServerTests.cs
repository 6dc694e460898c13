using NetGraph.Agent.Iperf3;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Iperf3;

[Collection(ProcessTests.Name)]
public sealed class OneOffServerTests
{
    private const string Listens = "echo 'Server listening on 5301'\n";
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Is_handed_over_once_it_listens_and_gone_when_disposed()
    {
        using var iperf3 = new FakeIperf3();
        var (server, _) = await OneOffServer.StartAsync(iperf3.Path, 5301, null, Ample, CancellationToken.None);
        Assert.Equal(5301, server!.Port);
        Assert.Equal(["-s -1 -p 5301 --forceflush --idle-timeout 60"], iperf3.Calls);
        Assert.Single(iperf3.Running);
        await server.DisposeAsync();
        Assert.Empty(iperf3.Running);
    }

    [Fact]
    public async Task Hands_on_why_iperf3_does_not_listen()
    {
        using var iperf3 = new FakeIperf3(server: "echo 'iperf3: error - unable to start listener for connections: Address already in use' >&2; exit 1");
        var (server, error) = await OneOffServer.StartAsync(iperf3.Path, 5301, null, Ample, CancellationToken.None);
        Assert.Null(server);
        Assert.Contains("Address already in use", error, StringComparison.Ordinal);
        Assert.Empty(iperf3.Running);
    }

    [Fact]
    public async Task Leaves_no_process_when_it_is_cancelled_before_it_listens()
    {
        using var iperf3 = new FakeIperf3(server: "exec sleep 60");
        using var cancellation = new CancellationTokenSource();
        var start = OneOffServer.StartAsync(iperf3.Path, 5301, null, Ample, cancellation.Token);
        await Wait.UntilAsync(() => iperf3.Running.Count == 1, "iperf3 runs");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Empty(iperf3.Running);
    }

    [Fact]
    public async Task Ends_by_itself_however_much_it_prints()
    {
        using var iperf3 = new FakeIperf3(server: Listens + "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2");
        var (server, _) = await OneOffServer.StartAsync(iperf3.Path, 5301, null, Ample, CancellationToken.None);
        await using (server)
            Assert.True(await server!.EndsWithin(Ample));
    }

    [Fact]
    public async Task Is_killed_even_when_it_ignores_to_be_asked()
    {
        using var iperf3 = new FakeIperf3(server: "trap '' TERM INT\n" + Listens + "while :; do sleep 0.05; done");
        var (server, _) = await OneOffServer.StartAsync(iperf3.Path, 5301, null, Ample, CancellationToken.None);
        Assert.False(await server!.EndsWithin(TimeSpan.FromMilliseconds(50)));
        await server.DisposeAsync();
        Assert.Empty(iperf3.Running);
    }
}
