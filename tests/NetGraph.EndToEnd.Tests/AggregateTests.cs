using System.Globalization;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>Many sources, one destination, all at once, on real traffic: together they get what the destination's link carries.</summary>
[Collection(nameof(OneAtATime))]
public sealed class AggregateTests
{
    private const int Sources = 3;
    private const double SourceMegabits = 50, DestinationMegabits = 100;

    // Payload of a full TCP segment with time stamps, and the Ethernet frame that carries it.
    private const double Goodput = DestinationMegabits * 1e6 * 1448 / 1514;

    [Fact]
    public async Task The_sum_of_all_sources_is_what_the_destinations_link_carries()
    {
        if (Demo.Lacks() is { } lack) Assert.Skip(lack);
        using var demo = new Demo(Star(), testSeconds: 2, cycleSeconds: 20) { Variables = { ["AGGREGATE"] = "target" } };
        var up = await demo.UpAsync();
        Assert.True(up.ExitCode == 0, up.Output + up.Error);
        using var http = new HttpClient();
        double bytes = 0, sources = 0;
        // On a machine that is busy with other things a run may fall short: the next cycle is another.
        await Wait.UntilAsync(async () =>
        {
            var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{demo.CollectorPort}/metrics"));
            (bytes, sources) = (Value(metrics, "netgraph_aggregate_throughput_bytes_per_second"), Value(metrics, "netgraph_aggregate_sources"));
            return sources == Sources && Math.Abs((bytes * 8 / Goodput) - 1) <= 0.05;
        }, $"{Sources} sources together reach {Goodput / 1e6:0.0} Mbit/s", TimeSpan.FromSeconds(90));

        Repository.Report("aggregate", string.Create(CultureInfo.InvariantCulture,
            $"aggregate: {Sources} sources of {SourceMegabits} Mbit/s at once into {DestinationMegabits} Mbit/s: {bytes * 8 / 1e6:0.0} of {Goodput / 1e6:0.0} Mbit/s ({(bytes * 8 / Goodput) - 1:+0.0%;-0.0%})"));
        // What each link carries by itself stays what the mesh measured, not its share of the crowd.
        using var graph = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{demo.ApiPort}/graph.json")));
        var links = graph.RootElement.GetProperty("links").EnumerateArray().Where(link => link.GetProperty("destination").GetString() == "target").ToList();
        Assert.Equal(Sources, links.Count);
        Assert.All(links, link => Assert.InRange(link.GetProperty("throughputBitsPerSecond").GetDouble(), 0.8 * SourceMegabits * 1e6, SourceMegabits * 1e6));
    }

    private static double Value(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name + "{destination_node=\"target\"} ", StringComparison.Ordinal))
        .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).SingleOrDefault();

    private static JsonObject Star()
    {
        var hosts = Enumerable.Range(1, Sources).Select(i => $"h{i}").ToList();
        JsonObject Link(string host, double megabits) => new() { ["a"] = host, ["b"] = "r1", ["rate_mbit"] = megabits };
        return new JsonObject
        {
            ["mgmt"] = true,
            ["hosts"] = new JsonArray([.. hosts.Append("target").Select(host => JsonValue.Create(host))]),
            ["routers"] = new JsonArray("r1"),
            ["links"] = new JsonArray([.. hosts.Select(host => Link(host, SourceMegabits)), Link("target", DestinationMegabits)]),
        };
    }
}
