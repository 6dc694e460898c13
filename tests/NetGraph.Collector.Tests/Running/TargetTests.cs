using System.Text.Json.Nodes;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Running;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Running;

public sealed class TargetTests
{
    private static readonly TargetNode Target = new(new MeshNode("t"), "iperf.example") { ServerPort = 5299 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_agent_is_the_client_of_a_target_both_ways(bool isReverse)
    {
        await using var collector = await TestCollector.StartAsync(1);
        var result = await RunAsync(collector, isReverse);

        Assert.Null(result.Failure);
        var order = Assert.Single(collector.Agents[0].Orders);
        Assert.Equal("/v1/tests", order.Path);
        Assert.Equal(("t", "iperf.example", 5299, isReverse ? "Reverse" : "Forward"), ((string)order.Body!["peerNode"]!, (string)order.Body["peerAddress"]!, (int)order.Body["peerPort"]!, (string?)order.Body["direction"] ?? "Forward"));
    }

    [Theory]
    [InlineData(TestTool.Netperf, true, null)]
    [InlineData(TestTool.NetperfRequestResponse, true, null)]
    [InlineData(TestTool.Iperf3, true, "A target has netserver, and the collector was told to test with iperf3")]
    [InlineData(TestTool.Netperf, false, "A target has an iperf3 server, and the collector was told to test with netperf")]
    public async Task A_target_is_tested_with_the_program_whose_server_it_has(TestTool tool, bool isNetserver, string? fault)
    {
        await using var collector = await TestCollector.StartAsync(1, change: options => options with { Tool = tool });
        var target = Target with { IsNetserver = isNetserver };
        var results = new[]
        {
            await collector.Test.RunAsync(collector.Nodes[0], target, "t-1", isInterfered: false, CancellationToken.None),
            await collector.Test.RunAsync(target, collector.Nodes[0], "t-2", isInterfered: false, CancellationToken.None),
        };

        Assert.All(results, result => Assert.Equal((fault is null ? null : ProbeFailure.ToolMissing, fault), (result.Failure, result.FailureText)));
        Assert.Equal(fault is null ? 2 : 0, collector.Agents[0].Orders.Count(order => order.Path == "/v1/tests" && (string?)order.Body!["tool"] == tool.ToString()));
    }

    [Fact]
    public async Task A_busy_target_is_asked_again_in_the_slot()
    {
        await using var collector = await TestCollector.StartAsync(1, marginSeconds: 20);
        var busy = 3;
        collector.Agents[0].Instead = async (context, _) =>
        {
            if (busy-- <= 0) return false;
            await FakeAgent.JsonAsync(context, 200, """{"failure":"Busy","failureText":"the server is busy running a test. try again later"}""");
            return true;
        };

        Assert.Null((await RunAsync(collector, isReverse: false)).Failure);
        Assert.Contains("netgraph_collector_busy_retries_total 3", collector.Metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(collector.Agents[0].Orders, order => order.Path == "/v1/failures");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task That_a_target_was_busy_for_the_whole_slot_is_told_to_the_agent_which_publishes_the_link(bool isReverse)
    {
        await using var collector = await TestCollector.StartAsync(1, marginSeconds: 0);
        collector.Agents[0].Instead = async (context, order) =>
        {
            if (order.Path != "/v1/tests") return false;
            await FakeAgent.JsonAsync(context, 200, """{"failure":"Busy","failureText":"the server is busy"}""");
            return true;
        };

        Assert.Equal(ProbeFailure.Busy, (await RunAsync(collector, isReverse)).Failure);
        var report = Assert.Single(collector.Agents[0].Orders, order => order.Path == "/v1/failures").Body!;
        Assert.Equal(("t", "Busy", isReverse), ((string)report["peerNode"]!, (string)report["failure"]!, (bool)report["reverse"]!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_agent_that_is_away_is_a_result(bool isReverse)
    {
        await using var collector = await TestCollector.StartAsync(0);
        MeshMember away = TestCollector.Away("n1");
        var result = await (isReverse ? collector.Test.RunAsync(Target, away, "t-1", isInterfered: false, CancellationToken.None) : collector.Test.RunAsync(away, Target, "t-1", isInterfered: false, CancellationToken.None));

        Assert.Equal(ProbeFailure.AgentUnreachable, result.Failure);
    }

    [Fact]
    public async Task A_cycle_tests_every_pair_with_an_agent_and_says_so_to_who_listens()
    {
        await using var collector = await TestCollector.StartAsync(2);
        var ended = new List<TestOutcome>();
        collector.Mesh.TestEnded += outcome =>
        {
            lock (ended) ended.Add(outcome);
        };
        var second = new TargetNode(new MeshNode("a-target"), "127.0.0.9");
        collector.Targets = [Target, second];
        await collector.RunCycleAsync([.. collector.Nodes, Target, second], CancellationToken.None);

        string[] expected = ["a-target>n1", "a-target>n2", "n1>a-target", "n1>n2", "n1>t", "n2>a-target", "n2>n1", "n2>t", "t>n1", "t>n2"];
        Assert.Equal(expected, ended.Select(outcome => $"{outcome.Source}>{outcome.Destination}").Order(StringComparer.Ordinal));
        Assert.All(ended, outcome => Assert.Equal(1_000_000, outcome.Result.ThroughputBitsPerSecond));
        Assert.Contains("netgraph_collector_coverage_ratio 1\n", collector.Metrics, StringComparison.Ordinal);
        Assert.Equal(8, collector.Agents.Sum(agent => agent.Orders.Count(order => order.Path == "/v1/tests" && (string)order.Body!["peerNode"]! is "t" or "a-target")));
    }

    [Fact]
    public async Task Two_targets_without_an_agent_are_no_mesh()
    {
        await using var collector = await TestCollector.StartAsync(0);
        await Assert.ThrowsAsync<ArgumentException>(() => collector.Test.RunAsync(Target, Target, "t-1", isInterfered: false, CancellationToken.None));
    }

    [Fact]
    public async Task Agents_know_of_targets_but_send_them_no_echoes()
    {
        await using var collector = await TestCollector.StartAsync(2);
        await collector.Peers.SyncAsync([.. collector.Nodes, Target], CancellationToken.None);
        JsonNode List() => collector.Agents[0].Orders.Last(order => order.Method == "PUT").Body!;

        Assert.Equal(["n2"], List()["peers"]!.AsArray().Select(peer => (string)peer!["node"]!));
        Assert.Equal(["t"], List()["withoutAgent"]!.AsArray().Select(target => (string)target!));

        await collector.Peers.SyncAsync(collector.Nodes, CancellationToken.None);
        Assert.Null(List()["withoutAgent"]);
    }

    private static Task<ThroughputResult> RunAsync(TestCollector collector, bool isReverse) =>
        isReverse
            ? collector.Test.RunAsync(Target, collector.Nodes[0], "t-1", isInterfered: false, CancellationToken.None)
            : collector.Test.RunAsync(collector.Nodes[0], Target, "t-1", isInterfered: false, CancellationToken.None);
}
