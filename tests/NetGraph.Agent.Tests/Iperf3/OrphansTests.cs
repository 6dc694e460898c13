using System.Diagnostics;
using NetGraph.Agent.Iperf3;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Iperf3;

[Collection(ProcessTests.Name)]
public sealed class OrphansTests
{
    [Fact]
    public async Task A_child_whose_agent_is_gone_is_ended_with_its_own_children()
    {
        // No process began one tick after the machine.
        using var orphan = StartMarked("1", "sleep 60 & wait");
        try
        {
            await Wait.UntilAsync(() => Orphans.Kill() > 0, "the orphan is found");
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await orphan.WaitForExitAsync(limit.Token);
            Assert.NotEqual(0, orphan.ExitCode);
        }
        finally
        {
            if (!orphan.HasExited) orphan.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task A_child_of_a_living_agent_and_its_children_stay_and_so_does_who_has_no_mark()
    {
        using var child = StartMarked(Orphans.OwnMark, "sleep 60 & echo $!; wait");
        using var stranger = Command.Start("sleep", ["60"]);
        try
        {
            var grandchild = int.Parse((await child.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);
            Orphans.Kill();

            using var descendant = Process.GetProcessById(grandchild);
            Assert.False(child.HasExited);
            Assert.False(descendant.HasExited);
            Assert.False(stranger.HasExited);
        }
        finally
        {
            child.Kill(entireProcessTree: true);
            stranger.Kill();
        }
    }

    [Fact]
    public async Task Every_child_carries_the_mark_of_its_agent()
    {
        await using var child = ChildProcess.Start("sh", ["-c", $"echo ${Orphans.Mark}"]);

        Assert.Equal(Orphans.OwnMark, await child.Output.ReadLineAsync());
        Assert.NotEqual("0", Orphans.OwnMark);
    }

    private static Process StartMarked(string mark, string script) =>
        Command.Start("sh", ["-c", script], new Dictionary<string, string> { [Orphans.Mark] = mark });
}
