using System.Text.Json;
using NetGraph.Lab.States;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Topologies;

public sealed class TruthTests
{
    [Theory]
    [InlineData("racks8", "h1", "h2", 200e6, "h1->tor1", "h1 tor1 h2")]
    [InlineData("racks8", "h1", "h5", 60e6, "tor1->spine1", "h1 tor1 spine1 tor2 h5")]
    [InlineData("racks8", "h8", "h4", 60e6, "tor2->spine1", "h8 tor2 spine1 tor1 h4")]
    [InlineData("racks8", "h7", "h8", 10e6, "h7->tor2", "h7 tor2 h8")]
    [InlineData("racks8", "h7", "h1", 10e6, "h7->tor2", "h7 tor2 spine1 tor1 h1")]
    [InlineData("racks8", "h8", "h7", 200e6, "h8->tor2", "h8 tor2 h7")]
    [InlineData("line4", "h1", "h2", 100e6, "r1->r2", "h1 r1 r2 h2")]
    [InlineData("line4", "h1", "h4", 20e6, "r3->r4", "h1 r1 r2 r3 r4 h4")]
    [InlineData("line4", "h3", "h1", 50e6, "r3->r2", "h3 r3 r2 r1 h1")]
    [InlineData("star16", "h16", "h1", 50e6, "h16->r1", "h16 r1 h1")]
    public void Tells_capacity_bottleneck_and_path_of_a_pair(
        string sample, string source, string destination, double capacity, string bottleneck, string path)
    {
        var truth = Truth.Of(Samples.Read(sample)).Single(pair => pair.Source == source && pair.Destination == destination);

        Assert.Equal(capacity, truth.CapacityBitsPerSecond);
        Assert.Equal(capacity * 1448 / 1514, truth.TcpGoodputBitsPerSecond, 1e-3);
        Assert.Equal(bottleneck, truth.Bottleneck);
        Assert.Equal(path.Split(' '), truth.Path);
    }

    [Theory]
    [InlineData("racks8", 56)]
    [InlineData("line4", 12)]
    [InlineData("star16", 240)]
    public void Covers_every_ordered_pair_once(string sample, int pairs)
    {
        var truth = Truth.Of(Samples.Read(sample));

        Assert.Equal(pairs, truth.Select(pair => (pair.Source, pair.Destination)).Distinct().Count());
        Assert.Equal(pairs, truth.Count);
    }

    [Fact]
    public void Adds_delays_and_combines_losses()
    {
        var topology = Topology.Parse(
            """
            {
              "name": "t", "hosts": ["a", "b"], "routers": ["r", "s"], "defaults": { "rate_mbit": 1 },
              "links": [
                { "a": "a", "b": "r", "delay_ms": 5, "loss_pct": 10 },
                { "a": "r", "b": "s", "delay_ms": 0.5, "loss_ab_pct": 50 },
                { "a": "s", "b": "b" }
              ]
            }
            """,
            "test");

        var truth = Truth.Of(topology);

        Assert.All(truth, pair => Assert.Equal(0.0055, pair.DelaySeconds, 1e-12));
        Assert.Equal(0.55, truth[0].LossRatio, 1e-12);
        Assert.Equal(0.10, truth[1].LossRatio, 1e-12);
    }

    [Fact]
    public void Reads_back_what_was_written()
    {
        var truth = Truth.Of(Samples.Read("line4"));
        var json = JsonSerializer.Serialize(truth, LabJson.Readable.IReadOnlyListTruth);
        var read = JsonSerializer.Deserialize(json, LabJson.Readable.IReadOnlyListTruth)!;

        Assert.Contains("\"bottleneck\": \"r1->r2\"", json, StringComparison.Ordinal);
        Assert.Equal(truth.Select(pair => (pair.Source, pair.Bottleneck)), read.Select(pair => (pair.Source, pair.Bottleneck)));
        Assert.Equal(truth[1].Path, read[1].Path);
    }
}
