using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Agent.Orders;
using NetGraph.Agent.Throttling;
using NetGraph.Hosting;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Orders;

[Collection(ProcessTests.Name)]
public sealed class GrantedServersTests : IAsyncDisposable
{
    private const int FirstPort = 5301, LastPort = 5303;
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    // With the test's one second, this leaves the server a fifth of a second.
    private static readonly TimeSpan Scant = TimeSpan.FromSeconds(-0.8);
    private readonly TestSlot _slot = new();
    private FakeIperf3 _iperf3 = new();
    private GrantedServers? _servers;

    public async ValueTask DisposeAsync()
    {
        if (_servers is not null) await _servers.DisposeAsync();
        _iperf3.Dispose();
    }

    [Fact]
    public async Task Starts_a_server_that_holds_the_slot_until_it_is_released()
    {
        var servers = Create();
        Assert.Equal(new ServerOutcome.Started(FirstPort), await servers.StartAsync(Order("a"), CancellationToken.None));
        Assert.True(_slot.IsTaken);
        Assert.Equal(new ServerOutcome.Busy("a"), await servers.StartAsync(Order("b"), CancellationToken.None));
        Assert.Single(_iperf3.Running);

        await servers.ReleaseAsync("a");
        Assert.False(_slot.IsTaken);
        Assert.Empty(_iperf3.Running);
        Assert.Equal(new ServerOutcome.Started(FirstPort), await servers.StartAsync(Order("b"), CancellationToken.None));
    }

    [Fact]
    public async Task Takes_the_next_port_when_somebody_else_has_the_first()
    {
        var servers = Create(server: $"[ $port = {FirstPort} ] && {{ echo 'Address already in use' >&2; exit 1; }}\necho 'Server listening'; exec sleep 60");
        Assert.Equal(new ServerOutcome.Started(FirstPort + 1), await servers.StartAsync(Order("a"), CancellationToken.None));
        Assert.True(_slot.IsTaken);
    }

    [Fact]
    public async Task Tries_all_ports_again_after_none_was_free()
    {
        var servers = Create(server: "[ -e \"$0.taken\" ] && { echo 'Address already in use' >&2; exit 1; }\necho 'Server listening'; exec sleep 60");
        await File.WriteAllTextAsync(_iperf3.Path + ".taken", "");
        var failed = Assert.IsType<ServerOutcome.Failed>(await servers.StartAsync(Order("a"), CancellationToken.None));
        Assert.Contains($"ports {FirstPort} to {LastPort}", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(LastPort - FirstPort + 1, _iperf3.Calls.Count);
        Assert.False(_slot.IsTaken);

        File.Delete(_iperf3.Path + ".taken");
        Assert.Equal(new ServerOutcome.Started(FirstPort), await servers.StartAsync(Order("b"), CancellationToken.None));
    }

    [Fact]
    public async Task Frees_the_slot_when_the_server_ends_by_itself()
    {
        var servers = Create(server: "echo 'Server listening'; exit 0");
        Assert.IsType<ServerOutcome.Started>(await servers.StartAsync(Order("a"), CancellationToken.None));
        await Wait.UntilAsync(() => !_slot.IsTaken, "the slot is free");
        await servers.ReleaseAsync("a");
        Assert.Equal(new ServerOutcome.Started(FirstPort), await servers.StartAsync(Order("b"), CancellationToken.None));
    }

    [Fact]
    public async Task Kills_a_server_whose_client_never_comes()
    {
        var servers = Create(overrun: Scant);
        Assert.IsType<ServerOutcome.Started>(await servers.StartAsync(Order("a"), CancellationToken.None));
        await Wait.UntilAsync(() => !_slot.IsTaken, "the slot is free");
        Assert.Empty(_iperf3.Running);
    }

    [Fact]
    public async Task Frees_the_slot_when_who_ordered_is_gone_before_the_server_listens()
    {
        var servers = Create(server: "exec sleep 60");
        using var cancellation = new CancellationTokenSource();
        var start = servers.StartAsync(Order("a"), cancellation.Token);
        await Wait.UntilAsync(() => _iperf3.Running.Count == 1, "iperf3 runs");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.False(_slot.IsTaken);
        Assert.Empty(_iperf3.Running);
    }

    [Fact]
    public async Task Says_that_iperf3_is_missing_and_frees_the_slot()
    {
        var servers = Create(program: "/nonexistent/iperf3");
        var failed = Assert.IsType<ServerOutcome.ToolMissing>(await servers.StartAsync(Order("a"), CancellationToken.None));
        Assert.Contains("/nonexistent/iperf3", failed.Reason, StringComparison.Ordinal);
        Assert.False(_slot.IsTaken);
    }

    [Fact]
    public async Task Servers_of_one_aggregate_stand_side_by_side_as_far_as_the_ports_go()
    {
        var servers = Create();
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 3).Select(i => servers.StartAsync(Aggregate($"a-{i}", "a"), CancellationToken.None)));
        Assert.Equal([FirstPort, FirstPort + 1, LastPort], outcomes.Select(outcome => Assert.IsType<ServerOutcome.Started>(outcome).Port).Order());
        Assert.Equal(3, _iperf3.Running.Count);
        Assert.IsType<ServerOutcome.Busy>(await servers.StartAsync(Order("b"), CancellationToken.None));
        Assert.IsType<ServerOutcome.Busy>(await servers.StartAsync(Aggregate("c-1", "c"), CancellationToken.None));
        var failed = Assert.IsType<ServerOutcome.Failed>(await servers.StartAsync(Aggregate("a-4", "a"), CancellationToken.None));
        Assert.Contains($"ports {FirstPort} to {LastPort}", failed.Reason, StringComparison.Ordinal);

