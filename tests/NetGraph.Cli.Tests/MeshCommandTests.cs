using System.Globalization;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

/// <summary><c>netgraph mesh</c> against fake agents.</summary>
public sealed class MeshCommandTests : IAsyncLifetime
{
    private const string Token = "0123456789abcdef";
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-mesh-").FullName;
    private readonly List<FakeAgent> _agents = [];

    public async ValueTask InitializeAsync()
    {
        for (var i = 1; i <= 3; i++) _agents.Add(await FakeAgent.StartAsync(i, Token));
        var nodes = _agents.Select((agent, i) => string.Create(CultureInfo.InvariantCulture, $$"""{"name":"n{{i + 1}}","address":"{{agent.Address}}","ordersPort":{{agent.Port}}}"""));
        await File.WriteAllTextAsync(Path.Combine(_folder, "nodes.json"), $$"""{"nodes":[{{string.Join(',', nodes)}}]}""");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents) await agent.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("500K", 0, "All links are as expected.")]
    [InlineData("2M", 3, "n1 -> n2: 1.00 Mbit/s, expected at least 2.00 Mbit/s")]
    public async Task The_exit_code_says_whether_all_links_are_as_expected(string least, int code, string expected)
    {
        var run = await MeshAsync("--min-bandwidth", least);

        Assert.True(code == run.ExitCode, run.Output + run.Error);
        Assert.Contains("6 of 6 links measured, 0 failed, 0 skipped, in ", run.Output, StringComparison.Ordinal);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task A_failed_test_breaks_any_expectation_and_none_breaks_nothing()
    {
        _agents[2].Instead = async (context, order) =>
        {
            if (order.Path != "/v1/tests" || (string)order.Body!["peerNode"]! != "n1") return false;
            await FakeAgent.JsonAsync(context, 200, """{"failure":"Timeout","failureText":"late"}""");
            return true;
        };

        var careless = await MeshAsync();
        Assert.Equal(0, careless.ExitCode);
        Assert.Contains("Failed or skipped:\n  n3 -> n1: timeout\n", careless.Output, StringComparison.Ordinal);
        var careful = await MeshAsync("--min-bandwidth", "1K");
        Assert.Equal(3, careful.ExitCode);
        Assert.Contains("Not as expected: 1 of 6 links.\n  n3 -> n1: the test failed (timeout)\n", careful.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_JSON_it_is_one_object_and_nothing_else()
    {
        var run = await MeshAsync("--output", "json", "--min-bandwidth", "2M");
        var mesh = JsonNode.Parse(run.Output)!;

        Assert.Equal(3, run.ExitCode);
        Assert.Equal((6, 6, 6), ((int)mesh["testsPlanned"]!, mesh["links"]!.AsArray().Count, mesh["broken"]!.AsArray().Count));
        Assert.Equal(1e6, (double)mesh["links"]![0]!["throughputBitsPerSecond"]!);
    }

    [Fact]
    public async Task Plans_as_the_collector_does_with_the_same_options()
    {
        var run = await MeshAsync("--output", "json", "--pairs", "sampled", "--degree", "1", "--isolation", "direction", "--max-concurrent", "1", "--capped-groups", "none");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        // Of three nodes with one peer each, one has none: a pair, both ways.
        Assert.Equal(2, (int)JsonNode.Parse(run.Output)!["testsPlanned"]!);
    }

    [Fact]
    public async Task Agents_that_have_a_list_of_echo_peers_keep_it()
    {
        Assert.Equal(0, (await MeshAsync()).ExitCode);
        var version = _agents[0].PeersVersion;
        Assert.NotEmpty(version);

        await File.WriteAllTextAsync(Path.Combine(_folder, "nodes.json"), (await File.ReadAllTextAsync(Path.Combine(_folder, "nodes.json"))).Replace("\"n3\"", "\"n4\"", StringComparison.Ordinal));
        Assert.Equal(0, (await MeshAsync()).ExitCode);
        Assert.Equal(version, _agents[0].PeersVersion);
    }

    [Fact]
    public async Task When_nothing_was_measured_that_is_a_failure()
    {
        foreach (var agent in _agents) await agent.DisposeAsync();
        var run = await MeshAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith("netgraph: Nothing was measured: look at the collector's and the agents' messages.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_releases_every_server_and_is_not_taken_for_good()
    {
        foreach (var agent in _agents)
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

        using var process = Command.Start(
            Repository.NetGraph, ["mesh", "--nodes", Path.Combine(_folder, "nodes.json"), "--duration", "60s"], new Dictionary<string, string> { ["NETGRAPH_TOKEN"] = Token });
        await Wait.UntilAsync(() => _agents.Any(agent => agent.Orders.Any(order => order.Path == "/v1/tests")), "a test runs");
        await Command.RunAsync("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(1, process.ExitCode);
        Assert.EndsWith("netgraph: Interrupted before the mesh had ended: nothing is judged.\n", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.All(_agents, agent => Assert.Empty(agent.Servers));
    }

    [Theory]
    [InlineData(2, "Nothing is named to run the mesh: name a running collector with --collector URL, or the nodes with --nodes FILE. Run 'netgraph mesh --help' to see what is allowed.", "mesh")]
    [InlineData(2, "--collector and --nodes are both named: name one of them. Run 'netgraph mesh --help' to see what is allowed.", "mesh", "--collector", "http://x", "--nodes", "f")]
    [InlineData(2, "--duration is the collector's to say: leave it out, or name the nodes with --nodes FILE. Run 'netgraph mesh --help' to see what is allowed.", "mesh", "--collector", "http://x", "--duration", "1s")]
    [InlineData(2, "'5' is not allowed for --max-rtt: it must be a time with its unit, us, ms or s, of at most an hour, such as 500us or 5ms. Run 'netgraph mesh --help' to see what is allowed.", "mesh", "--collector", "http://x", "--max-rtt", "5")]
    [InlineData(2, "'101%' is not allowed for --max-loss: it must be a share from 0% to 100%, such as 1% or 0.01. Run 'netgraph mesh --help' to see what is allowed.", "mesh", "--collector", "http://x", "--max-loss", "101%")]
    [InlineData(1, "'here' is not the address of a collector: give one such as http://collector:9876.", "mesh", "--collector", "here")]
    [InlineData(1, "The collector cannot be reached at http://127.0.0.1:1/: Connection refused. Check --collector, and that it runs.", "mesh", "--collector", "http://127.0.0.1:1")]
    [InlineData(1, "The collector cannot be reached at http://127.0.0.1:1/api/v1/matrix: Connection refused. Check --collector, and that it runs.", "analyze", "--collector", "http://127.0.0.1:1")]
    [InlineData(2, "--prometheus and --collector are both named to read: name one of them. Run 'netgraph graph --help' to see what is allowed.", "graph", "--collector", "http://x", "--prometheus", "http://x")]
    [InlineData(2, "--collector and --prometheus are both named to read: name one of them. Run 'netgraph api --help' to see what is allowed.", "api", "--collector", "http://x", "--prometheus", "http://x")]
    public async Task What_cannot_be_run_gets_a_sentence(int code, string sentence, params string[] arguments)
    {
        var run = await Command.RunAsync(Repository.NetGraph, arguments, new Dictionary<string, string> { ["NETGRAPH_TOKEN"] = Token });

        Assert.Equal((code, $"netgraph: {sentence}\n", ""), (run.ExitCode, run.Error, run.Output));
    }

    private Task<Command.Outcome> MeshAsync(params string[] arguments) =>
        Command.RunAsync(Repository.NetGraph, ["mesh", "--nodes", Path.Combine(_folder, "nodes.json"), "--duration", "1s", .. arguments], new Dictionary<string, string> { ["NETGRAPH_TOKEN"] = Token });
}
