using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>The main job on real traffic, against what the topology says is true.</summary>
[Collection(nameof(OneAtATime))]
public sealed class RacksTests(RacksDemo demo) : IClassFixture<RacksDemo>
{
    private const int Pairs = 56;
    private const int MostCycles = 6;
    private const double WrongBar = 0.05;

    [Fact]
    public async Task Nearly_all_links_are_within_ten_per_cent_of_the_truth()
    {
        Demand();
        var truth = demo.ReadTruth();
        Assert.Equal(Pairs, truth.Count);
        var measured = truth.Keys.ToDictionary(pair => pair, _ => 0.0);
        List<(string Source, string Destination)> wrong = [];
        var cycles = 0;
        while (cycles < MostCycles)
        {
            // What else the machine does, and what others do on the same hardware, can only make a link slower: of several cycles the best one counts.
            foreach (var (pair, value) in await demo.ReadThroughputAsync()) measured[pair] = Math.Max(measured[pair], value);
            cycles++;
            wrong = [.. truth.Keys.Where(pair => Math.Abs((measured[pair] / truth[pair]) - 1) > 0.1)];
            if (wrong.Count <= Pairs * WrongBar) break;
            if (cycles < MostCycles) await AwaitCycleAsync(cycles + 1);
        }

        var errors = truth.Keys.Select(pair => Math.Abs((measured[pair] / truth[pair]) - 1)).Order().ToList();
        Repository.Report("accuracy", string.Create(CultureInfo.InvariantCulture,
            $"racks8 accuracy after {cycles} cycle(s): {Pairs - wrong.Count} of {Pairs} links within 10 % of the truth; error median {errors[Pairs / 2]:P2}, 95th percentile {errors[(int)(Pairs * 0.95)]:P1}, largest {errors[^1]:P1} (bar {1 - WrongBar:P0} of the links); {demo.Idle}"));
        Assert.True(wrong.Count <= Pairs * WrongBar, string.Join(", ", wrong.Select(pair => $"{pair}: {measured[pair]} for {truth[pair]}")));
    }

    [Fact]
    public async Task A_cycle_takes_little_more_than_its_slots_and_meets_no_busy_server()
    {
        Demand();
        var last = (await demo.ReadCycleAsync())["last"]!;
        double seconds = (double)last["durationSeconds"]!, slots = (int)last["slots"]!;
        var bar = slots * 2 * 1.25;
        Repository.Report("cycle", string.Create(CultureInfo.InvariantCulture, $"racks8 cycle: {seconds:0.0} s for {slots} slots of 2 s, bar {bar:0.0} s; {demo.Idle}"));

        Assert.Equal(32, slots);
        Assert.Equal((Pairs, 0, 0), ((int)last["testsSucceeded"]!, (int)last["testsFailed"]!, (int)last["busyRetries"]!));
        Assert.True(seconds <= 3 * bar, $"The cycle took {seconds} s, more than three times the bar of {bar} s.");
    }

