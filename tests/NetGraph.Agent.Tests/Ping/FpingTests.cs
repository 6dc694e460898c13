using System.Net;
using NetGraph.Agent.Ping;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Ping;

[Collection(ProcessTests.Name)]
public sealed class FpingTests
{
    private static readonly IcmpTrain Train = IcmpTrain.Default with { Echoes = 3 };
    private static readonly IPAddress Destination = IPAddress.Parse("10.77.0.2");

    [Fact]
    public void Reads_what_fping_5_1_printed()
    {
        var lines = File.ReadAllLines(Fixture.PathOf("fping-C3-q.txt"));
        var answered = FpingReport.Read(lines[0], Train);
        Assert.Equal([TimeSpan.FromMicroseconds(76), TimeSpan.FromMicroseconds(92), TimeSpan.FromMicroseconds(88)], answered.Times);
        Assert.Equal((0, null, null), (answered.Failed, answered.Failure, answered.Text));
        var lost = FpingReport.Read(lines[^1], Train);
        Assert.Empty(lost.Times);
        Assert.Equal((3, ProbeFailure.Timeout, "no answer within 1 s"), (lost.Failed, lost.Failure, lost.Text));
    }

    [Theory]
    [InlineData("10.77.0.2 : 0.076 - 0.088", 2, 1)]
    [InlineData("10.77.0.2 : - - 1234.5", 1, 2)]
    [InlineData("fd00::2 : 0.1 0.2 0.3\n", 3, 0)]
    [InlineData("ICMP Host Unreachable from 10.77.0.1 for ICMP Echo sent to 10.77.0.2\n10.77.0.2 : - - -", 0, 3)]
    [InlineData("10.77.0.2 : duplicate for [0], 64 bytes, 0.05 ms\n10.77.0.2 : 1 2 3", 3, 0)]
    [InlineData("10.77.0.2 : is not\n\n10.77.0.2 : 1 2 3\r\n", 3, 0)]
    public void Counts_what_was_answered_and_what_was_lost_among_whatever_else_was_printed(string text, int answered, int lost)
    {
        var outcome = FpingReport.Read(text, Train);
        Assert.Equal((answered, lost), (outcome.Times.Length, outcome.Failed));
        Assert.Equal(lost > 0 ? ProbeFailure.Timeout : null, outcome.Failure);
    }

    [Theory]
    [InlineData("", ProbeFailure.InvalidOutput, "fping printed nothing")]
    [InlineData(" \n", ProbeFailure.InvalidOutput, "fping printed nothing")]
    [InlineData("fping: can't create socket (must run as root?)\n", ProbeFailure.ToolError, "fping: can't create socket (must run as root?)")]
    [InlineData("10.77.0.2 : 1 2", ProbeFailure.ToolError, "10.77.0.2 : 1 2")]
    [InlineData("10.77.0.2 : 1 2 3 4", ProbeFailure.ToolError, "10.77.0.2 : 1 2 3 4")]
    [InlineData("10.77.0.2 : 1 2 x", ProbeFailure.ToolError, "10.77.0.2 : 1 2 x")]
    [InlineData("10.77.0.2 : 1 - x", ProbeFailure.ToolError, "10.77.0.2 : 1 - x")]
    [InlineData("10.77.0.2 : 1 2 -3", ProbeFailure.ToolError, "10.77.0.2 : 1 2 -3")]
    [InlineData("10.77.0.2 : 1 2 NaN", ProbeFailure.ToolError, "10.77.0.2 : 1 2 NaN")]
    [InlineData("10.77.0.2 : 1 2 1e9", ProbeFailure.ToolError, "10.77.0.2 : 1 2 1e9")]
    [InlineData("10.77.0.2 : 1 2 99999999", ProbeFailure.ToolError, "10.77.0.2 : 1 2 99999999")]
    public void What_is_no_report_fails_the_whole_train_and_is_shown(string text, ProbeFailure failure, string shown)
    {
        var outcome = FpingReport.Read(text, Train);
        Assert.Empty(outcome.Times);
        Assert.Equal((3, failure, shown), (outcome.Failed, outcome.Failure, outcome.Text));
    }

    [Theory]
    [InlineData("10.77.0.9", "-C 3 -q -p 20 -t 1000 -S 10.77.0.9 10.77.0.2")]
    [InlineData("0.0.0.0", "-C 3 -q -p 20 -t 1000 10.77.0.2")]
    [InlineData("fd00::9", "-C 3 -q -p 20 -t 1000 10.77.0.2")]
    [InlineData(null, "-C 3 -q -p 20 -t 1000 10.77.0.2")]
    public async Task Asks_for_the_train_from_the_address_that_fits(string? bind, string expected)
    {
        using var fping = new FakeProgram("echo '10.77.0.2 : 1 2 3' >&2");
        var outcome = await new Fping(fping.Path, bind is null ? null : IPAddress.Parse(bind)).RunAsync(Train, Destination, CancellationToken.None);
        Assert.Equal(3, outcome.Times.Length);
        Assert.Equal([expected], fping.Calls);
    }

    [Theory]
    [InlineData(">&2")]
    [InlineData("")]
    public async Task Whatever_else_is_printed_neither_stops_fping_nor_hides_its_report(string where)
    {
        using var fping = new FakeProgram($"yes 'ICMP Host Unreachable from 10.77.0.1' | head -c 300000 {where}; echo >&2; echo '10.77.0.2 : 1 2 3' >&2");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var outcome = await new Fping(fping.Path, null).RunAsync(Train, Destination, limit.Token);
        Assert.Equal((3, 0), (outcome.Times.Length, outcome.Failed));
        Assert.Empty(fping.Running);
    }

    [Fact]
    public async Task A_flood_of_complaints_is_shown_in_part()
    {
        using var fping = new FakeProgram("yes 'a complaint' | head -c 300000 >&2; echo 'the last' >&2");
        var outcome = await new Fping(fping.Path, null).RunAsync(Train, Destination, CancellationToken.None);
        Assert.Equal(ProbeFailure.ToolError, outcome.Failure);
        Assert.EndsWith("the last", outcome.Text, StringComparison.Ordinal);
        Assert.InRange(outcome.Text!.Length, 1, 4096);
    }

    [Fact]
    public async Task A_missing_program_is_a_result()
    {
        var outcome = await new Fping("/nowhere/fping", null).RunAsync(Train, Destination, CancellationToken.None);
        Assert.Equal((3, ProbeFailure.ToolMissing), (outcome.Failed, outcome.Failure));
        Assert.Contains("'/nowhere/fping' cannot be started", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_no_process_when_its_time_is_over()
    {
        using var fping = new FakeProgram("exec sleep 60");
        using var end = new CancellationTokenSource();
        var run = new Fping(fping.Path, null).RunAsync(Train, Destination, end.Token);
        await Wait.UntilAsync(() => fping.Running.Count == 1, "fping runs");
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(fping.Running);
    }
}
