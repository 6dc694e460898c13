using System.Collections.Concurrent;
using NetGraph.Collector.Running;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Running;

public sealed class CycleRunnerTests
{
    [Fact]
    public async Task A_cycle_orders_each_pair_once_each_way_and_releases_every_server()
    {
        await using var collector = await TestCollector.StartAsync(4);
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

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
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

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
        for (var cycle = 0; cycle < 3; cycle++) await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

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
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

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

        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

        Assert.Equal(0, collisions);
        Assert.Equal(20, collector.State.ReadProgress().Last!.TestsSucceeded);
    }

    [Fact]
    public async Task A_node_that_is_away_is_counted_and_told_to_the_sources_agent()
    {
        await using var collector = await TestCollector.StartAsync(2);
        collector.Nodes = [.. collector.Nodes, TestCollector.Away("n3")];
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

        var last = collector.State.ReadProgress().Last!;
        Assert.Equal((6, 2, 0, 4, 4), (last.TestsPlanned, last.TestsSucceeded, last.TestsFailed, last.TestsSkipped, last.TestsPutOff));
        Assert.Contains("netgraph_collector_tests_skipped_total{reason=\"agent_unreachable\"} 4", collector.Metrics, StringComparison.Ordinal);
        Assert.Contains("netgraph_collector_tests_succeeded_total 2", collector.Metrics, StringComparison.Ordinal);
        Assert.All(collector.Agents, agent =>
        {
            var report = Assert.Single(agent.Orders, order => order.Path == "/v1/failures").Body!;
            Assert.Equal("n3", (string)report["peerNode"]!);
            Assert.Equal(nameof(ProbeFailure.AgentUnreachable), (string)report["failure"]!, ignoreCase: true);
            Assert.StartsWith("The agent of 'n3' ", (string)report["text"]!, StringComparison.Ordinal);
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

        var cycle = collector.RunCycleAsync(collector.Nodes, stop.Token);
        await Wait.UntilAsync(() => collector.Agents.Count(agent => agent.Orders.Any(order => order.Path == "/v1/tests")) == 2, "two tests run");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cycle);
        Assert.Equal(2, collector.Agents.Sum(agent => agent.Orders.Count(order => order.Path == "/v1/servers")));
        Assert.All(collector.Agents, agent => Assert.Empty(agent.Servers));
    }

    [Fact]
    public async Task A_test_that_failed_for_what_may_pass_is_tried_once_more_at_the_end()
    {
        await using var collector = await TestCollector.StartAsync(2);
        var answers = new Queue<string>(["""{"failure":"PeerTerminated","failureText":"gone"}""", """{"throughputBitsPerSecond":8000000}"""]);
        collector.Agents[0].Instead = async (context, order) =>
        {
            if (order.Path != "/v1/tests") return false;
            await FakeAgent.JsonAsync(context, 200, answers.Dequeue());
            return true;
        };
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

        var last = collector.State.ReadProgress().Last!;
        Assert.Equal((2, 2, 0, 0, 1), (last.TestsPlanned, last.TestsSucceeded, last.TestsFailed, last.TestsSkipped, last.TestsPutOff));
        Assert.Equal(3, last.Slots);
        Assert.Equal([("n2", "n1"), ("n1", "n2")], collector.State.ReadTests(null, 0).Tests.Select(test => (test.Source, test.Destination)));
    }

    [Theory]
    [InlineData("PeerTerminated", 2, "peer_terminated")]
    [InlineData("Timeout", 1, "timeout")]
    [InlineData("Unreachable", 1, "unreachable")]
    public async Task A_failure_that_stays_counts_once_and_is_tried_again_only_when_it_may_pass(string failure, int orders, string reason)
    {
        await using var collector = await TestCollector.StartAsync(2);
        collector.Agents[0].Instead = async (context, order) =>
        {
            if (order.Path != "/v1/tests") return false;
            await FakeAgent.JsonAsync(context, 200, $$"""{"failure":"{{failure}}","failureText":"why"}""");
            return true;
        };
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

        Assert.Equal(orders, collector.Agents[0].Orders.Count(order => order.Path == "/v1/tests"));
        Assert.Contains($"netgraph_collector_tests_failed_total{{reason=\"{reason}\"}} 1", collector.Metrics, StringComparison.Ordinal);
        Assert.Contains("netgraph_collector_tests_succeeded_total 1", collector.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tests_of_a_node_that_leaves_in_mid_cycle_are_skipped_and_one_that_joins_waits_for_the_next()
    {
        await using var collector = await TestCollector.StartAsync(5);
        var all = collector.Nodes;
        collector.Nodes = [.. all.Take(4)];
        var isFirst = true;
        foreach (var agent in collector.Agents)
        {
            agent.WhileTesting = _ =>
            {
                if (isFirst) collector.Nodes = [.. all.Where(node => node.Name != "n2")];
                isFirst = false;
                return Task.CompletedTask;
            };
        }

        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

        // Three rounds: the first is under way as the list changes, and n2 has one pair in each of the others.
        var last = collector.State.ReadProgress().Last!;
        Assert.Equal((12, 8, 0, 4), (last.TestsPlanned, last.TestsSucceeded, last.TestsFailed, last.TestsSkipped));
        Assert.Contains("netgraph_collector_tests_skipped_total{reason=\"node_left\"} 4", collector.Metrics, StringComparison.Ordinal);
        Assert.Empty(collector.Agents[4].Orders);
    }

    [Fact]
    public async Task An_address_that_changes_in_mid_cycle_is_used_at_once()
    {
        await using var collector = await TestCollector.StartAsync(4);
        var fake = collector.Agents[3];
        collector.Nodes = [.. collector.Nodes.Take(2), TestCollector.Away("n3")];
        collector.Agents[0].WhileTesting = collector.Agents[1].WhileTesting = _ =>
        {
            collector.Nodes = [.. collector.Nodes.Take(2), TestCollector.NodeOf(fake, "n3")];
            return Task.CompletedTask;
        };
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);

        Assert.Equal(6, collector.State.ReadProgress().Last!.TestsSucceeded);
        Assert.NotEmpty(fake.Orders);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_asked_twice_and_again_once_it_answered_somebody()
    {
        await using var collector = await TestCollector.StartAsync(5);
        var isAway = true;
        var asked = 0;
        collector.Agents[4].Instead = (context, _) =>
        {
            if (!isAway) return Task.FromResult(false);
            asked++;
            context.Abort();
            return Task.FromResult(true);
        };
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);
        var first = collector.State.ReadProgress().Last!;
        Assert.Equal((20, 12, 8), (first.TestsPlanned, first.TestsSucceeded, first.TestsSkipped));
        Assert.InRange(asked, AgentHealth.MostSilences, AgentHealth.MostSilences + 1);

        isAway = false;
        await collector.Peers.SyncAsync(collector.Nodes, CancellationToken.None);
        await collector.RunCycleAsync(collector.Nodes, CancellationToken.None);
        Assert.Equal(20, collector.State.ReadProgress().Last!.TestsSucceeded);
    }

    [Fact]
    public async Task A_cycle_that_is_asked_for_runs_at_once_and_only_one_at_a_time()
    {
        await using var collector = await TestCollector.StartAsync(2, change: options => options with { OnRequestOnly = true });
        using var stop = new CancellationTokenSource();
        var hold = new TaskCompletionSource();
        collector.Agents[0].WhileTesting = _ => hold.Task;
        var run = collector.Cycles.RunAsync(stop.Token);
        await Wait.UntilAsync(() => collector.State.ReadProgress().Waiting is { Reason: "request" }, "it waits to be asked");

        Assert.True(collector.Requests.TryAsk());
        Assert.False(collector.Requests.TryAsk());
        await Wait.UntilAsync(() => collector.State.ReadProgress().Running is not null, "the cycle runs");
        Assert.False(collector.Requests.TryAsk());
        Assert.Null(collector.State.ReadProgress().Waiting);
        hold.SetResult();
        await Wait.UntilAsync(() => collector.State.ReadProgress() is { Running: null, Last.TestsSucceeded: 2, Waiting.Reason: "request" }, "the cycle ended");
        Assert.True(collector.Requests.TryAsk());
        await Wait.UntilAsync(() => collector.State.ReadProgress().Last is { Cycle: 2 }, "the second ended");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
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