    [Fact]
    public void Says_which_links_are_worst()
    {
        Demand();
        var worst = demo.Output.Split('\n').SkipWhile(line => line != "Worst links:").Skip(1).Take(3).ToList();
        Assert.Equal(3, worst.Count);
        Assert.All(worst, line => Assert.StartsWith("  h7 -> ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_one_suspect_is_what_h7_sends()
    {
        Demand();
        Assert.Contains(demo.Output.Split('\n'), line => line.StartsWith("1 suspect: h7 sends 9.", StringComparison.Ordinal));

        var suspects = JsonNode.Parse(await demo.GetTextAsync("api/v1/suspects"))!["suspects"]!.AsArray().Where(suspect => (double)suspect!["confidence"]! >= 0.5).ToList();
        var suspect = Assert.Single(suspects)!;
        Assert.Equal(("node_egress", "h7", 7), ((string)suspect["kind"]!, (string)suspect["node"]!, (int)suspect["pairs"]!));
        Assert.InRange((double)suspect["observedBitsPerSecond"]!, 9e6, 10.5e6);
        Assert.InRange((double)suspect["expectedBitsPerSecond"]!, 50e6, 200e6);
    }

    [Fact]
    public async Task The_racks_are_recovered_without_their_labels()
    {
        Demand();
        var clusters = JsonNode.Parse(await demo.GetTextAsync("api/v1/clusters"))!["clusters"]!.AsArray();

        Assert.Equal(["h1 h2 h3 h4", "h5 h6 h7 h8"], clusters.Select(cluster => string.Join(' ', cluster!["nodes"]!.AsArray().Select(node => (string)node!))));
        Assert.All(clusters, cluster => Assert.InRange((double)cluster!["egressBitsPerSecond"]!, 50e6, 62e6));
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("collector")]
    [InlineData("api")]
    public async Task Promtool_objects_to_inherited_names_only(string component)
    {
        Demand();
        var address = component switch
        {
            "agent" => await AgentAsync("/metrics"),
            "collector" => new Uri($"http://127.0.0.1:{demo.Instance.CollectorPort}/metrics"),
            _ => new Uri(demo.Api, "metrics"),
        };
        var metrics = await demo.GetAsync(address);
        Assert.Contains("process_resident_memory_bytes", metrics, StringComparison.Ordinal);

        var check = await Command.RunAsync("promtool", ["check", "metrics"], input: metrics);

        string[] inherited = ["iperf_network_bandwidth_mbps", "iperf_network_jitter_ms", "iperf_network_packets_total", "iperf_network_lost_packets_total", "iperf_test_success"];
        var objections = (check.Output + check.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(objections, line => Assert.Contains(line.Split(' ')[0], inherited));
    }

    [Fact]
    public async Task NetworkX_loads_the_GraphML()
    {
        Demand();
        if (!Command.Exists("python3") || (await Command.RunAsync("/usr/bin/python3", ["-c", "import networkx"])).ExitCode != 0) Assert.Skip("not installed: python3-networkx");
        const string Script =
            """
            import io, sys, networkx
            g = networkx.read_graphml(io.BytesIO(sys.stdin.buffer.read()))
            assert g.is_directed() and not g.is_multigraph()
            assert all(isinstance(d["throughput_bps"], float) and isinstance(d["rtt_seconds"], float) for _, _, d in g.edges(data=True))
            worst = min(g.edges(data=True), key=lambda e: e[2]["throughput_bps"])
            print(g.number_of_nodes(), g.number_of_edges(), worst[0], g.nodes["h1"]["rack"])
            """;

        var run = await Command.RunAsync("/usr/bin/python3", ["-c", Script], input: await demo.GetTextAsync("graph.graphml"));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal($"8 {Pairs} h7 rack-a\n", run.Output);
    }

    [Fact]
    public async Task Graphviz_accepts_the_DOT()
    {
        Demand();
        var run = await Command.RunAsync("dot", ["-Tsvg"], input: await demo.GetTextAsync("graph.dot"));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(Pairs, run.Output.Split("class=\"edge\"").Length - 1);
    }

    [Theory]
    [InlineData("graph.svg", "light", 0xffffff, 0x9e121c)]
    [InlineData("graph.svg", "dark", 0x14181f, 0xffd46b)]
    [InlineData("matrix.svg", "light", 0xffffff, 0x9e121c)]
    [InlineData("matrix.svg", "dark", 0x14181f, 0xffd46b)]
    public async Task Chromium_renders_the_pictures_with_the_worst_links_in_their_colour(string path, string theme, int ground, int worst)
    {
        Demand();
        if (!Command.Exists("chromium")) Assert.Skip("not installed: chromium");
        var svg = await demo.GetTextAsync($"{path}?theme={theme}");
        using (var reader = XmlReader.Create(new StringReader(svg)))
        {
            while (reader.Read()) Assert.NotEqual("script", reader.LocalName);
        }

        var picture = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts/pictures")).FullName, $"{Path.GetFileNameWithoutExtension(path)}-{theme}.png");
        var pixels = await Browser.RenderAsync(new Uri(demo.Api, $"{path}?theme={theme}"), picture, 960, 760);

        Assert.Equal(ground, pixels[5, 5]);
        var worstCount = pixels.Cast<int>().Count(color => color == worst);
        Assert.InRange(worstCount, 500, 200_000);
    }

    [Fact]
    public async Task An_order_without_the_token_is_refused()
    {
        Demand();
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=netgraph-agent" };
        using var client = new HttpClient(handler);
        using var order = new StringContent("""{"testId":"x","durationSeconds":1}""");
        var address = new UriBuilder(await AgentAsync("/v1/servers")) { Scheme = "https", Port = 9877 }.Uri;

        using var answer = await client.PostAsync(address, order);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("give collector and agents the same token file", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_widest_path_from_the_sick_host_is_as_narrow_as_its_egress()
    {
        Demand();
        var path = await demo.GetJsonAsync("api/v1/paths/widest?source=h7&destination=h1");

        Assert.Equal("h7", (string)path["bottleneck"]!["source"]!);
        Assert.InRange((double)path["throughputBitsPerSecond"]!, 8.6e6, 10.5e6);
    }

    [Fact]
    public async Task Every_pair_has_a_round_trip_time_and_no_loss()
    {
        Demand();
        JsonArray links = [];
        await Wait.UntilAsync(async () =>
        {
            links = (await demo.GetJsonAsync("graph.json"))["links"]!.AsArray();
            return links.Count == Pairs && links.All(link => link!["rttSeconds"] is not null);
        }, "every link has a round-trip time", TimeSpan.FromSeconds(60));

        // Idle veth links: well under a millisecond but for echoes that met a test which shares an uplink, whose queues are 50 ms long.
        Assert.All(links, link => Assert.InRange((double)link!["rttSeconds"]!, 1e-6, 0.2));
        Assert.All(links, link => Assert.InRange((double)link!["lossRatio"]!, 0, 0.05));
    }

    private void Demand()
    {
        if (demo.Lack is { } lack) Assert.Skip(lack);
    }

    private async Task AwaitCycleAsync(int cycle)
    {
        await Wait.UntilAsync(async () => (int?)(await demo.ReadCycleAsync())["last"]?["cycle"] >= cycle, $"cycle {cycle} ends", TimeSpan.FromMinutes(6));
        // The last results of a cycle are in Prometheus after the next scrape.
        var ended = DateTimeOffset.UtcNow;
        await Wait.UntilAsync(async () =>
            DateTimeOffset.Parse((string)(await demo.GetJsonAsync("graph.json"))["measuredAt"]!, CultureInfo.InvariantCulture) > ended + TimeSpan.FromSeconds(6), "the graph is newer than the cycle", TimeSpan.FromSeconds(60));
    }

    private async Task<Uri> AgentAsync(string path)
    {
        using var nodes = JsonDocument.Parse(await File.ReadAllTextAsync(demo.Instance.NodesFile));
        return new Uri($"http://{nodes.RootElement.GetProperty("nodes")[0].GetProperty("managementAddress").GetString()}:9876{path}");
    }
}