        foreach (var i in Enumerable.Range(1, 3)) await servers.ReleaseAsync($"a-{i}");
        Assert.Empty(_iperf3.Running);
        Assert.False(_slot.IsTaken);
    }

    [Fact]
    public async Task A_test_that_is_ordered_twice_has_one_server()
    {
        var servers = Create();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => servers.StartAsync(Aggregate("a-1", "a"), CancellationToken.None)));
        Assert.Single(outcomes.OfType<ServerOutcome.Started>());
        Assert.Equal(2, outcomes.Count(outcome => outcome == new ServerOutcome.Busy("a-1")));
        Assert.Single(_iperf3.Running);
        Assert.Equal(new ServerOutcome.Busy("a-1"), await servers.StartAsync(Aggregate("a-1", "a"), CancellationToken.None));

        await servers.ReleaseAsync("a-1");
        Assert.Empty(_iperf3.Running);
        Assert.False(_slot.IsTaken);
    }

    [Fact]
    public async Task Says_what_the_host_was_like_for_a_server_that_ended_long_ago()
    {
        var root = Directory.CreateTempSubdirectory("fake-cgroup-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "proc/self"));
            Directory.CreateDirectory(Path.Combine(root, "sys/fs/cgroup"));
            await File.WriteAllTextAsync(Path.Combine(root, "proc/self/cgroup"), "0::/\n");
            await File.WriteAllTextAsync(Path.Combine(root, "sys/fs/cgroup/cpu.stat"), "throttled_usec 0\n");
            var servers = Create(server: "echo 'Server listening'; while [ ! -e \"$0.go\" ]; do sleep 0.02; done", throttling: new CpuThrottling(root));
            Assert.IsType<ServerOutcome.Started>(await servers.StartAsync(Order("a"), CancellationToken.None));
            await File.WriteAllTextAsync(Path.Combine(root, "sys/fs/cgroup/cpu.stat"), "throttled_usec 3600000000\n");
            await File.WriteAllTextAsync(_iperf3.Path + ".go", "");
            await Wait.UntilAsync(() => !_slot.IsTaken, "the slot is free");
            Assert.True((await servers.ReleaseAsync("a")).IsThrottled);
            Assert.Equal(new ServerReport(), await servers.ReleaseAsync("nobody"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Says_that_netserver_is_missing_and_frees_the_slot()
    {
        var servers = Create();
        var missing = Assert.IsType<ServerOutcome.ToolMissing>(await servers.StartAsync(Order("a") with { Tool = TestTool.Netperf }, CancellationToken.None));
        Assert.Contains("'/nonexistent/netserver' cannot be started", missing.Reason, StringComparison.Ordinal);
        Assert.False(_slot.IsTaken);
    }

    [Fact]
    public async Task One_netserver_serves_a_whole_aggregate()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        using var netserver = new FakeIperf3(client: "exec sleep 60");
        var servers = Create(netserver: netserver.Path, netserverPort: port);
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 5).Select(i => servers.StartAsync(Aggregate($"a-{i}", "a") with { Tool = TestTool.Netperf }, CancellationToken.None)));
        Assert.All(outcomes, outcome => Assert.Equal(new ServerOutcome.Started(port), outcome));
        // The port is open before the stand-in has noted that it runs.
        await Wait.UntilAsync(() => netserver.Running.Count > 0, "netserver runs");
        Assert.Single(netserver.Running);
        await Task.WhenAll(Enumerable.Range(1, 5).Select(i => servers.ReleaseAsync($"a-{i}")));
        Assert.Empty(netserver.Running);
        Assert.False(_slot.IsTaken);
    }

    [Fact]
    public async Task Releasing_what_is_not_there_does_nothing()
    {
        var servers = Create();
        await servers.ReleaseAsync("nobody");
        Assert.Empty(_iperf3.Calls);
    }

    [Fact]
    public async Task Ends_all_when_disposed_and_starts_none_after()
    {
        var servers = Create();
        Assert.IsType<ServerOutcome.Started>(await servers.StartAsync(Order("a"), CancellationToken.None));
        await servers.DisposeAsync();
        Assert.Empty(_iperf3.Running);
        Assert.False(_slot.IsTaken);
        Assert.IsType<ServerOutcome.Failed>(await servers.StartAsync(Order("b"), CancellationToken.None));
        Assert.False(_slot.IsTaken);
        Assert.Single(_iperf3.Calls);
    }

    private static ServerOrder Order(string id) => new() { TestId = id, DurationSeconds = 1 };

    private static ServerOrder Aggregate(string id, string aggregate) => Order(id) with { Isolation = Isolation.Aggregate, AggregateId = aggregate };

    private GrantedServers Create(
        string? server = null, string? program = null, TimeSpan? overrun = null, CpuThrottling? throttling = null, string netserver = "/nonexistent/netserver", int netserverPort = 1)
    {
        if (server is not null)
        {
            _iperf3.Dispose();
            _iperf3 = new FakeIperf3(server: server);
        }

        var options = new AgentOptions
        {
            NodeName = "a",
            Token = SharedToken.Random(),
            Iperf3 = program ?? _iperf3.Path,
            BindAddress = netserverPort > 1 ? System.Net.IPAddress.Loopback : null,
            Netserver = netserver,
            NetserverPort = netserverPort,
            FirstServerPort = FirstPort,
            LastServerPort = LastPort,
            Overrun = overrun ?? Ample,
        };
        return _servers = new GrantedServers(options, _slot, new ThrottleMeter(throttling ?? new CpuThrottling(), TimeProvider.System), NullLogger<GrantedServers>.Instance);
    }
}
