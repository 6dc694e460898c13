using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Running;

public sealed class AggregateTestTests
{
    private const string Throughput = "netgraph_aggregate_throughput_bytes_per_second{destination_node=\"n2\"} ";

    [Fact]
    public async Task All_others_send_at_once_and_only_their_sum_is_published()
    {
        await using var collector = await StartAsync(4);
        // None ends before all run.
        var running = 0;
        var all = new TaskCompletionSource();
        foreach (var agent in collector.Agents)
        {
            agent.WhileTesting = _ =>
            {
                if (Interlocked.Increment(ref running) == 3) all.SetResult();
                return all.Task;
            };
        }

        await collector.Aggregate.RunAsync(collector.Nodes, "agg", CancellationToken.None);

        Assert.Contains(Throughput + (3e6 / 8), collector.Metrics, StringComparison.Ordinal);
        Assert.Contains("netgraph_aggregate_sources{destination_node=\"n2\"} 3", collector.Metrics, StringComparison.Ordinal);
        var servers = collector.Agents[1].Orders.Where(order => order.Path == "/v1/servers").Select(order => order.Body!).ToList();
        Assert.Equal(["agg-1", "agg-2", "agg-3"], servers.Select(server => (string)server["testId"]!).Order());
        Assert.All(servers, server => Assert.Equal(("Aggregate", "agg"), ((string)server["isolation"]!, (string)server["aggregateId"]!)));
        var tests = collector.Agents.SelectMany(agent => agent.Orders).Where(order => order.Path == "/v1/tests").Select(order => order.Body!).ToList();
        Assert.All(tests, test => Assert.Equal(("n2", "Aggregate", true), ((string)test["peerNode"]!, (string)test["isolation"]!, (bool)test["interfered"]!)));
        Assert.Empty(collector.Agents[1].Servers);
        Assert.Equal(3, collector.Agents[1].Orders.Count(order => order.Method == "DELETE"));
    }

    [Fact]
    public async Task A_source_that_fails_is_left_out_and_when_all_fail_nothing_is_published()
    {
        await using var collector = await StartAsync(4);
        await collector.Aggregate.RunAsync(collector.Nodes, "agg1", CancellationToken.None);
        var failing = new HashSet<int> { 0 };
        for (var i = 0; i < 4; i++)
        {
            var number = i;
            collector.Agents[i].Instead = async (context, order) =>
            {
                if (order.Path != "/v1/tests" || !failing.Contains(number)) return false;
                await FakeAgent.JsonAsync(context, 200, """{"failure":"Timeout","failureText":"no answer"}""");
                return true;
            };
        }

        await collector.Aggregate.RunAsync(collector.Nodes, "agg2", CancellationToken.None);
        Assert.Contains("netgraph_aggregate_sources{destination_node=\"n2\"} 2", collector.Metrics, StringComparison.Ordinal);

        failing.UnionWith([2, 3]);
        await collector.Aggregate.RunAsync(collector.Nodes, "agg3", CancellationToken.None);
        Assert.DoesNotContain("netgraph_aggregate", collector.Metrics, StringComparison.Ordinal);
        Assert.Empty(collector.Agents[1].Servers);
    }

    [Fact]
    public async Task No_more_than_ten_send()
    {
        await using var collector = await StartAsync(13);
        await collector.Aggregate.RunAsync(collector.Nodes, "agg", CancellationToken.None);

        Assert.Contains("netgraph_aggregate_sources{destination_node=\"n2\"} 10", collector.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_destination_is_asked_again()
    {
        await using var collector = await StartAsync(3, marginSeconds: 20);
        collector.Agents[1].BusyTimes = 3;
        await collector.Aggregate.RunAsync(collector.Nodes, "agg", CancellationToken.None);

        Assert.Contains("netgraph_aggregate_sources{destination_node=\"n2\"} 2", collector.Metrics, StringComparison.Ordinal);
        Assert.Contains("netgraph_collector_busy_retries_total 3", collector.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_not_there_has_no_aggregate()
    {
        await using var collector = await StartAsync(3);
        await collector.Aggregate.RunAsync(collector.Nodes, "agg1", CancellationToken.None);
        await collector.Aggregate.RunAsync([collector.Nodes[0], collector.Nodes[2]], "agg2", CancellationToken.None);

        Assert.DoesNotContain("netgraph_aggregate", collector.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_releases_all_servers()
    {
        await using var collector = await StartAsync(3);
        using var stop = new CancellationTokenSource();
        var running = 0;
        foreach (var agent in collector.Agents)
        {
            agent.Instead = async (context, order) =>
            {
                if (order.Path != "/v1/tests") return false;
                Interlocked.Increment(ref running);
                var gone = new TaskCompletionSource();
                await using var registration = context.RequestAborted.Register(gone.SetResult);
                await gone.Task;
                return true;
            };
        }

        var run = collector.Aggregate.RunAsync(collector.Nodes, "agg", stop.Token);
        await Wait.UntilAsync(() => Volatile.Read(ref running) == 2, "two flows run");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(collector.Agents[1].Servers);
    }

    private static Task<TestCollector> StartAsync(int agents, double marginSeconds = 0.5) =>
        TestCollector.StartAsync(agents, marginSeconds: marginSeconds, change: options => options with { AggregateNode = "n2" });
}
