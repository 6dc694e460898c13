using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetGraph.Collector.Tests.Running;
using NetGraph.Graphs.Encoding;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests;

/// <summary>A whole collector with fake agents, asked over HTTP.</summary>
public sealed class CollectorHostTests
{
    private static readonly SharedToken Token = SharedToken.Of(TestCollector.Token, "the test");

    [Fact]
    public async Task A_cycle_is_ordered_with_the_token_and_followed_to_its_end_and_a_second_is_refused()
    {
        await using var agents = await TestCollector.StartAsync(3);
        var hold = new TaskCompletionSource();
        agents.Agents[0].WhileTesting = _ => hold.Task;
        await using var collector = await StartAsync(agents);
        using var client = new CollectorClient(Address(collector), Token);

        Assert.Equal(1, await client.StartCycleAsync(CancellationToken.None));
        var refused = await Assert.ThrowsAsync<CollectorException>(() => client.StartCycleAsync(CancellationToken.None));
        Assert.Equal((HttpStatusCode.Conflict, "A cycle runs already, and two at once would disturb each other: ask again when it has ended."), (refused.Status!.Value, refused.Message));
        hold.SetResult();
        await Wait.UntilAsync(async () => (await client.ReadProgressAsync(CancellationToken.None)).Last is { Cycle: 1, TestsSucceeded: 6 }, "the cycle ended", TimeSpan.FromSeconds(30));

        var tests = await client.ReadTestsAsync(1, 2, CancellationToken.None);
        Assert.Equal((1, 2, 4), (tests.Cycle, tests.From, tests.Tests.Count));
        Assert.All(tests.Tests, test => Assert.Equal((1e6, "ok", null), (test.ThroughputBitsPerSecond, test.Quality, test.Failure)));
        Assert.Empty(await client.ReadEchoesAsync(CancellationToken.None));
        Assert.Equal(2, await client.StartCycleAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_wrong_token_or_too_few_nodes_get_a_sentence()
    {
        await using var agents = await TestCollector.StartAsync(1);
        await using var collector = await StartAsync(agents);
        using var stranger = new CollectorClient(Address(collector), SharedToken.Random());
        using var client = new CollectorClient(Address(collector), Token);

        var wrong = await Assert.ThrowsAsync<CollectorException>(() => stranger.StartCycleAsync(CancellationToken.None));
        Assert.Equal("The order carries no token or a wrong one: give the token that collector and agents share.", wrong.Message);
        await Wait.UntilAsync(async () => (await Assert.ThrowsAsync<CollectorException>(() => client.StartCycleAsync(CancellationToken.None))).Message == "A mesh needs at least two nodes, one of them with an agent, and the node list has 1 with and 0 without one.", "the list was read", TimeSpan.FromSeconds(30));
        Assert.Null((await client.ReadProgressAsync(CancellationToken.None)).Running);
    }

    [Fact]
    public async Task The_matrix_is_read_from_the_agents_and_reads_back()
    {
        await using var agents = await TestCollector.StartAsync(2);
        agents.Agents[0].Links = """[{"source":"n1","destination":"n2","throughputBitsPerSecond":5e8,"isSuccess":true,"quality":"Capped","testedAt":"2026-01-01T00:00:00Z","lastSuccess":"2026-01-01T00:00:00Z","newerMember":1}]""";
        agents.Agents[1].Links = """[{"source":"n2","destination":"n1","isSuccess":false},{"source":"n1","destination":"x"}]""";
        await using var collector = await StartAsync(agents);
        using var http = new HttpClient { BaseAddress = new Uri(Address(collector)) };
        Mesh? mesh = null;
        await Wait.UntilAsync(async () =>
        {
            mesh = JsonReader.Read(await http.GetStreamAsync("api/v1/matrix"), default);
            return mesh.Links.Length == 2;
        }, "both agents were read", TimeSpan.FromSeconds(30));

        Assert.Equal(["n1", "n2"], mesh!.Nodes.Select(node => node.Name));
        Assert.True(mesh.Links[0] is { Source: 0, ThroughputBitsPerSecond: 5e8, State: LinkState.Up, Quality: MeasurementQuality.Capped });
        Assert.True(mesh.Links[1] is { Source: 1, State: LinkState.Down });
    }

    [Theory]
    [InlineData("from=-1", "from")]
    [InlineData("from=x", "from")]
    [InlineData("cycle=1.5", "cycle")]
    [InlineData("cycle=99999999999", "cycle")]
    public async Task A_wrong_parameter_is_named(string query, string parameter)
    {
        await using var agents = await TestCollector.StartAsync(2);
        await using var collector = await StartAsync(agents);
        using var http = new HttpClient { BaseAddress = new Uri(Address(collector)) };
        using var answer = await http.GetAsync($"api/v1/cycle/tests?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(parameter, (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["parameter"]!);
    }

    [Theory]
    [InlineData("no-address", "'no-address' is not the address of a collector: give one such as http://collector:9876.")]
    [InlineData("ftp://x", "'ftp://x' is not the address of a collector: give one such as http://collector:9876.")]
    public void An_address_that_is_none_gets_a_sentence(string address, string expected) =>
        Assert.Equal(expected, Assert.Throws<StartupException>(() => new CollectorClient(address, Token)).Message);

    [Fact]
    public async Task Whatever_else_answers_there_is_told_apart_from_a_collector()
    {
        await using var agents = await TestCollector.StartAsync(1);
        using var client = new CollectorClient($"http://{agents.Agents[0].Address}:{agents.Agents[0].Port}", Token);
        agents.Agents[0].Instead = async (context, order) =>
        {
            await FakeAgent.JsonAsync(context, order.Path.EndsWith("tests", StringComparison.Ordinal) ? 404 : 200, "\"a text\"");
            return true;
        };

        Assert.Contains("is that a collector", (await Assert.ThrowsAsync<CollectorException>(() => client.ReadTestsAsync(1, 0, CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Contains("is not what a collector says", (await Assert.ThrowsAsync<CollectorException>(() => client.ReadProgressAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        using var nobody = new CollectorClient($"http://127.0.0.1:{Repository.FreePort()}", Token);
        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<CollectorException>(() => nobody.ReadProgressAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    private static Task<CollectorHost> StartAsync(TestCollector agents)
    {
        var options = agents.Options with { ListenAddress = IPAddress.Loopback, MetricsPort = 0, OnRequestOnly = true };
        return CollectorHost.StartAsync(options, new FixedNodes(() => agents.Nodes), LogSettings.None, CancellationToken.None);
    }

    private static string Address(CollectorHost collector) => $"http://127.0.0.1:{collector.Port}";
}
