using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests;

[Collection(ProcessTests.Name)]
public sealed class AgentHostTests
{
    private const string Good = "iperf_network_bandwidth_mbps{source_node=\"a\",destination_node=\"b\",protocol=\"tcp\"} ";
    private const string Success = "iperf_test_success{source_node=\"a\",destination_node=\"b\",protocol=\"tcp\"} ";
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
            (HttpMethod.Post, OrderRoutes.Failures), (HttpMethod.Put, OrderRoutes.Peers), (HttpMethod.Get, OrderRoutes.Peers),
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
    [InlineData("POST", "/v1/servers", """{"testId":"t","durationSeconds":0}""", "durationSeconds must be 1 to 3600.")]
    [InlineData("POST", "/v1/servers", """{"testId":"t/1","durationSeconds":1}""", "testId must be")]
    [InlineData("POST", "/v1/servers", """{"testId":"t","durationSeconds":1,"isolation":7}""", "isolation must be")]
    [InlineData("POST", "/v1/tests", """{"testId":"t"}""", "peerNode")]
    [InlineData("POST", "/v1/tests", """{"testId":"t","peerNode":"b","peerAddress":"-b","peerPort":1,"durationSeconds":1}""", "peerAddress must be an IP address or a host name.")]
    [InlineData("POST", "/v1/tests", """{"testId":"t","peerNode":"b","peerAddress":"127.0.0.1","peerPort":1,"durationSeconds":1,"parallelStreams":129}""", "parallelStreams must be 1 to 128.")]
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
    }

    [Fact]
    public async Task A_reverse_test_is_of_the_link_from_the_peer()
    {
        await using var agent = await TestAgent.StartAsync(client: FakeIperf3.Prints(Fixture.PathOf("iperf3-tcp-reverse.json")));
        await agent.RunAsync(Fixture.Order with { Reverse = true });
        Assert.Contains(await agent.ScrapeAsync(), line => line.StartsWith("iperf_network_bandwidth_mbps{source_node=\"b\",destination_node=\"a\"", StringComparison.Ordinal));
        Assert.EndsWith("-R", agent.Iperf3.Calls[^1], StringComparison.Ordinal);
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

        (status, _) = await agent.SendAsync(HttpMethod.Delete, OrderRoutes.Servers + "/t1");
        Assert.Equal(HttpStatusCode.NoContent, status);
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

    [Fact]
    public async Task Links_to_and_from_targets_are_kept_as_long_as_the_list_has_them_and_no_echoes_are_sent()
    {
        await using var agent = await TestAgent.StartAsync();
        await agent.RunAsync(Fixture.Order with { PeerNode = "t" });
        await agent.SendAsync(new FailureReport("t", ProbeFailure.Busy, "busy", Reverse: true));
        Assert.Equal(HttpStatusCode.NoContent, (await agent.SendAsync(new PeerList("v1", [], ["t"]))).Status);

        var metrics = await agent.ScrapeAsync();
        Assert.Contains("iperf_test_success{source_node=\"a\",destination_node=\"t\",protocol=\"tcp\"} 1", metrics);
        Assert.Contains("iperf_test_success{source_node=\"t\",destination_node=\"a\",protocol=\"tcp\"} 0", metrics);
        Assert.DoesNotContain(metrics, line => line.StartsWith("netgraph_probes_sent_total", StringComparison.Ordinal));

        await agent.SendAsync(new PeerList("v2", []));
        Assert.DoesNotContain(await agent.ScrapeAsync(), line => line.Contains("\"t\"", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, (await agent.SendAsync(new PeerList("v3", [], ["t", "t"]))).Status);
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
