using NetGraph.Agent.Clock;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Clock;

[Collection(ProcessTests.Name)]
public sealed class ClockWatchTests
{
    private const string Line = "7F000001,127.0.0.1,3,0,0,0,0,0,0,0,0,0.002,1.0,Normal";
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);
    private static readonly ClockErrorBound Kernels = new(TimeSpan.FromMilliseconds(5), "kernel");

    [Fact]
    public async Task The_setting_comes_first_and_nobody_is_asked()
    {
        using var chronyc = new FakeProgram($"echo '{Line}'");
        using var log = new RecordingLog();
        var asked = 0;
        await using var watch = new ClockWatch(TimeSpan.FromMicroseconds(100), new Chrony(chronyc.Path), () => { asked++; return Kernels; }, new ManualClock(), log);
        await Wait.UntilAsync(() => log.Lines.Count > 0, "the source is logged");
        Assert.Equal(new ClockErrorBound(TimeSpan.FromMicroseconds(100), "setting"), watch.Current);
        Assert.Equal(["Information: Error bound of this clock, by setting: 0.0001 s"], log.Lines);
        Assert.Empty(chronyc.Calls);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Chrony_comes_before_the_kernel_and_each_change_of_source_is_logged_once()
    {
        using var chronyc = new FakeProgram("""cat "$folder/answer" """);
        chronyc.Write("answer", Line + "\n");
        using var log = new RecordingLog();
        var clock = new ManualClock();
        ClockErrorBound? kernel = Kernels;
        await using var watch = new ClockWatch(null, new Chrony(chronyc.Path), () => Volatile.Read(ref kernel), clock, log);
        await Wait.UntilAsync(() => watch.Current?.Source == "chrony", "chrony is asked");
        Assert.Equal(TimeSpan.FromMilliseconds(2), watch.Current!.Bound);

        await NextAsync();
        Assert.Equal("chrony", watch.Current!.Source);
        chronyc.Write("answer", "506 Cannot talk to daemon\n");
        await NextAsync();
        Assert.Equal(Kernels, watch.Current);
        Volatile.Write(ref kernel, null);
        await NextAsync();
        Assert.Null(watch.Current);
        await NextAsync();
        chronyc.Write("answer", Line + "\n");
        await NextAsync();
        Assert.Equal("chrony", watch.Current!.Source);
        Assert.Equal(
            [
                "Information: Error bound of this clock, by chrony: 0.002 s",
                "Information: Error bound of this clock, by kernel: 0.005 s",
                "Information: Nobody gives an error bound of this clock, so one-way delay is not published: run chrony, or set --clock-error-bound",
                "Information: Error bound of this clock, by chrony: 0.002 s",
            ],
            log.Lines);

        // A reading has ended when the next one begins.
        async Task NextAsync()
        {
            for (var i = 0; i < 2; i++)
            {
                var calls = chronyc.Calls.Count;
                clock.Advance(Minute);
                await Wait.UntilAsync(() => chronyc.Calls.Count > calls, "chrony is asked again");
            }
        }
    }

    [Fact]
    public async Task A_kernel_that_is_not_synchronised_leaves_the_bound_unknown_and_says_what_to_do()
    {
        using var log = new RecordingLog();
        await using var watch = new ClockWatch(null, new Chrony("/nowhere/chronyc"), () => null, new ManualClock(), log);
        await Wait.UntilAsync(() => log.Lines.Count > 0, "it is logged");
        Assert.Null(watch.Current);
        Assert.StartsWith("Information: Nobody gives an error bound", Assert.Single(log.Lines), StringComparison.Ordinal);
    }
}
