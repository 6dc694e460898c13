using System.Net;
using System.Net.Sockets;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

/// <summary>What the executable says when it cannot do what it was asked to: one sentence, and an exit code that is not zero.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-cli-").FullName;

    [Theory]
    [InlineData("agent --fast", "netgraph: '--fast' is not an option of 'netgraph agent'. Run 'netgraph agent --help' to see what is allowed.\n")]
    [InlineData("measure", "netgraph: 'measure' is not a verb: choose one of agent, collector, api, plan, mesh, up, poll, analyze, graph, completion, version. Run 'netgraph --help' to see what they do.\n")]
    [InlineData("api --log-level loud", "netgraph: 'loud' is not allowed for --log-level: choose one of trace, debug, information, warning, error. Run 'netgraph api --help' to see what is allowed.\n")]
    [InlineData("agent --metrics-port 99999", "netgraph: '99999' is not allowed for --metrics-port: it must be a whole number from 1 to 65535. Run 'netgraph agent --help' to see what is allowed.\n")]
    [InlineData("analyse", "netgraph: 'analyse' is not a verb: did you mean 'analyze'? Run 'netgraph --help' to see what there is.\n")]
    [InlineData("--versoin", "netgraph: '--versoin' is not an option: did you mean '--version'? Run 'netgraph --help' to see what there is.\n")]
    [InlineData("plan --nodes 10 --intervall=5m", "netgraph: '--intervall=5m' is not an option of 'netgraph plan': did you mean '--interval'? Run 'netgraph plan --help' to see what is allowed.\n")]
    [InlineData("collector --nodes", "netgraph: Required argument missing for option: '--nodes'. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("plan --nodes ten", "netgraph: 'ten' is not allowed for --nodes: it must be a whole number from 2 to 20000. Run 'netgraph plan --help' to see what is allowed.\n")]
    [InlineData("graph mesh.csv --open --format dot", "netgraph: --open shows pictures: leave it out, or write svg. Run 'netgraph graph --help' to see what is allowed.\n")]
    [InlineData("completion tcsh", "netgraph: There is no completion for 'tcsh': choose one of bash, zsh, fish. Run 'netgraph completion --help' to see what is allowed.\n")]
    [InlineData("agent --bind nowhere", "netgraph: 'nowhere' is not allowed for --bind: it must be an IP address. Run 'netgraph agent --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --duration 0.5s", "netgraph: '0.5s' is not allowed for --duration: it must be whole seconds, minutes or hours from 1s to 1h, such as 30s or 5m. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --bitrate fast", "netgraph: 'fast' is not allowed for --bitrate: it must be a rate from 1K to 10000G, such as 500M or 10G. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --capped-groups row", "netgraph: 'row' is not allowed for --capped-groups: choose one of rack, zone, region, none. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --protocol icmp", "netgraph: 'icmp' is not allowed for --protocol: choose one of tcp, udp, both. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --dscp 64", "netgraph: '64' is not allowed for --dscp: it must be a whole number from 0 to 63. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --tool iperf2", "netgraph: 'iperf2' is not allowed for --tool: choose one of iperf3, netperf, netperf-rr. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --bytes-per-day 1K", "netgraph: '1K' is not allowed for --bytes-per-day: it must be a number of bytes from 1M to 1000P, such as 500G or 2T, or unlimited. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --max-duty-cycle 0%", "netgraph: '0' is not allowed for --max-duty-cycle: it must be above 0%, or nothing would ever be measured. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --graphite a:b:c:d", "netgraph: 'a:b:c:d' is not allowed for --graphite: it must be a host name or an IP address, with or without a port, such as graphite.example:2003 or [fd00::1]:2003. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes f --graphite-prefix a..b", "netgraph: 'a..b' is not allowed for --graphite-prefix: it must have no dot at its ends, nor two side by side. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("poll -perf-servers", "netgraph: Required argument missing for option: '-perf-servers'. Run 'netgraph poll --help' to see what is allowed.\n")]
    [InlineData("plan", "netgraph: Which nodes? Give --nodes with a number, or --nodes-file with a node list. Run 'netgraph plan --help' to see what is allowed.\n")]
    [InlineData("plan --nodes 10 --money-per-day 5", "netgraph: --money-per-day needs a price: give --price-per-gb, such as 0.01. Run 'netgraph plan --help' to see what is allowed.\n")]
    [InlineData("plan --nodes 10 --pairs some", "netgraph: 'some' is not allowed for --pairs: choose one of auto, full, sampled, zones. Run 'netgraph plan --help' to see what is allowed.\n")]
    [InlineData("collector --nodes a --kubernetes", "netgraph: --nodes and --kubernetes both say where the nodes are: name one of them. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --nodes a --no-orders", "netgraph: --no-orders is only for --kubernetes. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector --kubernetes --network all", "netgraph: 'all' is not allowed for --network: choose one of host, pod, both. Run 'netgraph collector --help' to see what is allowed.\n")]
    [InlineData("collector", "netgraph: Where are the nodes? Name a file with --nodes, or find them in a cluster with --kubernetes. Run 'netgraph collector --help' to see what is allowed.\n")]
    public async Task A_wrong_command_line_gets_a_sentence_and_exit_code_2(string arguments, string sentence)
    {
        var run = await NetGraphAsync(arguments.Split(' '));

        Assert.Equal((2, sentence, ""), (run.ExitCode, run.Error, run.Output));
    }

    [Fact]
    public async Task No_verb_at_all_gets_a_sentence_and_exit_code_2()
    {
        var run = await NetGraphAsync();

        Assert.Equal((2, "netgraph: A verb is missing: choose one of agent, collector, api, plan, mesh, up, poll, analyze, graph, completion, version. Run 'netgraph --help' to see what they do.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_missing_token_says_how_to_make_one()
    {
        var run = await NetGraphAsync("agent");

        Assert.Equal((1, "netgraph: No token is given: make one with 'openssl rand -hex 32', and give it to collector and agents with --token-file or in NETGRAPH_TOKEN.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_token_that_is_too_short_is_refused()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), "secret\n");

        var run = await NetGraphAsync("agent", "--token-file", Path.Combine(_folder, "token"));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"netgraph: The token in '{_folder}/token' must be at least 16 printable ASCII characters without spaces: make one with 'openssl rand -hex 32'.\n", run.Error);
    }

    [Fact]
    public async Task A_missing_iperf3_says_what_to_install()
    {
        var run = await NetGraphAsync("agent", "--iperf3", "/nowhere/iperf3", "--token-file", await TokenFileAsync());

        Assert.Equal((1, "netgraph: iperf3 was not found as '/nowhere/iperf3': install it (Debian and Ubuntu: 'apt-get install iperf3'), or name it with --iperf3.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task An_empty_range_of_server_ports_is_refused()
    {
        var run = await NetGraphAsync("agent", "--first-server-port", "6000", "--last-server-port", "5000", "--token-file", await TokenFileAsync());

        Assert.Equal((1, "netgraph: --last-server-port 5000 is below --first-server-port 6000: the range of ports for iperf3 servers is empty.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_port_in_use_names_the_option_that_sets_another()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;

        var run = await NetGraphAsync("api", "--listen", "127.0.0.1", "--port", port.ToString());

        Assert.Equal((1, $"netgraph: Port {port} on 127.0.0.1 is in use by another program: stop that one, or choose another port with --port.\n"), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("-perf-servers 10.0.0.1:a,10.0.0.2:b -test-length=0 -debug -nocontainer", "'0' is not allowed for --test-length: it must be a whole number from 1 to 3600.")]
    [InlineData("--perf-servers=10.0.0.1:a -debug=true --image x -grafana-address=-x", "'-x' is not allowed for --grafana-address: it must be an IP address or a host name.")]
    [InlineData("-config /nowhere/c.yaml", "The configuration '/nowhere/c.yaml' cannot be read (")]
    [InlineData("-configuration=/nowhere/c.yaml", "The configuration '/nowhere/c.yaml' cannot be read (")]
    [InlineData("-netperf -perf-servers 10.0.0.1 -parallel-connections 2", "netperf runs one TCP stream at a time")]
    public async Task Poll_takes_the_flags_of_cloud_bandwidth_as_they_are_written_there(string arguments, string expected)
    {
        var run = await NetGraphAsync(["poll", .. arguments.Split(' ')]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"netgraph: {expected}", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("graphite.example", true)]
    [InlineData("10.0.0.1:2013", true)]
    [InlineData("[fd00::1]:2003", true)]
    [InlineData("[fd00::1]", true)]
    [InlineData("fd00::1", true)]
    [InlineData("graphite.example:0", false)]
    [InlineData("graphite.example:", false)]
    [InlineData("[fd00::1]2003", false)]
    [InlineData("[fd00::1", false)]
    [InlineData(":2003", false)]
    public async Task Graphites_address_is_a_host_with_or_without_a_port(string address, bool isAllowed)
    {
        var run = await NetGraphAsync("collector", "--nodes", "/nowhere/nodes.json", "--graphite", address, "--token-file", await TokenFileAsync());

        Assert.Equal(isAllowed ? 1 : 2, run.ExitCode);
        Assert.StartsWith(isAllowed ? "netgraph: The node file '/nowhere/nodes.json' cannot be read: " : $"netgraph: '{address}' is not allowed for --graphite: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_node_file_is_named()
    {
        var run = await NetGraphAsync("collector", "--nodes", "/nowhere/nodes.json", "--token-file", await TokenFileAsync());

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("netgraph: The node file '/nowhere/nodes.json' cannot be read: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--congestion CUBIC", "congestionControl must be 1 to 15 small letters, digits, dashes or underscores, such as cubic.")]
    [InlineData("--tool netperf --streams 4", "netperf runs one TCP stream one way, with no limit and no option: use the tool Iperf3 for anything else.")]
    [InlineData("--tool netperf-rr --aggregate b", "netperf's TCP_RR has no throughput that could be added up: leave --aggregate out, or use another --tool.")]
    public async Task Settings_that_no_agent_would_accept_are_refused_at_the_start(string arguments, string fault)
    {
        var run = await NetGraphAsync(["collector", "--nodes", "nodes.json", "--token-file", await TokenFileAsync(), .. arguments.Split(' ')]);

        Assert.Equal((1, $"netgraph: The agents would refuse the tests that were asked for: {fault}\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_bad_address_of_Prometheus_is_refused()
    {
        var run = await NetGraphAsync("api", "--prometheus", "somewhere");

        Assert.Equal((1, "netgraph: 'somewhere' is not an address of Prometheus: give one such as http://localhost:9090 with --prometheus.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Without_Prometheus_the_api_starts_and_says_so_to_who_asks()
    {
        var port = Repository.FreePort();
        var away = Repository.FreePort();
        using var process = Command.Start(Repository.NetGraph, ["api", "--prometheus", $"http://127.0.0.1:{away}", "--listen", "127.0.0.1", "--port", port.ToString()]);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            await Wait.UntilAsync(() => AnswersAsync(http), "the api answers", TimeSpan.FromSeconds(30));

            using var answer = await http.GetAsync("graph.svg");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains($"Prometheus at http://127.0.0.1:{away}/ did not answer a query: it cannot be reached", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            await Command.RunAsync("kill", ["-TERM", process.Id.ToString()]);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await process.WaitForExitAsync(limit.Token);
        }

        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("agent")]
    [InlineData("collector")]
    [InlineData("api")]
    [InlineData("plan")]
    [InlineData("mesh")]
    [InlineData("up")]
    [InlineData("poll")]
    [InlineData("analyze")]
    [InlineData("graph")]
    [InlineData("completion")]
    [InlineData("version")]
    public async Task Every_verb_has_help(string verb)
    {
        var run = await NetGraphAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"netgraph {verb}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_comes_with_the_runtime_in_words_and_as_JSON()
    {
        var (option, verb, json) = (await NetGraphAsync("--version"), await NetGraphAsync("version"), await NetGraphAsync("version", "--output", "json"));

        Assert.Matches(@"^netgraph \d+\.\d+\.\d+\S* \(\.NET \d+\.\d+\.\d+\S*, \S+\)\n$", option.Output);
        Assert.Equal(option, verb);
        Assert.Equal(option.Output.Split(' ')[1], System.Text.Json.JsonDocument.Parse(json.Output).RootElement.GetProperty("version").GetString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<Command.Outcome> NetGraphAsync(params string[] arguments) =>
        Command.RunAsync(Repository.NetGraph, arguments, new Dictionary<string, string> { ["NETGRAPH_TOKEN"] = "" });

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync("healthz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<string> TokenFileAsync()
    {
        var file = Path.Combine(_folder, "good-token");
        await File.WriteAllTextAsync(file, "0123456789abcdef0123456789abcdef\n");
        return file;
    }
}
