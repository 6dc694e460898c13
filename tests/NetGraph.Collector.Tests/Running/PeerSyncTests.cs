using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Running;

public sealed class PeerSyncTests
{
    [Fact]
    public async Task Every_agent_gets_all_peers_but_itself()
    {
        await using var collector = await TestCollector.StartAsync(3);
        await collector.Peers.SyncAsync(collector.Nodes, CancellationToken.None);

        var list = Lists(collector.Agents[1]).Single();
        Assert.Equal(["n1", "n3"], list["peers"]!.AsArray().Select(peer => (string)peer!["node"]!));
        Assert.Equal(["127.0.7.1", "127.0.7.3"], list["peers"]!.AsArray().Select(peer => (string)peer!["address"]!));
        Assert.Equal(9878, (int)list["peers"]![0]!["echoPort"]!);
        Assert.Single(collector.Agents.Select(agent => agent.PeersVersion).Distinct());
    }

    [Fact]
    public async Task A_list_is_sent_only_to_agents_that_have_another()
    {
        await using var collector = await TestCollector.StartAsync(3);
        await collector.Peers.SyncAsync(collector.Nodes, CancellationToken.None);
        await collector.Peers.SyncAsync([.. collector.Nodes.Reverse()], CancellationToken.None);
        Assert.All(collector.Agents, agent => Assert.Single(Lists(agent)));

        await collector.Peers.SyncAsync([.. collector.Nodes.Take(2)], CancellationToken.None);
        Assert.Equal([2, 2, 1], collector.Agents.Select(agent => Lists(agent).Count()));
        Assert.Equal(["n2"], Lists(collector.Agents[0]).Last()["peers"]!.AsArray().Select(peer => (string)peer!["node"]!));
    }

    [Fact]
    public async Task Agents_that_are_away_or_answer_oddly_do_not_keep_the_others_from_their_lists()
    {
        await using var collector = await TestCollector.StartAsync(3);
        collector.Agents[0].Instead = async (context, _) =>
        {
            await FakeAgent.JsonAsync(context, 409, "[]");
            return true;
        };
        collector.Agents[1].Instead = async (context, _) =>
        {
            await FakeAgent.JsonAsync(context, 500, "[]");
            return true;
        };
        await collector.Peers.SyncAsync([TestCollector.Away("n0"), .. collector.Nodes], CancellationToken.None);

        Assert.Single(Lists(collector.Agents[2]));
    }

    private static IEnumerable<JsonNode> Lists(FakeAgent agent) => agent.Orders.Where(order => order.Method == "PUT").Select(order => order.Body!);
}
