using System.Text.Json;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

public sealed class PlanCommandTests
{
    [Fact]
    public async Task A_hundred_nodes_by_pair_are_99_rounds_of_two_slots()
    {
        var plan = await PlanAsync("--nodes", "100", "--isolation", "pair");

        Assert.Equal((99, 198, 198, 9900, 1.0), (Number(plan, "rounds"), Number(plan, "slots"), Number(plan, "lowerBoundSlots"), Number(plan, "tests"), Number(plan, "coverageRatio")));
        Assert.Equal((198 * 5.5, 9900 * 6.25e9), (Number(plan, "wallSeconds"), Number(plan, "bytes")));
    }

    [Fact]
    public async Task Five_thousand_nodes_are_sampled_with_sixteen_peers_each()
    {
        var plan = await PlanAsync("--nodes", "5000", "--pairs", "sampled", "--degree", "16");

        Assert.Equal((16, 32, 80_000), (Number(plan, "rounds"), Number(plan, "slots"), Number(plan, "tests")));
        Assert.Equal(16.0 / 4999, Number(plan, "coverageRatio"), 9);
        Assert.Equal(313, Number(plan, "cyclesToCover"));
    }

    [Fact]
    public async Task By_direction_a_mesh_takes_half_the_slots() =>
        Assert.Equal((99, 99, 9900), await PlanAsync("--nodes", "100", "--isolation", "direction") is var plan ? (Number(plan, "rounds"), Number(plan, "slots"), Number(plan, "tests")) : default);

    [Fact]
    public async Task Says_how_often_the_budget_lets_a_cycle_run_and_why()
    {
        var run = await Command.RunAsync(Repository.NetGraph, ["plan", "--nodes", "10", "--zones", "2", "--price-per-gb", "0.01"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] expected =
        [
            "nodes                10",
            "tests a cycle        90, 5.00 s each at 10.0 Gbit/s",
            "rounds, slots        9, 18; lower bound 18 slots",
            "time of a cycle      99.0 s",
            "busiest node         90.0 s in tests a cycle, 0.37 % of the time",
            "coverage             all pairs each cycle",
            "a cycle starts every 6.8 h (2.00 TB a day at most)",
            "bytes                563 GB a cycle, 2.00 TB a day",
            "between zones        313 GB a cycle, 1.11 TB a day",
            "money                3.13 a cycle, 11.11 a day",
        ];
        Assert.Equal(expected, run.Output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Both_ways_at_once_take_half_the_slots_for_the_same_bytes()
    {
        var plan = await PlanAsync("--nodes", "100", "--bidirectional");

        Assert.Equal((99, 99, 99, 4950), (Number(plan, "rounds"), Number(plan, "slots"), Number(plan, "lowerBoundSlots"), Number(plan, "tests")));
        Assert.Equal((99 * 5.5, 99 * 5.0, 9900 * 6.25e9), (Number(plan, "wallSeconds"), Number(plan, "busiestNodeSeconds"), Number(plan, "bytes")));
    }

    [Fact]
    public async Task What_is_omitted_takes_time_and_bytes_too()
    {
        var plan = await PlanAsync("--nodes", "100", "--omit", "3s");

        Assert.Equal((198 * 8.5, 9900 * 10e9), (Number(plan, "wallSeconds"), Number(plan, "bytes")));
    }

    [Fact]
    public async Task Groups_that_share_an_uplink_are_those_that_are_named()
    {
        string[] nodes = ["--nodes", "12", "--racks", "6", "--zones", "2"];

        var (racks, zones, none) = (await PlanAsync(nodes), await PlanAsync([.. nodes, "--capped-groups", "zone"]), await PlanAsync([.. nodes, "--capped-groups", "none"]));

        Assert.Equal(22, Number(none, "slots"));
        // 36 pairs cross from zone to zone, both ways, one at a time.
        Assert.True(Number(zones, "slots") >= 72 && Number(racks, "slots") > 22, $"{zones} {racks}");
        var run = await Command.RunAsync(Repository.NetGraph, ["plan", "--nodes", "12", "--capped-groups", "region"]);
        Assert.Equal((1, "netgraph: '--capped-groups region' needs a node list that says in which region each node is: give --nodes-file, or cap racks or zones.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Plans_the_collectors_own_node_list()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"nodes":[{"name":"b","address":"10.0.0.2"},{"name":"a","address":"10.0.0.1"},{"kind":"target","name":"t","address":"iperf.example"}]}""");
        var plan = await PlanAsync("--nodes-file", file, "--bytes-per-day", "unlimited", "--max-duty-cycle", "1");
        File.Delete(file);

        Assert.Equal((3, 6), (Number(plan, "nodes"), Number(plan, "tests")));
        Assert.Equal("the interval", plan.GetProperty("decidedBy").GetString());
    }

    private static double Number(JsonElement plan, string name) => plan.GetProperty(name).GetDouble();

    private static async Task<JsonElement> PlanAsync(params string[] arguments)
    {
        var run = await Command.RunAsync(Repository.NetGraph, ["plan", .. arguments, "--output", "json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
