using System.Diagnostics;
using System.Globalization;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>In place of cloud-bandwidth's poller and iperf3-monitor's exporter: real iperf3 servers on loopback, a real Graphite.</summary>
[Collection(nameof(OneAtATime))]
public sealed class PollTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-poll-").FullName;
    private readonly List<Process> _processes = [];

    [Fact]
    public async Task Polls_two_servers_both_ways_into_metrics_and_a_real_Graphite_and_ends_on_a_signal()
    {
        if (!Command.Exists("iperf3")) Assert.Skip("not installed: iperf3");
        using var carbon = await Carbon.StartAsync();
        int serverPort = Repository.FreePort(), listenPort = Repository.FreePort();
        foreach (var address in (string[])["127.0.0.21", "127.0.0.22"]) await StartServerAsync(address, serverPort);
        var file = Path.Combine(_folder, "configuration.yaml");
        await File.WriteAllTextAsync(file, $"""
            test-length: 1
            server-port: {serverPort}
            grafana-address: 127.0.0.1
            grafana-port: {carbon.Port}
            iperf-servers:
              - 127.0.0.21: azure
            """);
        // Of nobody who answers there is a failure, and no zero.
        var variables = new Dictionary<string, string> { ["SOURCE_NODE_NAME"] = "me", ["IPERF_TEST_INTERVAL"] = "8", ["LISTEN_PORT"] = listenPort.ToString(CultureInfo.InvariantCulture), ["LOG_LEVEL"] = "ERROR" };
        var poll = Command.Start(Repository.NetGraph, ["poll", "-configuration", file, "-perf-servers", "127.0.0.22,127.0.0.23:gone", "-test-length", "100"], variables);
        _processes.Add(poll);
        Assert.Equal(
            $"me polls azure, 127_0_0_22, gone every 8 s; metrics: port {listenPort}, /metrics; Graphite: 127.0.0.1 port {carbon.Port}",
            await poll.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{listenPort}/") };
        string metrics = "";
        await Wait.UntilAsync(async () => (metrics = await http.GetStringAsync("metrics")).Contains("netgraph_collector_cycles_total 2\n", StringComparison.Ordinal), "two cycles are done", TimeSpan.FromSeconds(60));
        foreach (var (source, destination) in ((string, string)[])[("me", "azure"), ("azure", "me"), ("me", "127_0_0_22"), ("127_0_0_22", "me")])
        {
            Assert.Contains($"iperf_test_success{{source_node=\"{source}\",destination_node=\"{destination}\",protocol=\"tcp\"}} 1\n", metrics, StringComparison.Ordinal);
            Assert.InRange(Value(metrics, $"iperf_network_bandwidth_mbps{{source_node=\"{source}\",destination_node=\"{destination}\",protocol=\"tcp\"}} "), 10, 1e6);
        }

        Assert.Contains("iperf_test_success{source_node=\"me\",destination_node=\"gone\",protocol=\"tcp\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("iperf_network_bandwidth_mbps{source_node=\"me\",destination_node=\"gone\"", metrics, StringComparison.Ordinal);
        Assert.Equal(0, Value(metrics, "netgraph_collector_tests_failed_total{reason=\"busy\"} "));
        Assert.Equal(0, Value(metrics, "netgraph_collector_graphite_lines_dropped_total "));
        if (Command.Exists("promtool")) Assert.All(await Promtool.CheckMetricsAsync(metrics), complaint => Assert.StartsWith("iperf_", complaint, StringComparison.Ordinal));

        await Command.RunAsync("kill", ["-TERM", poll.Id.ToString(CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await poll.WaitForExitAsync(limit.Token);
        Assert.Equal(0, poll.ExitCode);
        foreach (var path in (string[])["bandwidth.download.azure", "bandwidth.upload.azure", "bandwidth.download.127_0_0_22", "bandwidth.upload.127_0_0_22"])
            await Wait.UntilAsync(async () => (await carbon.FetchAsync(path)).Count >= 2, $"Graphite has two values of {path}", TimeSpan.FromSeconds(30));
        Assert.Empty(await carbon.FetchAsync("bandwidth.download.gone"));
    }

    [Fact]
    public async Task Polls_a_netserver_both_ways_where_iperf3_is_missing()
    {
        // netperf is not in Debian: a program that prints what it prints, and notes what it was asked.
        string netperf = Path.Combine(_folder, "netperf"), calls = Path.Combine(_folder, "calls");
        await File.WriteAllTextAsync(netperf, $$"""
            #!/bin/sh
            echo "$*" >>'{{calls}}'
            case " $* " in *" TCP_MAERTS "*) rate=250 ;; *) rate=500 ;; esac
            printf 'THROUGHPUT=%s.00\nTHROUGHPUT_UNITS=10^6bits/s\nLOCAL_CPU_PEAK_UTIL=1.5\n' "$rate"
            """);
        File.SetUnixFileMode(netperf, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var listenPort = Repository.FreePort();
        string[] arguments = ["poll", "-netperf", "--netperf-program", netperf, "--iperf3", "/nowhere/iperf3", "-perf-servers", "netserver.example:azure", "-test-length", "1", "-test-interval", "1", "--node", "me", "--log-level", "error", "--listen-port", listenPort.ToString(CultureInfo.InvariantCulture)];
        var poll = Command.Start(Repository.NetGraph, arguments);
        _processes.Add(poll);
        Assert.Equal($"me polls azure every 1 s; metrics: port {listenPort}, /metrics", await poll.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{listenPort}/") };
        string metrics = "";
        await Wait.UntilAsync(async () => (metrics = await http.GetStringAsync("metrics")).Split("\niperf_network_bandwidth_mbps{").Length == 3, "both ways are measured", TimeSpan.FromSeconds(60));
        Assert.Equal(250, Value(metrics, "iperf_network_bandwidth_mbps{source_node=\"azure\",destination_node=\"me\",protocol=\"tcp\"} "));
        Assert.Equal(500, Value(metrics, "iperf_network_bandwidth_mbps{source_node=\"me\",destination_node=\"azure\",protocol=\"tcp\"} "));
        Assert.Equal(["-H netserver.example -p 12865 -t TCP_MAERTS -l 1", "-H netserver.example -p 12865 -t TCP_STREAM -l 1"], (await File.ReadAllLinesAsync(calls)).Select(call => call[..call.IndexOf(" -P", StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartServerAsync(string address, int port)
    {
        var server = Command.Start("iperf3", ["-s", "-B", address, "-p", port.ToString(CultureInfo.InvariantCulture), "--forceflush"]);
        _processes.Add(server);
        while (await server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
        {
            if (line.StartsWith("Server listening", StringComparison.Ordinal)) break;
        }

        // Its reports must be read, or a full pipe would stop it.
        _ = server.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    private static double Value(string metrics, string series) =>
        double.Parse(metrics.Split('\n').Single(line => line.StartsWith(series, StringComparison.Ordinal))[series.Length..], CultureInfo.InvariantCulture);
}
