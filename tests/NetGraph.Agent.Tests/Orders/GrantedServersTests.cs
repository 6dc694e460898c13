using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Agent.Orders;
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
        var failed = Assert.IsType<ServerOutcome.Failed>(await servers.StartAsync(Order("a"), CancellationToken.None));
        Assert.Contains("/nonexistent/iperf3", failed.Reason, StringComparison.Ordinal);
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

    private GrantedServers Create(string? server = null, string? program = null, TimeSpan? overrun = null)
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
            FirstServerPort = FirstPort,
            LastServerPort = LastPort,
            Overrun = overrun ?? Ample,
        };
        return _servers = new GrantedServers(options, _slot, NullLogger<GrantedServers>.Instance);
    }
}
