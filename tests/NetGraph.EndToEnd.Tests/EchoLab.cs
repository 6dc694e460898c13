using System.Globalization;
using System.Text.Json.Nodes;

namespace NetGraph.EndToEnd.Tests;

/// <summary>Real agents in a lab whose every link has one fault or none, up for all tests of <see cref="EchoTests"/>.</summary>
public sealed class EchoLab : IAsyncLifetime
{
    /// <summary>First of the four ports that the echoes of <c>plain1</c> are sent from; <c>delayed</c> never sees the second.</summary>
    public const int FirstSourcePort = 20_000;

    public const double OneWayDelaySeconds = 0.005;
    public const double LossRatio = 0.02;
    public const double QueueSeconds = 0.050;

    private const string Topology =
        """
        { "name": "NAME", "mgmt": true, "hosts": ["plain1", "plain2", "queued", "delayed", "lossy"], "routers": ["r"], "defaults": { "rate_mbit": 1000 },
          "links": [ { "a": "plain1", "b": "r" }, { "a": "plain2", "b": "r" }, { "a": "queued", "b": "r", "rate_mbit": 50, "queue_ms": 50 },
                     { "a": "delayed", "b": "r", "delay_ms": 5 }, { "a": "lossy", "b": "r", "loss_ab_pct": 2 } ] }
        """;

    private readonly AgentLab _lab = new();

    public string? Lack { get; } = AgentLab.FindLack("fping", "nft");

    internal AgentLab Lab => _lab;

    public async ValueTask InitializeAsync()
    {
        if (Lack is not null) return;
        await _lab.UpAsync(Topology);
        await AgentLab.DemandAsync(_lab.InsideAsync("delayed", "nft", "add table inet faulty; add chain inet faulty in { type filter hook input priority 0; }; "
            + $"add rule inet faulty in udp dport 9878 udp sport {FirstSourcePort + 1} drop"));
        await _lab.StartAgentsAsync(host => ["--echo-interval", "1s", .. host == "plain1" ? (string[])["--echo-source-port", FirstSourcePort.ToString(CultureInfo.InvariantCulture)] : []]);
        foreach (var host in _lab.Hosts) await _lab.GivePeersAsync(host, "1");
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    /// <summary>Median of a pair's last 64 round-trip times, in seconds, as the agent tells the collector.</summary>
    public async Task<double> ReadMedianAsync(string source, string destination) =>
        TimeSpan.Parse((string)(await _lab.ReadLinkAsync(source, destination))["roundTripMedian"]!, CultureInfo.InvariantCulture).TotalSeconds;

    /// <summary>Echoes of a pair, all of the same moment.</summary>
    public async Task<(long Sent, long Received, double RoundTripSeconds)> ReadEchoesAsync(string source, string destination)
    {
        var link = await _lab.ReadLinkAsync(source, destination);
        return ((long)link["probesSent"]!, (long)link["probesReceived"]!, TimeSpan.Parse((string)link["roundTripSum"]!, CultureInfo.InvariantCulture).TotalSeconds);
    }

    /// <summary>Runs a throughput test as a collector would, with the algorithm in common use that fills a queue, and returns the result.</summary>
    public async Task<JsonNode> TestAsync(string source, string destination, int seconds)
    {
        var test = Guid.NewGuid().ToString("N");
        var server = await _lab.PostAsync(destination, "servers", new JsonObject { ["testId"] = test, ["durationSeconds"] = seconds });
        try
        {
            return await _lab.PostAsync(source, "tests", new JsonObject
            {
                ["testId"] = test,
                ["peerNode"] = destination,
                ["peerAddress"] = _lab.AddressOf(destination),
                ["peerPort"] = (int)server["port"]!,
                ["durationSeconds"] = seconds,
                ["congestionControl"] = "cubic",
            });
        }
        finally
        {
            await _lab.DeleteAsync(destination, $"servers/{test}");
        }
    }
}
