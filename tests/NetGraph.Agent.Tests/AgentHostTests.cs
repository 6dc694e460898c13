using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using NetGraph.Agent.Publishing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests;

[Collection(ProcessTests.Name)]
public sealed class AgentHostTests
{
    private const string Good = "iperf_network_bandwidth_mbps{source_node=\"a\",destination_node=\"b\",protocol=\"tcp\"} ";
    private const string Success = "iperf_test_success{source_node=\"a\",destination_node=\"b\",protocol=\"tcp\"} ";
    private static readonly ThroughputOrder Datagrams = Fixture.Order with { Protocol = TestProtocol.Udp, BitrateBitsPerSecond = 100_000_000 };
    private static readonly ServerOrder Server = new() { TestId = "t1", DurationSeconds = 1 };

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer 0123456789abcdeX")]
    [InlineData("Bearer 0123456789abcdef0")]
    [InlineData("Basic 0123456789abcdef")]
    public async Task Refuses_every_order_without_the_token(string? authorization)
    {
        await using var agent = await TestAgent.StartAsync();
        using var http = new HttpClient();
        (HttpMethod, string)[] orders =
        [
            (HttpMethod.Post, OrderRoutes.Servers), (HttpMethod.Delete, OrderRoutes.Servers + "/t1"), (HttpMethod.Post, OrderRoutes.Tests),
            (HttpMethod.Post, OrderRoutes.Failures), (HttpMethod.Post, OrderRoutes.Qualities), (HttpMethod.Put, OrderRoutes.Peers), (HttpMethod.Get, OrderRoutes.Peers), (HttpMethod.Get, OrderRoutes.Links),
            (HttpMethod.Get, "/metrics"), (HttpMethod.Get, "/"), (HttpMethod.Post, "/nosuch"),
        ];
        foreach (var (method, path) in orders)
        {
            using var request = new HttpRequestMessage(method, agent.Orders(path));
            if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Contains("no token or a wrong one", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        }

        Assert.Contains($"netgraph_agent_orders_rejected_total{{source_node=\"a\",reason=\"unauthorized\"}} {orders.Length}", await agent.ScrapeAsync());
        Assert.Equal(["--version"], agent.Iperf3.Calls);
    }

    [Theory]
    [InlineData("POST", "/v1/servers", "", "The body is not the expected JSON")]
    [InlineData("POST", "/v1/servers", "{", "The body is not the expected JSON")]
    [InlineData("POST", "/v1/servers", "null", "The body is null.")]
    [InlineData("POST", "/v1/servers", """{"testId":"t","durationSeconds":10,"speed":1}""", "speed")]
    [InlineData("POST", "/v1/servers", """{"testId":"t","durationSeconds":0}""", "durationSeconds must be 1 to 3660.")]
    [InlineData("POST", "/v1/servers", """{"testId":"t/1","durationSeconds":1}""", "testId must be")]
    [InlineData("POST", "/v1/servers", """{"testId":"t","durationSeconds":1,"isolation":7}""", "isolation must be")]
    [InlineData("POST", "/v1/tests", """{"testId":"t"}""", "peerNode")]
    [InlineData("POST", "/v1/tests", """{"testId":"t","peerNode":"b","peerAddress":"-b","peerPort":1,"durationSeconds":1}""", "peerAddress must be an IP address or a host name.")]
    [InlineData("POST", "/v1/tests", """{"testId":"t","peerNode":"b","peerAddress":"127.0.0.1","peerPort":1,"durationSeconds":1,"parallelStreams":129}""", "parallelStreams must be 1 to 128.")]
    [InlineData("POST", "/v1/tests", """{"testId":"t","peerNode":"b","peerAddress":"127.0.0.1","peerPort":1,"durationSeconds":1,"protocol":"Udp"}""", "bitrateBitsPerSecond is needed for UDP")]
    [InlineData("POST", "/v1/tests", """{"testId":"t","peerNode":"b","peerAddress":"127.0.0.1","peerPort":1,"durationSeconds":1,"congestionControl":"-R"}""", "congestionControl must be")]
    [InlineData("POST", "/v1/failures", """{"peerNode":"b","text":"no"}""", "failure")]
    [InlineData("POST", "/v1/failures", """{"peerNode":"b","failure":99,"text":"no"}""", "failure must be the name of a failure.")]
    [InlineData("PUT", "/v1/peers", """{"version":"","peers":[]}""", "version must be 1 to 128 characters.")]
    [InlineData("PUT", "/v1/peers", """{"version":"v","peers":null}""", "peers must be a list.")]
    [InlineData("PUT", "/v1/peers", """{"version":"v","peers":[null]}""", "Every peer needs a name of its own")]
    [InlineData("PUT", "/v1/peers", """{"version":"v","peers":[{"node":"b","address":"10.0.0.2","echoPort":1},{"node":"b","address":"10.0.0.3","echoPort":1}]}""", "Every peer needs a name of its own")]
    [InlineData("PUT", "/v1/peers", """{"version":"v","peers":[{"node":"b","address":"b","echoPort":1}]}""", "The address of peer 'b' must be an IP address.")]
    [InlineData("PUT", "/v1/peers", """{"version":"v","peers":[{"node":"b","address":"10.0.0.2","echoPort":0}]}""", "The echoPort of peer 'b' must be 1 to 65535.")]
    public async Task Says_what_is_wrong_with_an_order(string method, string path, string body, string expected)
    {
        await using var agent = await TestAgent.StartAsync();
        var (status, answer) = await agent.SendAsync(new HttpMethod(method), path, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        using var problem = JsonDocument.Parse(answer);
        Assert.Equal("Bad order", problem.RootElement.GetProperty("title").GetString());
        Assert.Contains(expected, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(["--version"], agent.Iperf3.Calls);
        Assert.Empty(agent.Host.ReadLinks());
    }

    [Fact]
    public async Task Publishes_what_a_test_found()
    {
        await using var agent = await TestAgent.StartAsync();
        var result = await agent.RunAsync(Fixture.Order);
        Assert.Equal(57349221.79522577, result.ThroughputBitsPerSecond);

        var metrics = await agent.ScrapeAsync();
        Assert.Contains(Good + (57349221.79522577 / 1e6).ToString("R", CultureInfo.InvariantCulture), metrics);
        Assert.Contains(Success + "1", metrics);
        Assert.Contains("netgraph_throughput_retransmitted_segments{source_node=\"a\",destination_node=\"b\",protocol=\"tcp\"} 0", metrics);
        Assert.Contains("netgraph_throughput_quality{source_node=\"a\",destination_node=\"b\",protocol=\"tcp\"} 0", metrics);
        Assert.Contains("netgraph_agent_throughput_tests_total{source_node=\"a\"} 1", metrics);
        Assert.Single(metrics, line => line.StartsWith("netgraph_throughput_last_success_timestamp_seconds", StringComparison.Ordinal));
        var link = Assert.Single(agent.Host.ReadLinks());
        Assert.Equal(("a", "b", true, 57349221.79522577), (link.Source, link.Destination, link.IsSuccess, link.ThroughputBitsPerSecond));
        Assert.Equal(link.LastSuccess, link.TestedAt);
        var (status, body) = await agent.SendAsync(HttpMethod.Get, OrderRoutes.Links);
        Assert.Equal((HttpStatusCode.OK, link), (status, Assert.Single(JsonSerializer.Deserialize(body, OrderJsonContext.Default.IReadOnlyListAgentLink)!)));
    }

    [Fact]
    public async Task A_reverse_test_is_of_the_link_from_the_peer()
    {
        await using var agent = await TestAgent.StartAsync(client: FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp-reverse.json")));
        await agent.RunAsync(Fixture.Order with { Direction = TestDirection.Reverse });
        Assert.Contains(await agent.ScrapeAsync(), line => line.StartsWith("iperf_network_bandwidth_mbps{source_node=\"b\",destination_node=\"a\"", StringComparison.Ordinal));
        Assert.EndsWith("-R", agent.Iperf3.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bidirectional_test_is_published_under_each_of_its_directions()
    {
        await using var agent = await TestAgent.StartAsync(client: FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp-bidir.json")));
        await agent.RunAsync(Fixture.Order with { Direction = TestDirection.Bidirectional });

        IReadOnlyList<string> metrics = await agent.ScrapeAsync();
        Assert.Contains(Good + (54454298.60824822 / 1e6).ToString("R", CultureInfo.InvariantCulture), metrics);
        Assert.Contains("iperf_network_bandwidth_mbps{source_node=\"b\",destination_node=\"a\",protocol=\"tcp\"} " + (50109006.18284944 / 1e6).ToString("R", CultureInfo.InvariantCulture), metrics);
        Assert.Contains("netgraph_throughput_quality{source_node=\"a\",destination_node=\"b\",protocol=\"tcp\"} 3", metrics);
        Assert.Contains("netgraph_throughput_quality{source_node=\"b\",destination_node=\"a\",protocol=\"tcp\"} 3", metrics);
        Assert.Contains("netgraph_agent_throughput_tests_total{source_node=\"a\"} 1", metrics);

        // Once tests go one way again, the other agent publishes the other way.
        await agent.RunAsync(Fixture.Order);
        metrics = await agent.ScrapeAsync();
        Assert.Contains(Success + "1", metrics);
        Assert.DoesNotContain(metrics, line => line.Contains("source_node=\"b\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bidirectional_test_that_could_not_begin_leaves_nothing_of_the_other_direction()
    {
        await using var agent = await TestAgent.StartAsync(client: FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp-bidir.json")));
        await agent.RunAsync(Fixture.Order with { Direction = TestDirection.Bidirectional });
        await agent.SendAsync(new FailureReport("b", ProbeFailure.AgentUnreachable, "no answer"));

        var metrics = await agent.ScrapeAsync();
        Assert.Contains(Success + "0", metrics);
        Assert.DoesNotContain(metrics, line => line.Contains("source_node=\"b\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pair_has_no_more_series_than_are_promised()
    {
        await using var agent = await TestAgent.StartAsync(
            client: $"case \"$all\" in *' -u '*) {FakeIperf3.Prints(Fixture.PathOf("iperf3-udp.json"))};; *) {FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp.json"))};; esac");
        await agent.SendAsync(new PeerList("v", [new("b", "127.0.0.1", 9)]));
        await agent.RunAsync(Fixture.Order);
        const string Pair = "{source_node=\"a\",destination_node=\"b\"";
        Assert.Equal(8, (await agent.ScrapeAsync()).Count(line => line.Contains(Pair, StringComparison.Ordinal)));
        await agent.RunAsync(Datagrams);
        Assert.InRange((await agent.ScrapeAsync()).Count(line => line.Contains(Pair, StringComparison.Ordinal)), 13, 16);
    }

    [Fact]
    public async Task With_everything_on_a_pair_has_sixteen_series()
    {
        await using var agent = await TestAgent.StartAsync(
            client: $"case \"$all\" in *' -u '*) {FakeIperf3.Prints(Fixture.PathOf("iperf3-udp.json"))};; *) {FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp.json"))};; esac",
            change: options => options with { PairDetail = PairDetail.All, EchoInterval = TimeSpan.FromSeconds(1) });
        await using var other = await TestAgent.StartAsync(change: options => options with { NodeName = "b" });
        await agent.SendAsync(new PeerList("v", [new("b", "127.0.0.1", other.Host.EchoPort)]));
        await agent.RunAsync(Fixture.Order);
        await agent.RunAsync(Datagrams);
        await Wait.UntilAsync(() => agent.Host.ReadLinks().Any(link => link.RoundTripJitter is not null), "echoes show jitter");
        const string Pair = "{source_node=\"a\",destination_node=\"b\"";
        string[] ofPair = [.. (await agent.ScrapeAsync()).Where(line => line.Contains(Pair, StringComparison.Ordinal)).Select(line => line[..line.IndexOf('{', StringComparison.Ordinal)])];

        // What irtt and the search for the path MTU find is not to be had here; no other family is of a pair.
        string[] further = [Metrics.OneWayDelay.Name, Metrics.PathMtu.Name];
        Assert.Equal(16, ofPair.Except(further).Count() + ofPair.Count(name => ofPair.Count(other => other == name) == 2) / 2 + further.Length);
        Assert.Empty(Metrics.All
            .Where(family => family.Labels.Contains(Labels.DestinationNode) && family.Labels.Contains(Labels.SourceNode) && !family.Name.StartsWith("netgraph_analysis_", StringComparison.Ordinal))
            .Select(family => family.Name).Except(ofPair).Except(further).Except([Metrics.Transactions.Name, Metrics.FailedFor.Name]));
    }

    [Theory]
    [InlineData(MetricsLevel.Full, true, true)]
    [InlineData(MetricsLevel.Exceptions, false, true)]
    [InlineData(MetricsLevel.Summary, false, false)]
    public async Task At_each_level_fewer_pairs_have_series_and_the_node_always_has(MetricsLevel level, bool hasGood, bool hasFailed)
    {
        await using var agent = await TestAgent.StartAsync(
            client: $"case \"$all\" in *' 127.0.0.9 '*) {FakeIperf3.Prints(Fixture.PathOf("iperf3-error-refused.json"))};; *) {FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp.json"))};; esac",
            change: options => options with { MetricsLevel = level });
        await agent.RunAsync(Fixture.Order);
        await agent.RunAsync(Fixture.Order with { PeerNode = "c", PeerAddress = "127.0.0.9" });
        var metrics = await agent.ScrapeAsync();

        Assert.Equal(hasGood, metrics.Any(line => line.Contains("destination_node=\"b\"", StringComparison.Ordinal)));
        Assert.Equal(hasFailed, metrics.Contains("iperf_test_success{source_node=\"a\",destination_node=\"c\",protocol=\"tcp\"} 0"));
        Assert.Equal(hasFailed, metrics.Contains("netgraph_throughput_failure{source_node=\"a\",destination_node=\"c\",protocol=\"tcp\",reason=\"connection_refused\"} 1"));
        Assert.DoesNotContain(metrics, line => line.StartsWith("netgraph_throughput_failure{", StringComparison.Ordinal) && line.Contains("destination_node=\"b\"", StringComparison.Ordinal));
        Assert.Contains("netgraph_node_bad_pairs{source_node=\"a\"} 1", metrics);
        Assert.Contains("netgraph_node_throughput_bytes_per_second{source_node=\"a\",percentile=\"50\"} " + (57349221.79522577 / 8).ToString("R", CultureInfo.InvariantCulture), metrics);
        Assert.Equal(["b", "c"], agent.Host.ReadLinks().Select(link => link.Destination).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_failed_bidirectional_test_is_a_failure_of_both_directions()
    {
        await using var agent = await TestAgent.StartAsync(client: FakeIperf3.Prints(Fixture.PathOf("iperf3-error-refused.json")));
        await agent.RunAsync(Fixture.Order with { Direction = TestDirection.Bidirectional });

        var metrics = await agent.ScrapeAsync();
        Assert.Contains(Success + "0", metrics);
        Assert.Contains("iperf_test_success{source_node=\"b\",destination_node=\"a\",protocol=\"tcp\"} 0", metrics);
        Assert.Contains("netgraph_agent_throughput_failures_total{source_node=\"a\",reason=\"connection_refused\"} 1", metrics);
    }

    [Fact]
    public async Task Datagrams_have_the_five_series_that_iperf3_monitor_has_and_no_more()
    {
        await using var agent = await TestAgent.StartAsync(client: FakeIperf3.Prints(Fixture.PathOf("iperf3-udp-lossy.json")));
        await agent.RunAsync(Datagrams);
        Assert.Equal(
            [
                "iperf_network_bandwidth_mbps{source_node=\"a\",destination_node=\"b\",protocol=\"udp\"} 56.6749686605188",
                "iperf_test_success{source_node=\"a\",destination_node=\"b\",protocol=\"udp\"} 1",
                "iperf_network_jitter_ms{source_node=\"a\",destination_node=\"b\",protocol=\"udp\"} 0.3025603036087646",
                "iperf_network_packets_total{source_node=\"a\",destination_node=\"b\",protocol=\"udp\"} 17258",
                "iperf_network_lost_packets_total{source_node=\"a\",destination_node=\"b\",protocol=\"udp\"} 7090",
            ],
            (await agent.ScrapeAsync()).Where(line => line.Contains("protocol=\"udp\"", StringComparison.Ordinal)));
        Assert.Empty(agent.Host.ReadLinks());
        Assert.Equal(56674968.6605188, Assert.Single(agent.Host.ReadLinks(TestProtocol.Udp)).ThroughputBitsPerSecond);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 4)]
    public async Task Zeros_stand_for_a_failure_only_where_they_are_asked_for(bool isZeroOnFailure, int zeros)
    {
        await using var agent = await TestAgent.StartAsync(
            client: FakeIperf3.Prints(Fixture.PathOf("iperf3-error-refused.json")), change: options => options with { IsZeroOnFailure = isZeroOnFailure });
        await agent.RunAsync(Datagrams);
        var metrics = await agent.ScrapeAsync();
        Assert.Contains("iperf_test_success{source_node=\"a\",destination_node=\"b\",protocol=\"udp\"} 0", metrics);
        Assert.Equal(zeros, metrics.Count(line => line.StartsWith("iperf_network_", StringComparison.Ordinal) && line.EndsWith(" 0", StringComparison.Ordinal)));
        Assert.Equal(zeros, metrics.Count(line => line.StartsWith("iperf_network_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_flow_of_an_aggregate_says_nothing_of_its_link()
    {
        await using var agent = await TestAgent.StartAsync();
        var result = await agent.RunAsync(Fixture.Order with { Isolation = Isolation.Aggregate, Interfered = true });
        Assert.Equal(MeasurementQuality.Interfered, result.Quality);
        var metrics = await agent.ScrapeAsync();
        Assert.DoesNotContain(metrics, line => line.StartsWith("iperf_", StringComparison.Ordinal));
        Assert.Contains("netgraph_agent_throughput_tests_total{source_node=\"a\"} 1", metrics);
    }

    [Fact]
    public async Task A_result_that_the_other_end_distrusts_is_published_so()
    {
        await using var agent = await TestAgent.StartAsync();
        await agent.RunAsync(Fixture.Order);
        var (status, _) = await agent.SendAsync(HttpMethod.Post, OrderRoutes.Qualities, """{"testId":"t1","quality":"HostLimited"}""");
        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Contains("netgraph_throughput_quality{source_node=\"a\",destination_node=\"b\",protocol=\"tcp\"} 1", await agent.ScrapeAsync());
        (status, _) = await agent.SendAsync(HttpMethod.Post, OrderRoutes.Qualities, """{"testId":"t1","quality":"Fine"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task Publishes_the_processor_shares_of_the_last_test_that_had_some()
    {
        await using var agent = await TestAgent.StartAsync();
        Assert.DoesNotContain(await agent.ScrapeAsync(), line => line.StartsWith("netgraph_agent_test_cpu_ratio", StringComparison.Ordinal));
        await agent.RunAsync(Fixture.Order);
        var metrics = await agent.ScrapeAsync();
        Assert.Contains("netgraph_agent_test_cpu_ratio{source_node=\"a\",end=\"local\"} " + (0.21812460755040575 / 100).ToString("R", CultureInfo.InvariantCulture), metrics);
        Assert.Contains("netgraph_agent_test_cpu_ratio{source_node=\"a\",end=\"remote\"} " + (6.487336321284835 / 100).ToString("R", CultureInfo.InvariantCulture), metrics);
    }

    [Fact]
    public async Task A_failed_test_takes_the_bandwidth_away_and_leaves_the_time_of_the_last_success()
    {
        await using var agent = await TestAgent.StartAsync(
            client: $"if [ -e \"$0.away\" ]; then {FakeIperf3.Prints(Fixture.PathOf("iperf3-error-refused.json"))}; else {FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp.json"))}; fi");
        await agent.RunAsync(Fixture.Order);
        await File.WriteAllTextAsync(agent.Iperf3.Path + ".away", "");
        Assert.Equal(ProbeFailure.ConnectionRefused, (await agent.RunAsync(Fixture.Order)).Failure);

        var metrics = await agent.ScrapeAsync();
        Assert.Contains(Success + "0", metrics);
        Assert.Contains("netgraph_agent_throughput_failures_total{source_node=\"a\",reason=\"connection_refused\"} 1", metrics);
        Assert.Single(metrics, line => line.StartsWith("netgraph_throughput_last_success_timestamp_seconds", StringComparison.Ordinal));
        string[] gone = ["iperf_network_bandwidth_mbps", "netgraph_throughput_retransmitted_segments", "netgraph_throughput_quality"];
        Assert.DoesNotContain(metrics, line => gone.Any(name => line.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_busy_server_says_nothing_of_the_link()
    {
        await using var agent = await TestAgent.StartAsync(client: FakeIperf3.Prints(Fixture.PathOf("iperf3-error-busy.json")));
        Assert.Equal(ProbeFailure.Busy, (await agent.RunAsync(Fixture.Order)).Failure);
        Assert.DoesNotContain(await agent.ScrapeAsync(), line => line.StartsWith("iperf_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publishes_a_failure_that_it_is_told_of()
    {
        await using var agent = await TestAgent.StartAsync();
        var (status, _) = await agent.SendAsync(new FailureReport("b", ProbeFailure.AgentUnreachable, "no answer"));
        Assert.Equal(HttpStatusCode.NoContent, status);
        var metrics = await agent.ScrapeAsync();
        Assert.Contains(Success + "0", metrics);
        Assert.Contains("netgraph_agent_throughput_failures_total{source_node=\"a\",reason=\"agent_unreachable\"} 1", metrics);
        Assert.DoesNotContain(metrics, line => line.StartsWith("iperf_network_bandwidth_mbps", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Turns_a_second_test_away_until_the_first_is_over()
    {
        await using var agent = await TestAgent.StartAsync();
        var (status, body) = await agent.SendAsync(Server);
        Assert.Equal((HttpStatusCode.Created, """{"port":5301}"""), (status, body));
        (status, body) = await agent.SendAsync(Server with { TestId = "t2" });
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Test t1 has this node", body, StringComparison.Ordinal);
        (status, _) = await agent.SendAsync(Fixture.Order with { TestId = "t3" });
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("netgraph_agent_orders_rejected_total{source_node=\"a\",reason=\"busy\"} 2", await agent.ScrapeAsync());

        (status, body) = await agent.SendAsync(HttpMethod.Delete, OrderRoutes.Servers + "/t1");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\"isThrottled\":false", body, StringComparison.Ordinal);
        Assert.Empty(agent.Iperf3.Running);
        await agent.RunAsync(Fixture.Order);
    }

    [Fact]
    public async Task Frees_the_node_when_who_ordered_the_test_goes_away()
    {
        await using var agent = await TestAgent.StartAsync(client: "exec sleep 60");
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestAgent.Token.Value);
        using var cancellation = new CancellationTokenSource();
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(Fixture.Order, OrderJsonContext.Default.ThroughputOrder));
        var order = http.PostAsync(agent.Orders(OrderRoutes.Tests), content, cancellation.Token);
        await Wait.UntilAsync(() => agent.Iperf3.Running.Count == 1, "iperf3 runs");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => order);
        await Wait.UntilAsync(() => agent.Iperf3.Running.Count == 0, "iperf3 was ended");
        await Wait.UntilAsync(async () => (await agent.SendAsync(Server)).Status == HttpStatusCode.Created, "the node is free", TimeSpan.FromSeconds(30));
        Assert.Empty(agent.Host.ReadLinks());
    }

    [Fact]
    public async Task Leaves_no_process_when_it_stops_in_the_middle_of_tests()
    {
        await using var agent = await TestAgent.StartAsync(client: "exec sleep 60");
        Assert.Equal(HttpStatusCode.Created, (await agent.SendAsync(Server with { Isolation = Isolation.Direction })).Status);
        var order = agent.SendAsync(Fixture.Order with { TestId = "t2", Isolation = Isolation.Direction });
        await Wait.UntilAsync(() => agent.Iperf3.Running.Count == 2, "a client and a server run");
        await agent.Host.DisposeAsync();
        Assert.Empty(agent.Iperf3.Running);
        var (status, body) = await order;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("The agent is stopping", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echoes_to_its_peers_and_forgets_those_that_left()
    {
        await using var agent = await TestAgent.StartAsync();
        await using var other = await TestAgent.StartAsync(change: options => options with { NodeName = "b" });
        Assert.Equal((HttpStatusCode.OK, """{"version":"","node":"a"}"""), await agent.SendAsync(HttpMethod.Get, OrderRoutes.Peers));
        await agent.RunAsync(Fixture.Order);
        await agent.RunAsync(Fixture.Order with { PeerNode = "c" });

        var (status, _) = await agent.SendAsync(new PeerList("v1", [new("b", "127.0.0.1", other.Host.EchoPort), new("c", "127.0.0.1", other.Host.EchoPort)]));
        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal((HttpStatusCode.OK, """{"version":"v1","node":"a"}"""), await agent.SendAsync(HttpMethod.Get, OrderRoutes.Peers));
        await Wait.UntilAsync(() => agent.Host.ReadLinks().Count(link => link is { ProbesReceived: > 0 } && link.RoundTripSum > TimeSpan.Zero) == 2, "both peers answer");
        var metrics = await agent.ScrapeAsync();
        Assert.Contains(metrics, line => line.StartsWith("netgraph_probes_received_total{source_node=\"a\",destination_node=\"c\"} ", StringComparison.Ordinal));
        Assert.Contains(metrics, line => line.StartsWith("netgraph_probe_round_trip_seconds_count{source_node=\"a\"} ", StringComparison.Ordinal));
        Assert.DoesNotContain("netgraph_agent_echoes_answered_total{source_node=\"b\"} 0", await other.ScrapeAsync());

        await agent.SendAsync(new PeerList("v2", [new("b", "127.0.0.1", other.Host.EchoPort)]));
        metrics = await agent.ScrapeAsync();
        Assert.DoesNotContain(metrics, line => line.Contains("\"c\"", StringComparison.Ordinal));
        Assert.Contains(Success + "1", metrics);
        Assert.Contains(metrics, line => line.StartsWith("netgraph_probes_sent_total{source_node=\"a\",destination_node=\"b\"} ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PairDetail.Basic)]
    [InlineData(PairDetail.All)]
    public async Task Publishes_as_many_echo_series_a_pair_as_it_is_set_to(PairDetail detail)
    {
        await using var agent = await TestAgent.StartAsync(change: options => options with { PairDetail = detail, EchoInterval = TimeSpan.FromMilliseconds(200) });
        await using var other = await TestAgent.StartAsync(change: options => options with { NodeName = "b" });
        var before = await agent.ScrapeAsync();
        string[] measured = ["netgraph_probe_round_trip_min_seconds", "netgraph_probe_round_trip_max_seconds", "netgraph_probe_ecmp_lost_ports_ratio", "netgraph_latency_under_load_seconds"];
        Assert.DoesNotContain(before, line => measured.Any(name => line.StartsWith(name, StringComparison.Ordinal)));
        Assert.Contains("netgraph_probes_discarded_total{source_node=\"a\",reason=\"clock_step\"} 0", before);
        Assert.Contains("netgraph_probe_reordered_total{source_node=\"a\"} 0", before);

        await agent.SendAsync(new PeerList("v1", [new("b", "127.0.0.1", other.Host.EchoPort)]));
        await Wait.UntilAsync(
            () => agent.Host.ReadLinks() is [{ RoundTripJitter: not null, RoundTripMedian: not null, EcmpLostPortsRatio: 0, RoundTripMinimum: not null }], "all that an idle echo can say is known");
        var pair = (await agent.ScrapeAsync()).Where(line => line.Contains("destination_node=\"b\"", StringComparison.Ordinal)).Select(line => line.Split('{')[0]).ToList();

        string[] basic = ["netgraph_probes_sent_total", "netgraph_probes_received_total", "netgraph_probe_rtt_seconds_total"];
        Assert.Equal(detail == PairDetail.Basic ? basic : [.. basic, "netgraph_probe_jitter_seconds"], pair);
    }

    [Fact]
    public async Task A_test_tells_the_round_trip_time_under_load_beside_the_idle_one()
    {
        await using var agent = await TestAgent.StartAsync(
            $"sleep 1; {FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp.json"))}", change: options => options with { EchoInterval = TimeSpan.FromMilliseconds(200) });
        await using var other = await TestAgent.StartAsync(change: options => options with { NodeName = "b" });
        Assert.Null((await agent.RunAsync(Fixture.Order)).LoadedRoundTripSeconds);
        await agent.SendAsync(new PeerList("v1", [new("b", "127.0.0.1", other.Host.EchoPort)]));
        await Wait.UntilAsync(() => agent.Host.ReadLinks().Any(link => link.RoundTripMedian is not null), "an idle round-trip time is known");

        var result = await agent.RunAsync(Fixture.Order);

        Assert.Null(result.Failure);
        Assert.True(result.LoadedRoundTripSeconds > 0 && result.IdleRoundTripSeconds > 0);
        var link = agent.Host.ReadLinks().Single();
        Assert.Equal(result.LoadedRoundTripSeconds!.Value, link.LoadedRoundTrip!.Value.TotalSeconds, 1e-7);
        Assert.Equal(result.LoadedRoundTripSeconds.Value - result.IdleRoundTripSeconds!.Value, link.LatencyUnderLoad!.Value.TotalSeconds, 1e-6);
        Assert.Contains(await agent.ScrapeAsync(), line => line.StartsWith("netgraph_latency_under_load_seconds{source_node=\"a\"} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_to_and_from_targets_are_kept_as_long_as_the_list_has_them_and_no_echoes_are_sent()
    {
        await using var agent = await TestAgent.StartAsync();
        await agent.RunAsync(Fixture.Order with { PeerNode = "t" });
        await agent.SendAsync(new FailureReport("t", ProbeFailure.Busy, "busy", Reverse: true));
        Assert.Equal(HttpStatusCode.NoContent, (await agent.SendAsync(new PeerList("v1", [], WithoutAgent: ["t"]))).Status);

        var metrics = await agent.ScrapeAsync();
        Assert.Contains("iperf_test_success{source_node=\"a\",destination_node=\"t\",protocol=\"tcp\"} 1", metrics);
        Assert.Contains("iperf_test_success{source_node=\"t\",destination_node=\"a\",protocol=\"tcp\"} 0", metrics);
        Assert.DoesNotContain(metrics, line => line.StartsWith("netgraph_probes_sent_total", StringComparison.Ordinal));

        await agent.SendAsync(new PeerList("v2", []));
        Assert.DoesNotContain(await agent.ScrapeAsync(), line => line.Contains("\"t\"", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, (await agent.SendAsync(new PeerList("v3", [], WithoutAgent: ["t", "t"]))).Status);
    }

    [Fact]
    public async Task A_private_agent_takes_orders_on_loopback_only_and_publishes_what_others_add()
    {
        await using var agent = await TestAgent.StartAsync(change: options => options with { BindAddress = null, IsPrivate = true, OtherMetrics = writer => writer.Write(Metrics.CollectorCycles, 7) });
        var outside = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address).FirstOrDefault(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

        Assert.Contains("netgraph_collector_cycles_total 7", await agent.ScrapeAsync());
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync(HttpMethod.Get, OrderRoutes.Peers)).Status);
        Assert.SkipWhen(outside is null, "this machine has no address but loopback");
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"http://{outside}:{agent.Host.MetricsPort}/healthz")).StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"http://{outside}:{agent.Host.OrdersPort}{OrderRoutes.Peers}"));
    }

    [Fact]
    public async Task A_list_that_is_refused_leaves_the_old_one()
    {
        await using var agent = await TestAgent.StartAsync();
        await agent.SendAsync(new PeerList("v1", [new("b", "127.0.0.1", 9)]));
        var (status, _) = await agent.SendAsync(new PeerList("v2", [new("b", "127.0.0.1", 9), new("c", "nowhere", 9)]));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal((HttpStatusCode.OK, """{"version":"v1","node":"a"}"""), await agent.SendAsync(HttpMethod.Get, OrderRoutes.Peers));
        Assert.Equal(["b"], agent.Host.ReadLinks().Select(link => link.Destination));
    }

    [Fact]
    public async Task Orders_and_metrics_keep_to_their_ports()
    {
        await using var agent = await TestAgent.StartAsync();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestAgent.Token.Value);
        foreach (var path in (string[])[OrderRoutes.Servers, OrderRoutes.Tests, OrderRoutes.Failures, OrderRoutes.Peers])
        {
            using var response = await http.PostAsync(agent.Metrics(path), new StringContent("{}"));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await agent.SendAsync(HttpMethod.Get, "/metrics")).Status);
        using var alive = await http.GetAsync(agent.Metrics("/healthz"));
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        using var metrics = await http.GetAsync(agent.Metrics("/metrics"));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task A_host_name_in_the_request_opens_no_way_around_the_token()
    {
        await using var agent = await TestAgent.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, agent.Orders(OrderRoutes.Peers));
        request.Headers.Host = $"127.0.0.1:{agent.Host.MetricsPort}";
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Promtool_objects_to_nothing_but_the_inherited_names()
    {
        await using var agent = await TestAgent.StartAsync();
        await agent.RunAsync(Fixture.Order);
        await agent.SendAsync(new FailureReport("c \"\\ é", ProbeFailure.Timeout, "late"));
        await agent.SendAsync(new PeerList("v", [new("b", "127.0.0.1", agent.Host.EchoPort), new("c \"\\ é", "127.0.0.1", 9)]));
        var complaints = await Promtool.CheckMetricsAsync(await agent.ReadMetricsAsync());
        Assert.All(complaints, complaint => Assert.StartsWith("iperf_", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_large_an_order_is_refused()
    {
        await using var agent = await TestAgent.StartAsync();
        // The length is refused before the body is sent.
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Put, agent.Orders(OrderRoutes.Peers)) { Content = new ByteArrayContent(new byte[5 * 1024 * 1024]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestAgent.Token.Value);
        request.Headers.ExpectContinue = true;
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Takes_a_list_of_ten_thousand_peers()
    {
        await using var agent = await TestAgent.StartAsync();
        var (status, _) = await agent.SendAsync(new PeerList("v", [.. Enumerable.Range(0, 10_000).Select(i => new Peer($"node-{i}", "127.0.0.1", 9))]));
        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal(10_000, agent.Host.ReadLinks().Count);
    }
}
