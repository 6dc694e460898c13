using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Iperf3;
using NetGraph.Agent.Netperf;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Netperf;

[Collection(ProcessTests.Name)]
public sealed class SharedNetserverTests : IAsyncDisposable
{
    // The fake cannot listen: this test does, on the port that the fake is told.
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly FakeIperf3 _program = new(client: "exec sleep 60");
    private readonly SharedNetserver _server;

    public SharedNetserverTests()
    {
        _listener.Start();
        _server = new SharedNetserver(_program.Path, Port, IPAddress.Loopback);
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _listener.Dispose();
        _program.Dispose();
    }

    [Fact]
    public async Task Serves_any_number_of_tests_and_is_gone_after_the_last()
    {
        var (first, _) = await _server.AcquireAsync(CancellationToken.None);
        var (second, _) = await _server.AcquireAsync(CancellationToken.None);
        Assert.Equal((Port, Port), (first!.Port, second!.Port));
        await Wait.UntilAsync(() => _program.Running.Count == 1, "netserver runs");
        Assert.Equal([$"-D -p {Port} -L 127.0.0.1"], _program.Calls);

        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.Single(_program.Running);
        await second.DisposeAsync();
        Assert.Empty(_program.Running);

        var (third, _) = await _server.AcquireAsync(CancellationToken.None);
        await Wait.UntilAsync(() => _program.Running.Count == 1, "netserver runs again");
        await third!.DisposeAsync();
    }

    [Fact]
    public async Task Leaves_none_of_the_children_that_serve_its_clients()
    {
        using var program = new FakeIperf3(client: "sleep 60 & echo $! >> \"$(dirname \"$0\")/pids\"; exec sleep 60");
        await using var server = new SharedNetserver(program.Path, Port, IPAddress.Loopback);
        var (use, _) = await server.AcquireAsync(CancellationToken.None);
        await Wait.UntilAsync(() => program.Running.Count == 2, "netserver and its child run");
        await use!.DisposeAsync();
        await Wait.UntilAsync(() => program.Running.Count == 0, "both are gone");
    }

    [Fact]
    public async Task Starts_again_after_it_died()
    {
        var (first, _) = await _server.AcquireAsync(CancellationToken.None);
        await Wait.UntilAsync(() => _program.Running.Count == 1, "netserver runs");
        await Command.RunAsync("kill", ["-KILL", Assert.Single(_program.Running).ToString()]);
        await Wait.UntilAsync(() => _program.Running.Count == 0, "the server is dead");
        IGrantedServer? second = null;
        // The runtime learns of a death a moment after the kernel does.
        await Wait.UntilAsync(async () =>
        {
            (second, _) = await _server.AcquireAsync(CancellationToken.None);
            return _program.Calls.Count == 2;
        }, "it was started again", TimeSpan.FromSeconds(30));
        await first!.DisposeAsync();
        await second!.DisposeAsync();
    }

    [Fact]
    public async Task Hands_on_why_it_does_not_listen()
    {
        using var program = new FakeIperf3(client: "echo \"Unable to start netserver with 'IN(6)ADDR_ANY'\" >&2; exit 1");
        await using var server = new SharedNetserver(program.Path, Repository.FreePort(), IPAddress.Loopback);
        var (none, error) = await server.AcquireAsync(CancellationToken.None);
        Assert.Null(none);
        Assert.Contains("Unable to start netserver", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_no_process_when_it_is_cancelled_before_it_listens()
    {
        using var program = new FakeIperf3(client: "exec sleep 60");
        await using var server = new SharedNetserver(program.Path, Repository.FreePort(), IPAddress.Loopback);
        using var cancellation = new CancellationTokenSource();
        var start = server.AcquireAsync(cancellation.Token);
        await Wait.UntilAsync(() => program.Running.Count == 1, "netserver runs");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Empty(program.Running);
    }

    [Fact]
    public async Task Says_that_netserver_is_missing()
    {
        await using var server = new SharedNetserver("/nonexistent/netserver", Port, IPAddress.Loopback);
        var exception = await Assert.ThrowsAsync<ToolMissingException>(() => server.AcquireAsync(CancellationToken.None));
        Assert.Contains("'/nonexistent/netserver' cannot be started", exception.Message, StringComparison.Ordinal);
    }
}
