using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>A network of IPv6 alone: three agents, each with another way to send ICMP echoes, and a collector.</summary>
[Collection(nameof(OneAtATime))]
public sealed class Ipv6Tests : IAsyncLifetime
{
    private const int FirstPort = 24_100;
    private static readonly string[] Ways = ["datagram", "raw", "fping"];
    private static readonly (int Source, int Destination)[] Pairs = [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)];
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-ipv6-").FullName;
    private readonly List<GuardedProcess> _processes = [];
    private NetworkNamespace? _network;
    private HttpClient? _http;

    private NetworkNamespace Network => _network!;

    public async ValueTask InitializeAsync()
    {
        if (AgentLab.FindLack("fping") is { } lack) Assert.Skip(lack);
        _network = await NetworkNamespace.CreateAsync();
        for (var i = 1; i <= Ways.Length; i++) await Network.IpAsync("addr", "add", $"fd00::{i}/128", "dev", "lo", "nodad");
        await Network.ExecAsync("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647");
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync }) { Timeout = TimeSpan.FromSeconds(10) };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _http?.Dispose();
        if (_network is not null) await _network.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Everything_is_measured_without_an_IPv4_address()
    {
        var token = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(token, Guid.NewGuid().ToString("N"));
        for (var i = 1; i <= Ways.Length; i++)
        {
            await StartAsync($"n{i}", "agent", "--node", $"n{i}", "--bind", $"fd00::{i}", "--icmp", Ways[i - 1], "--token-file", token, "--pair-detail", "all", "--echo-interval", "1s",
                "--metrics-port", Text(MetricsPort(i)), "--orders-port", Text(MetricsPort(i) + 1));
        }

        for (var i = 1; i <= Ways.Length; i++) await UntilAsync(i, _ => true, "the agent answers");
        var nodes = Path.Combine(_folder, "nodes.json");
        await File.WriteAllTextAsync(nodes, Nodes().ToJsonString());
        await StartAsync("collector", "collector", "--nodes", nodes, "--token-file", token, "--duration", "1s", "--interval", "60s", "--max-duty-cycle", "100%", "--metrics-port", Text(FirstPort));

        foreach (var pair in Pairs)
        {
            var labels = $"source_node=\"n{pair.Source}\",destination_node=\"n{pair.Destination}\"";
            var metrics = await UntilAsync(pair.Source, metrics => Value(metrics, $"iperf_test_success{{{labels},protocol=\"tcp\"}}") is not null, $"n{pair.Destination} is tested");
            Assert.Equal(1, Value(metrics, $"iperf_test_success{{{labels},protocol=\"tcp\"}}"));
            Assert.InRange(Value(metrics, $"iperf_network_bandwidth_mbps{{{labels},protocol=\"tcp\"}}")!.Value, 1, 1e6);
            await UntilAsync(pair.Source, metrics => Value(metrics, $"netgraph_probes_received_total{{{labels}}}") > 0, $"echoes of n{pair.Destination} come");
            // The search for the path MTU needs a socket of the agent's own. No packet is larger than 65535, although loopback takes a byte more.
            if (Ways[pair.Source - 1] != "fping") await UntilAsync(pair.Source, metrics => Value(metrics, $"netgraph_path_mtu_bytes{{{labels}}}") == 65535, $"the path MTU to n{pair.Destination} is found");
        }

        for (var i = 1; i <= Ways.Length; i++)
        {
            var node = $"source_node=\"n{i}\"";
            var metrics = await UntilAsync(
                i,
                metrics => Value(metrics, $"netgraph_target_up{{{node},target=\"orders\",probe=\"tcp\"}}") == 1 && Value(metrics, $"netgraph_target_up{{{node},target=\"site\",probe=\"http\"}}") == 1
                    && Value(metrics, $"netgraph_icmp_round_trip_seconds_count{{{node}}}") >= 10
                    && Value(metrics, $"netgraph_connect_seconds_count{{{node},probe=\"tcp\"}}") > 0 && Value(metrics, $"netgraph_connect_seconds_count{{{node},probe=\"http\"}}") > 0,
                "peers and targets are probed");
            Assert.Equal(0, Value(metrics, $"netgraph_icmp_lost_total{{{node}}}"));
            Assert.Equal(Value(metrics, $"netgraph_icmp_round_trip_seconds_count{{{node}}}"), Value(metrics, $"netgraph_icmp_sent_total{{{node}}}"));
            Assert.True(Value(metrics, $"netgraph_icmp_round_trip_seconds_sum{{{node}}}") > 0);
            Assert.DoesNotContain("netgraph_target_failures_total{", metrics, StringComparison.Ordinal);
            Assert.All(metrics.Split('\n').Where(line => line.StartsWith("netgraph_connect_failures_total{", StringComparison.Ordinal)), line => Assert.EndsWith(" 0", line, StringComparison.Ordinal));
            if (Ways[i - 1] == "fping") Assert.DoesNotContain("netgraph_path_mtu", metrics, StringComparison.Ordinal);
            else Assert.Equal(0, Value(metrics, $"netgraph_path_mtu_black_holes{{{node}}}"));
        }

        foreach (var (log, means) in ((string, string)[])[("n1", "a datagram socket"), ("n2", "a raw socket"), ("n3", "fping")])
            Assert.Contains($"ICMP echoes go by {means}", await File.ReadAllTextAsync(LogOf(log)), StringComparison.Ordinal);
        Assert.All(_processes, process => Assert.False(process.HasExited, process.LastWords));
    }

    private static int MetricsPort(int agent) => FirstPort + (10 * agent);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Nodes() => new()
    {
        ["nodes"] = new JsonArray([.. Enumerable.Range(1, Ways.Length).Select(i =>
            new JsonObject { ["name"] = $"n{i}", ["address"] = $"fd00::{i}", ["metricsPort"] = MetricsPort(i), ["ordersPort"] = MetricsPort(i) + 1 })]),
        ["probes"] = new JsonObject { ["icmpSeconds"] = 1, ["tcpSeconds"] = 1, ["httpSeconds"] = 1, ["pathMtuSeconds"] = 2 },
        ["targets"] = new JsonArray(
            new JsonObject { ["name"] = "orders", ["probe"] = "tcp", ["address"] = "fd00::2", ["port"] = MetricsPort(2) + 1, ["intervalSeconds"] = 1 },
            new JsonObject { ["name"] = "site", ["probe"] = "http", ["url"] = $"http://[fd00::2]:{MetricsPort(2)}/healthz", ["intervalSeconds"] = 1 }),
    };

    private static double? Value(string metrics, string series) =>
        metrics.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) is { } line ? double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture) : null;

    private string LogOf(string name) => Path.Combine(_folder, name + ".log");

    private async Task StartAsync(string name, params string[] arguments) =>
        _processes.Add(await GuardedProcess.StartAsync("ip", ["netns", "exec", Network.Name, Repository.NetGraph, .. arguments], LogOf(name)));

    /// <summary>Waits until the metrics of an agent are as they should be, and returns them.</summary>
    private async Task<string> UntilAsync(int agent, Func<string, bool> condition, string what)
    {
        var metrics = "";
        await Wait.UntilAsync(async () =>
        {
            try
            {
                metrics = await _http!.GetStringAsync(new Uri($"http://[fd00::{agent}]:{MetricsPort(agent)}/metrics"));
                return condition(metrics);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, $"of n{agent}: {what}", TimeSpan.FromSeconds(60));
        return metrics;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = await Network.RunAsync(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
