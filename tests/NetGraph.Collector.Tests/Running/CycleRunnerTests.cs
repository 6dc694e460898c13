using System.Collections.Concurrent;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Running;

public sealed class CycleRunnerTests
{
    [Fact]
    public async Task A_cycle_orders_each_pair_once_each_way_and_releases_every_server()
    {
        await using var collector = await TestCollector.StartAsync(4);
        await collector.Cycles.RunCycleAsync(collector.Nodes, CancellationToken.None);

        var tests = collector.Agents.SelectMany((agent, i) => agent.Orders.Where(order => order.Path == "/v1/tests").Select(order => ($"n{i + 1}", (string)order.Body!["peerNode"]!))).ToList();
        Assert.Equal(12, tests.Count);
        Assert.Equal(12, tests.Distinct().Count());
        Assert.DoesNotContain(tests, test => test.Item1 == test.Item2);
        Assert.All(collector.Agents, agent => Assert.Equal(3, agent.Orders.Count(order => order.Method == "DELETE")));
        Assert.All(collector.Agents, agent => Assert.Empty(agent.Servers));
        Assert.Equal(12, collector.State.ReadProgress().Last!.TestsSucceeded);
        Assert.Null(collector.State.ReadProgress().Running);
    }

    [Fact]
    public async Task The_client_is_sent_to_the_server_that_was_granted_with_the_settings_of_the_test()
    {
        await using var collector = await TestCollector.StartAsync(2);
        await collector.Cycles.RunCycleAsync(collector.Nodes, CancellationToken.None);

        var client = collector.Agents[0].Orders.Single(order => order.Path == "/v1/tests").Body!;
        var server = collector.Agents[1].Orders.Single(order => order.Path == "/v1/servers").Body!;
        Assert.Equal((string)server["testId"]!, (string)client["testId"]!);
        Assert.Equal("127.0.7.2", (string)client["peerAddress"]!);
        Assert.Equal(5202, (int)client["peerPort"]!);
        Assert.Equal((1, 1), ((int)client["durationSeconds"]!, (int)server["durationSeconds"]!));
        Assert.Contains(collector.Agents[1].Orders, order => order.Path == $"/v1/servers/{(string)client["testId"]!}");
    }

    [Fact]
    public async Task TCP_and_UDP_take_turns_cycle_by_cycle()
    {
        await using var collector = await TestCollector.StartAsync(2, change: options => options with { Protocol = ProtocolChoice.Both, CongestionControl = "cubic", Dscp = 8 });
        for (var cycle = 0; cycle < 3; cycle++) await collector.Cycles.RunCycleAsync(collector.Nodes, CancellationToken.None);

        var tests = collector.Agents[0].Orders.Where(order => order.Path == "/v1/tests").Select(order => order.Body!).ToList();
        Assert.Equal(["Tcp", "Udp", "Tcp"], tests.Select(test => (string)test["protocol"]!));
        Assert.Equal([null, 10_000_000L, null], tests.Select(test => (long?)test["bitrateBitsPerSecond"]));
        Assert.Equal(["cubic", null, "cubic"], tests.Select(test => (string?)test["congestionControl"]));
        Assert.Equal([8, 8, 8], tests.Select(test => (int)test["dscp"]!));
    }

    [Fact]
    public async Task A_bidirectional_test_is_ordered_once_a_pair_and_counts_for_both_directions()
    {
        await using var collector = await TestCollector.StartAsync(4, change: options => options with { IsBidirectional = true, OmitSeconds = 1 });
        await collector.Cycles.RunCycleAsync(collector.Nodes, CancellationToken.None);

        var tests = collector.Agents.SelectMany(agent => agent.Orders).Where(order => order.Path == "/v1/tests").Select(order => order.Body!).ToList();
        Assert.Equal(6, tests.Count);
        Assert.All(tests, test => Assert.Equal(("Bidirectional", 1, 1), ((string)test["direction"]!, (int)test["durationSeconds"]!, (int)test["omitSeconds"]!)));
        Assert.All(collector.Agents.SelectMany(agent => agent.Orders).Where(order => order.Path == "/v1/servers"), order => Assert.Equal(2, (int)order.Body!["durationSeconds"]!));
        Assert.Equal(12, collector.State.ReadProgress().Last!.TestsSucceeded);
    }

