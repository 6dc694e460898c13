using System.Globalization;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>Whatever is killed, whenever: the mesh goes on.</summary>
[Collection(nameof(OneAtATime))]
public sealed class FaultTests
{
    // Another one by hand, to look for what this one does not meet.
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("NETGRAPH_FAULT_SEED") ?? "4", CultureInfo.InvariantCulture);
    private const int Pairs = 12;
    private static readonly TimeSpan FaultsFor = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task Killing_any_process_at_any_moment_never_wedges_the_mesh_and_leaves_no_orphan()
    {
        if (FaultLab.Lacks() is { } lack) Assert.Skip(lack);
        await using var lab = await FaultLab.StartAsync("line4.json");
        foreach (var host in lab.Hosts) await lab.WaitForAgentAsync(host);
        lab.StartCollector();
        await lab.WaitForCollectorAsync();
        var kills = await KillAtRandomAsync(lab, new Random(Seed));

        // The cycle that the last fault met may have lost some: the next one must not.
        var met = await ReadCycleAsync(lab);
        var since = TimeProvider.System.GetTimestamp();
        await Wait.UntilAsync(async () => (int?)(await lab.ReadAsync("/api/v1/cycle"))["last"]?["cycle"] > met, "two cycles end", TimeSpan.FromSeconds(60));
        var last = (await lab.ReadAsync("/api/v1/cycle"))["last"]!;
        var state = $"{kills}; {last.ToJsonString()}{lab.ReadLogs()}";
        Assert.True((Pairs, 0, 0) == ((int)last["testsSucceeded"]!, (int)last["testsFailed"]!, (int)last["testsSkipped"]!), state);
        Assert.True((double)last["durationSeconds"]! < Pairs * 1.5 * 1.5, state);
        await Wait.UntilAsync(async () =>
        {
            var age = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
            var links = (await lab.ReadAsync("/api/v1/matrix"))["links"]!.AsArray();
            return links.Count(link => (string)link!["state"]! == "up" && (double)link["ageSeconds"]! < age) == Pairs;
        }, $"the matrix shows every pair as measured within two cycles: {state}", TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(await lab.ReadIperf3Async(), process => !process.HasAgent);
        Repository.Report("faults", string.Create(CultureInfo.InvariantCulture, $"line4 faults: {kills}; next whole cycle {last["durationSeconds"]:0.0} s with {last["testsSucceeded"]} of {Pairs} tests"));

        await Wait.UntilAsync(async () => (await lab.ReadIperf3Async()).Count > 0, "a test runs", TimeSpan.FromSeconds(20));
        await lab.StopCollectorAsync();
        Assert.Empty(await lab.ReadIperf3Async());
        await lab.StopAgentsAsync();
        Assert.Empty(await lab.ReadProcessesAsync());
    }

    private static async Task<string> KillAtRandomAsync(FaultLab lab, Random random)
    {
        var (agents, children, collectors) = (0, 0, 0);
        var begun = TimeProvider.System.GetTimestamp();
        // How far the seed leads in that time is the machine's affair: it goes on until it led to every kind of fault.
        while (TimeProvider.System.GetElapsedTime(begun) < FaultsFor || (Math.Min(Math.Min(agents, children), collectors) == 0 && TimeProvider.System.GetElapsedTime(begun) < FaultsFor * 4))
        {
            // Nothing is awaited here: the moment of the kill is what varies.
            await Task.Delay(random.Next(300, 2500));
            var host = lab.Hosts[random.Next(lab.Hosts.Count)];
            switch (random.Next(5))
            {
                case 0:
                    await lab.KillCollectorAsync();
                    lab.StartCollector();
                    await lab.WaitForCollectorAsync();
                    collectors++;
                    break;
                case < 3:
                    // As a DaemonSet does: another one at once.
                    await lab.KillAgentAsync(host);
                    lab.StartAgent(host);
                    await lab.WaitForAgentAsync(host);
                    agents++;
                    break;
                default:
                    var running = await lab.ReadIperf3Async();
                    if (running.Count == 0) break;
                    await Command.RunAsync("kill", ["-KILL", running[random.Next(running.Count)].Id.ToString(CultureInfo.InvariantCulture)]);
                    children++;
                    break;
            }
        }

        Assert.True(agents > 0 && children > 0 && collectors > 0, $"The seed must lead to every kind of fault, and led to {agents} agents, {children} iperf3 processes and {collectors} collectors killed.");
        return $"{agents} agents, {children} iperf3 processes and {collectors} collectors killed";
    }

    private static async Task<int> ReadCycleAsync(FaultLab lab)
    {
        var progress = await lab.ReadAsync("/api/v1/cycle");
        return (int?)progress["running"]?["cycle"] ?? (int?)progress["last"]?["cycle"] ?? 1;
    }
}
