using System.Net;
using NetGraph.Agent.Iperf3;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Iperf3;

[Collection(ProcessTests.Name)]
public sealed class IperfClientTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    // With the test's one second, this leaves a hanging iperf3 a fifth of a second.
    private static readonly TimeSpan Scant = TimeSpan.FromSeconds(-0.8);

    [Fact]
    public async Task Runs_iperf3_and_reads_its_report()
    {
        using var iperf3 = new FakeIperf3(client: FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp.json")));
        var result = await new IperfClient(iperf3.Path, IPAddress.Loopback).RunAsync(Fixture.Order, Ample, CancellationToken.None);
        Assert.Null(result.Failure);
        Assert.Equal(57349221.79522577, result.ThroughputBitsPerSecond);
        Assert.Equal(["-c 127.0.0.1 -p 5201 -t 1 -J --connect-timeout 3000 -B 127.0.0.1"], iperf3.Calls);
        Assert.Empty(iperf3.Running);
    }

    [Theory]
    [InlineData("exec sleep 60")]
    [InlineData("trap '' TERM INT; while :; do sleep 0.05; done")]
    [InlineData("cat /dev/zero")]
    [InlineData("exec cat /dev/zero >&2")]
    public async Task Kills_iperf3_when_its_time_is_over(string client)
    {
        using var iperf3 = new FakeIperf3(client);
        var result = await new IperfClient(iperf3.Path, null).RunAsync(Fixture.Order, Scant, CancellationToken.None);
        Assert.Equal(ProbeFailure.Timeout, result.Failure);
        Assert.Contains("was killed", result.FailureText, StringComparison.Ordinal);
        Assert.Empty(iperf3.Running);
    }

    [Fact]
    public async Task Leaves_no_process_when_it_is_cancelled()
    {
        using var iperf3 = new FakeIperf3(client: "exec sleep 60");
        using var cancellation = new CancellationTokenSource();
        var run = new IperfClient(iperf3.Path, null).RunAsync(Fixture.Order, Ample, cancellation.Token);
        await Wait.UntilAsync(() => iperf3.Running.Count == 1, "iperf3 runs");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(iperf3.Running);
    }

    [Fact]
    public async Task Says_that_iperf3_is_missing()
    {
        var result = await new IperfClient("/nonexistent/iperf3", null).RunAsync(Fixture.Order, Ample, CancellationToken.None);
        Assert.Equal(ProbeFailure.ToolMissing, result.Failure);
        Assert.Contains("'/nonexistent/iperf3' cannot be started", result.FailureText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_iperf3_may_not_be_run()
    {
        var result = await new IperfClient(Fixture.PathOf("iperf3-tcp.json"), null).RunAsync(Fixture.Order, Ample, CancellationToken.None);
        Assert.Equal(ProbeFailure.ToolMissing, result.Failure);
    }

    [Theory]
    [InlineData("echo Hello", ProbeFailure.InvalidOutput, "no complete JSON")]
    [InlineData("exit 0", ProbeFailure.InvalidOutput, "printed nothing")]
    [InlineData("echo 'unknown option: -J' >&2; exit 1", ProbeFailure.ToolError, "unknown option: -J")]
    [InlineData("kill -9 $$", ProbeFailure.InvalidOutput, "printed nothing")]
    public async Task Does_not_take_anything_else_for_a_result(string client, ProbeFailure failure, string text)
    {
        using var iperf3 = new FakeIperf3(client);
        var result = await new IperfClient(iperf3.Path, null).RunAsync(Fixture.Order, Ample, CancellationToken.None);
        Assert.Equal(failure, result.Failure);
        Assert.Contains(text, result.FailureText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warnings_neither_hurt_nor_block()
    {
        using var iperf3 = new FakeIperf3(client: "head -c 300000 /dev/zero >&2\n" + FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp.json")));
        var result = await new IperfClient(iperf3.Path, null).RunAsync(Fixture.Order, Ample, CancellationToken.None);
        Assert.Null(result.Failure);
    }
}
