using System.Diagnostics;
using System.Text.Json.Nodes;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Chart.Tests;

/// <summary>The chart installed on a cluster of hollow nodes: a collector finds just the nodes on which its agents run, and follows them. Nothing is ordered: nobody may dial hollow nodes.</summary>
[Collection("control plane")]
public sealed class DiscoveryTests(SharedControlPlane shared, ITestOutputHelper output)
{
    private const string Schedule = "apis/netgraph.io/v1alpha1/testschedules/discovery";
    private static readonly TimeSpan FoundBar = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FollowedBar = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Nodes_that_join_leave_and_are_cordoned_are_followed_and_a_schedule_is_planned_for_them()
    {
        var plane = await shared.GetAsync();
        if (ControlPlane.FindLackOfHollowNodes() is { } lack) Assert.Skip(lack);
        await plane.AddHollowNodesAsync(5);
        await plane.CreateNamespaceAsync("found");
        var install = await Helm.RunAsync(["install", "netgraph", Helm.Chart, "--namespace", "found", "--wait", "--timeout", "110s", "--set", "tls.source=none,collector.orders=false"], plane.Kubeconfig);
        Assert.True(install.ExitCode == 0, install.Output + install.Error);

        var expected = await AgentNodesAsync(plane);
        Assert.True(expected.Length >= 5);
        var start = Stopwatch.StartNew();
        await using var collector = await CollectorProcess.StartAsync(plane, "found", "outside", "--no-orders", "--lease", "none");
        await WaitAsync("all nodes are found", FoundBar, async () => (await collector.NodesAsync()).SequenceEqual(expected), start);

        // Schedules are made of nodes, and say what they would cost.
        await plane.CreateAsync("apis/netgraph.io/v1alpha1/testschedules", """{"apiVersion":"netgraph.io/v1alpha1","kind":"TestSchedule","metadata":{"name":"discovery"},"spec":{"interval":"1h","duration":"2s","iperf3":{"bitrate":"8M"}}}""");
        var pairs = expected.Length * (expected.Length - 1);
        await WaitAsync("the schedule is accepted and planned", FollowedBar, async () => await StatusAsync(plane, "pairsPlanned") == $"{pairs}");
        Assert.Equal("True Valid", await ConditionAsync(plane, "Accepted"));
        Assert.Equal("False OrderingOff", await ConditionAsync(plane, "Degraded"));
        Assert.Equal($"{pairs * 2_000_000L}", await StatusAsync(plane, "estimatedBytes"));
        Assert.True(int.Parse(await StatusAsync(plane, "slots"), System.Globalization.CultureInfo.InvariantCulture) >= int.Parse(await StatusAsync(plane, "lowerBoundSlots"), System.Globalization.CultureInfo.InvariantCulture));

        var cordoned = expected[^1];
        await plane.PatchAsync($"api/v1/nodes/{cordoned}", """{"spec":{"unschedulable":true}}""");
        await WaitAsync("a cordoned node is left out", FollowedBar, async () => (await collector.NodesAsync()).SequenceEqual(expected.Where(node => node != cordoned)));
        Assert.Contains("netgraph_collector_left_out_nodes{reason=\"cordoned\"} 1\n", await collector.MetricsAsync(), StringComparison.Ordinal);
        await plane.PatchAsync($"api/v1/nodes/{cordoned}", """{"spec":{"unschedulable":false}}""");
        await WaitAsync("it is back", FollowedBar, async () => (await collector.NodesAsync()).SequenceEqual(expected));

        await plane.AddHollowNodesAsync(1);
        string[] joined = [];
        await Wait.UntilAsync(async () => (joined = await AgentNodesAsync(plane)).Length == expected.Length + 1, "the agent of a new node is ready", TimeSpan.FromSeconds(60));
        await WaitAsync("a node that joined is found", FollowedBar, async () => (await collector.NodesAsync()).SequenceEqual(joined));

        var removed = joined.Except(expected).Single();
        await plane.DeleteAsync($"api/v1/nodes/{removed}");
        await WaitAsync("a node that was removed is gone", FollowedBar, async () => (await collector.NodesAsync()).SequenceEqual(expected));

        await plane.DeleteAsync(Schedule);
        await WaitAsync("the series of a schedule that was deleted are gone", FollowedBar, async () => !(await collector.MetricsAsync()).Contains("schedule=\"discovery\"", StringComparison.Ordinal));
        var uninstall = await Helm.RunAsync(["uninstall", "netgraph", "--namespace", "found", "--wait", "--timeout", "110s"], plane.Kubeconfig);
        Assert.True(uninstall.ExitCode == 0, uninstall.Error);
    }

    /// <summary>Waits, says how long it took (since <paramref name="start"/>, if it began before), and fails at three times the bar: machines are shared.</summary>
    private async Task WaitAsync(string what, TimeSpan bar, Func<Task<bool>> condition, Stopwatch? start = null)
    {
        var watch = start ?? Stopwatch.StartNew();
        await Wait.UntilAsync(condition, what, bar * 3);
        output.WriteLine(FormattableString.Invariant($"{what}: {watch.Elapsed.TotalSeconds:0.0} s (bar {bar.TotalSeconds:0} s)"));
    }

    /// <summary>Names of the nodes on which an agent is ready, sorted.</summary>
    private static async Task<string[]> AgentNodesAsync(ControlPlane plane)
    {
        var pods = (await plane.SendAsync(HttpMethod.Get, "api/v1/namespaces/found/pods?labelSelector=app.kubernetes.io/component%3Dagent"))["items"]!.AsArray();
        return [.. pods.Where(IsReady).Select(pod => pod.Text("spec.nodeName")).Order(StringComparer.Ordinal)];
    }

    private static bool IsReady(JsonNode? pod) => pod!["status"]!["conditions"]?.AsArray().Any(condition => (condition.Text("type"), condition.Text("status")) == ("Ready", "True")) == true;

    private static async Task<string> StatusAsync(ControlPlane plane, string field) => (await plane.SendAsync(HttpMethod.Get, Schedule)).Text($"status.{field}");

    private static async Task<string> ConditionAsync(ControlPlane plane, string type)
    {
        var schedule = await plane.SendAsync(HttpMethod.Get, Schedule);
        var condition = schedule["status"]!["conditions"]!.AsArray().Single(condition => condition.Text("type") == type);
        return $"{condition.Text("status")} {condition.Text("reason")}";
    }
}
