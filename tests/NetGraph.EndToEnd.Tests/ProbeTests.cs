using System.Globalization;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>What the probes beside throughput and echoes find of links whose truth is known: real agents, real irtt.</summary>
[Collection(nameof(OneAtATime))]
public sealed class ProbeTests
{
    private const double DelaySeconds = 0.005;
    private const double Tolerance = 0.0005;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // From near: far lies behind 5 ms, narrow behind a link of 1400 bytes, hole behind a router that swallows what is larger than 1300 without a word.
    private const string Topology =
        """
        { "name": "NAME", "mgmt": true, "hosts": ["near", "far", "narrow", "hole"], "routers": ["r1", "r2", "r3", "r4"], "defaults": { "rate_mbit": 1000 },
          "links": [ { "a": "near", "b": "r1" }, { "a": "r1", "b": "r2", "delay_ms": 5 }, { "a": "far", "b": "r2" },
                     { "a": "r1", "b": "r3" }, { "a": "narrow", "b": "r3" }, { "a": "r1", "b": "r4" }, { "a": "hole", "b": "r4" } ] }
        """;

    [Fact]
    public async Task Delay_path_mtu_and_targets_are_found_as_they_are()
    {
        if (AgentLab.FindLack("irtt", "fping") is { } lack) Assert.Skip(lack);
        await using var lab = new AgentLab();
        await lab.UpAsync(Topology);
        await AgentLab.DemandAsync(lab.InsideAsync("r1", "ip", "link", "set", "to-r3", "mtu", "1400"));
        await AgentLab.DemandAsync(lab.InsideAsync("r3", "ip", "link", "set", "to-r1", "mtu", "1400"));
        await AgentLab.DemandAsync(lab.InsideAsync("r4", "ip", "link", "set", "to-r1", "mtu", "1300"));
        // All namespaces share one clock.
        await lab.StartAgentsAsync(_ => ["--pair-detail", "all", "--clock-error-bound", "100us"]);
        var probes = new JsonObject { ["icmpSeconds"] = 1, ["tcpSeconds"] = 1, ["httpSeconds"] = 1, ["oneWayDelaySeconds"] = 3, ["pathMtuSeconds"] = 5 };
        foreach (var host in lab.Hosts) await lab.GivePeersAsync(host, "1", new JsonObject { ["probes"] = probes.DeepClone(), ["targets"] = host == "near" ? Targets(lab) : null });

        double? there = null, back = null;
        await Wait.UntilAsync(async () =>
        {
            there = await lab.ReadAsync("near", "netgraph_one_way_delay_seconds", "destination_node=\"far\"");
            back = await lab.ReadAsync("far", "netgraph_one_way_delay_seconds", "destination_node=\"near\"");
            return IsNear(there) && IsNear(back);
        }, "the one-way delay is found", Patience);

        double? narrow = null, far = null, hole = null, holes = null;
        await Wait.UntilAsync(async () =>
        {
            narrow = await lab.ReadAsync("near", "netgraph_path_mtu_bytes", "destination_node=\"narrow\"");
            far = await lab.ReadAsync("near", "netgraph_path_mtu_bytes", "destination_node=\"far\"");
            hole = await lab.ReadAsync("near", "netgraph_path_mtu_bytes", "destination_node=\"hole\"");
            holes = await lab.ReadAsync("near", "netgraph_path_mtu_black_holes");
            return (narrow, far, holes) == (1400, 1500, 1) && hole is >= 1300 and <= 1310;
        }, "the path MTUs are found", Patience);

        string[] up = ["icmp-up", "tcp-up", "http-up"], down = ["icmp-down", "tcp-down", "http-down"];
        var metrics = "";
        await Wait.UntilAsync(async () =>
        {
            metrics = await lab.ScrapeAsync("near");
            return up.All(name => Has(metrics, "netgraph_target_up", name, " 1")) && down.All(name => Has(metrics, "netgraph_target_up", name, " 0"));
        }, "what answers is up and what does not is down", Patience);
        Assert.Contains("target=\"tcp-down\",probe=\"tcp\",reason=\"connection_refused\"", metrics, StringComparison.Ordinal);
        Assert.True((await lab.ReadAsync("near", "netgraph_icmp_round_trip_seconds_count")) > 0);
        Assert.True((await lab.ReadAsync("near", "netgraph_connect_seconds_count", "probe=\"tcp\"")) > 0 && (await lab.ReadAsync("near", "netgraph_connect_seconds_count", "probe=\"http\"")) > 0);

        // A target that is taken away takes its series along.
        await lab.GivePeersAsync("near", "2", new JsonObject { ["probes"] = probes.DeepClone() });
        Assert.DoesNotContain("target=\"", await lab.ScrapeAsync("near"), StringComparison.Ordinal);
        Repository.Report("probes", string.Create(CultureInfo.InvariantCulture,
            $"probes: wire of 5 ms: one-way delay {there * 1e3:0.00} and {back * 1e3:0.00} ms; path MTU {narrow}, {far}, and {hole} of a black hole of 1300"));
    }

    private static bool IsNear(double? delay) => delay is >= DelaySeconds - Tolerance and <= DelaySeconds + Tolerance;

    private static bool Has(string metrics, string metric, string target, string end) =>
        metrics.Split('\n').Any(line => line.StartsWith(metric + "{", StringComparison.Ordinal) && line.Contains($"target=\"{target}\"", StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal));

    private static JsonArray Targets(AgentLab lab)
    {
        var far = lab.AddressOf("far");
        const string Nobody = "10.77.99.99";
        return
        [
            new JsonObject { ["name"] = "icmp-up", ["probe"] = "icmp", ["address"] = far, ["intervalSeconds"] = 1 },
            new JsonObject { ["name"] = "icmp-down", ["probe"] = "icmp", ["address"] = Nobody, ["intervalSeconds"] = 1 },
            new JsonObject { ["name"] = "tcp-up", ["probe"] = "tcp", ["address"] = far, ["port"] = 9877, ["intervalSeconds"] = 1 },
            new JsonObject { ["name"] = "tcp-down", ["probe"] = "tcp", ["address"] = far, ["port"] = 9, ["intervalSeconds"] = 1 },
            new JsonObject { ["name"] = "http-up", ["probe"] = "http", ["url"] = $"http://{far}:9876/healthz", ["intervalSeconds"] = 1 },
            new JsonObject { ["name"] = "http-down", ["probe"] = "http", ["url"] = $"http://{far}:9876/nosuch", ["intervalSeconds"] = 1 },
        ];
    }
}