    [Fact]
    public async Task Never_are_there_two_tests_on_one_node_at_once()
    {
        await using var collector = await TestCollector.StartAsync(5);
        var taken = new ConcurrentDictionary<string, bool>();
        var collisions = 0;
        var meeting = new Lock();
        TaskCompletionSource? waiting = null;
        for (var i = 0; i < 5; i++)
        {
            var source = $"n{i + 1}";
            collector.Agents[i].WhileTesting = async order =>
            {
                string[] ends = [source, (string)order.Body!["peerNode"]!];
                foreach (var end in ends)
                {
                    if (!taken.TryAdd(end, true)) Interlocked.Increment(ref collisions);
                }

                // Five nodes give two tests a slot: none ends before both run.
                TaskCompletionSource both;
                lock (meeting)
                {
                    both = waiting ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    if (waiting is not null) both.SetResult();
                    waiting = waiting is null ? both : null;
                }

                await both.Task;
                foreach (var end in ends) taken.TryRemove(end, out _);
            };
        }

        await collector.Cycles.RunCycleAsync(collector.Nodes, CancellationToken.None);

        Assert.Equal(0, collisions);
        Assert.Equal(20, collector.State.ReadProgress().Last!.TestsSucceeded);
    }

    [Fact]
    public async Task A_node_that_is_away_is_counted_and_told_to_the_sources_agent()
    {
        await using var collector = await TestCollector.StartAsync(2);
        collector.Nodes = [.. collector.Nodes, TestCollector.Away("n3")];
        await collector.Cycles.RunCycleAsync(collector.Nodes, CancellationToken.None);

        Assert.Contains("netgraph_collector_tests_failed_total{reason=\"agent_unreachable\"} 4", collector.Metrics, StringComparison.Ordinal);
        Assert.Contains("netgraph_collector_tests_succeeded_total 2", collector.Metrics, StringComparison.Ordinal);
        Assert.All(collector.Agents, agent =>
        {
            var report = Assert.Single(agent.Orders, order => order.Path == "/v1/failures").Body!;
            Assert.Equal("n3", (string)report["peerNode"]!);
            Assert.Equal(nameof(ProbeFailure.AgentUnreachable), (string)report["failure"]!, ignoreCase: true);
            Assert.StartsWith("The agent of 'n3' cannot be reached at http://127.0.8.1:", (string)report["text"]!, StringComparison.Ordinal);
            Assert.Empty(agent.Servers);
        });
    }

    [Fact]
    public async Task Cancelling_in_mid_cycle_releases_servers_and_ends()
    {
        await using var collector = await TestCollector.StartAsync(4);
        using var stop = new CancellationTokenSource();
        foreach (var agent in collector.Agents)
        {
            agent.Instead = async (context, order) =>
            {
                if (order.Path != "/v1/tests") return false;
                var gone = new TaskCompletionSource();
                await using var registration = context.RequestAborted.Register(gone.SetResult);
                await gone.Task;
                return true;
            };
        }

        var cycle = collector.Cycles.RunCycleAsync(collector.Nodes, stop.Token);
        await Wait.UntilAsync(() => collector.Agents.Count(agent => agent.Orders.Any(order => order.Path == "/v1/tests")) == 2, "two tests run");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cycle);
        Assert.Equal(2, collector.Agents.Sum(agent => agent.Orders.Count(order => order.Path == "/v1/servers")));
        Assert.All(collector.Agents, agent => Assert.Empty(agent.Servers));
    }

    [Fact]
    public async Task A_collector_with_fewer_than_two_nodes_waits_and_ends_when_told_to()
    {
        await using var collector = await TestCollector.StartAsync(1);
        using var stop = new CancellationTokenSource();
        var run = collector.Cycles.RunAsync(stop.Token);
        await Wait.UntilAsync(() => collector.Metrics.Contains("netgraph_node_info{node=\"n1\"} 1", StringComparison.Ordinal), "the node list was read");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(collector.Agents[0].Orders);
    }
}
