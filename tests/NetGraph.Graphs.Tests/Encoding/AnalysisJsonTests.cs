using System.Text.Json;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Clusters;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Reachability;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class AnalysisJsonTests
{
    [Fact]
    public void Writes_an_analysis_with_names_and_units_and_without_what_is_not_known()
    {
        var mesh = Meshes.Small(rename: name => name == "node-1" ? "<\"1\">" : name);
        Cluster Of(int[] nodes, double inside, params Cluster[] children) =>
            new() { Nodes = [.. nodes], InsideBitsPerSecond = inside, EgressBitsPerSecond = nodes.Length == 4 ? double.NaN : 2e8, IngressBitsPerSecond = double.NaN, Children = [.. children] };
        var analysis = new MeshAnalysis
        {
            Mesh = mesh,
            Group = GroupKey.Rack,
            Suspects =
            [
                new Suspect
                {
                    Cause = new SuspectCause(SuspectKind.NodeEgress, Node: "<\"1\">"),
                    ObservedBitsPerSecond = 9.57e6,
                    ExpectedBitsPerSecond = 57.4e6,
                    Pairs = 7,
                    Confidence = 0.5,
                    AmbiguousWith = [new SuspectCause(SuspectKind.Link, Source: "<\"1\">", Destination: "node-2"), new SuspectCause(SuspectKind.GroupEgress, Group: "r0")],
                },
                new Suspect { Cause = new SuspectCause(SuspectKind.OneWay, Source: "a", Destination: "b"), ObservedBitsPerSecond = 0, ExpectedBitsPerSecond = 0, Pairs = 1, Confidence = 1 },
                new Suspect { Cause = new SuspectCause(SuspectKind.Partition, Node: "node-3"), Nodes = ["node-3", "node-4"], ObservedBitsPerSecond = 0, ExpectedBitsPerSecond = 1e9, Pairs = 2, Confidence = 0.75 },
            ],
            WorstLinks = [0],
            Bottlenecks = [new Bottleneck(1, 3)],
            Clusters = Of([0, 1, 2, 3], 1e9, Of([0, 1, 2], 5e8, Of([0, 1], 9e8))),
            Reachability = new MeshReachability([[1, 2], [3]], [(2, 3)]),
            Detours = [new TriangleViolation(new Edge(1, 2, 0.5), 3, 0.25)],
        };

        Assert.Equal(
            """{"measuredAt":"2026-01-01T00:00:00+00:00","nodes":4,"links":12,"group":"rack","suspects":["""
            + """{"kind":"node_egress","node":"\u003C\u00221\u0022\u003E","observedBitsPerSecond":9570000,"expectedBitsPerSecond":57400000,"pairs":7,"confidence":0.5,"ambiguousWith":["""
            + """{"kind":"link","source":"\u003C\u00221\u0022\u003E","destination":"node-2"},{"kind":"group_egress","group":"r0"}]},"""
            + """{"kind":"one_way","source":"a","destination":"b","observedBitsPerSecond":0,"pairs":1,"confidence":1,"ambiguousWith":[]},"""
            + """{"kind":"partition","node":"node-3","nodes":["node-3","node-4"],"observedBitsPerSecond":0,"expectedBitsPerSecond":1000000000,"pairs":2,"confidence":0.75,"ambiguousWith":[]}]"""
            + ""","worstLinks":[{"source":"\u003C\u00221\u0022\u003E","destination":"node-2","state":"down","quality":"ok","lossRatio":1}]"""
            + ""","bottlenecks":[{"source":"\u003C\u00221\u0022\u003E","destination":"node-3","state":"up","quality":"ok","throughputBitsPerSecond":212700000,"rttSeconds":0.0125,"lossRatio":0,"retransmits":0,"ageSeconds":2,"pairs":3}]"""
            + ""","clusters":[{"nodes":["\u003C\u00221\u0022\u003E","node-2","node-3"],"insideBitsPerSecond":500000000,"egressBitsPerSecond":200000000,"children":["""
            + """{"nodes":["\u003C\u00221\u0022\u003E","node-2"],"insideBitsPerSecond":900000000,"egressBitsPerSecond":200000000}]}]"""
            + ""","partitions":[["node-2","node-3"],["node-4"]],"oneWay":[{"source":"node-3","destination":"node-4"}],"""
            + "\"detours\":[{\"source\":\"node-2\",\"destination\":\"node-3\",\"rttSeconds\":0.5,\"relay\":\"node-4\",\"relayedRttSeconds\":0.25}]}",
            Written(json => AnalysisJson.Write(analysis, json)));
    }

    [Fact]
    public void Nothing_known_gives_empty_arrays()
    {
        Assert.Equal("[]", Written(json => AnalysisJson.WriteClusters(Meshes.Small(), null, json)));
        Assert.Equal("[]", Written(json => AnalysisJson.WriteSuspects([], json)));
    }

    [Theory]
    [InlineData("bandwidth", "BitsPerSecond")]
    [InlineData("rtt", "Seconds")]
    [InlineData("loss", "Ratio")]
    [InlineData("retransmits", "Segments")]
    public void A_difference_has_the_units_of_its_metric(string metric, string unit)
    {
        var difference = new MeshDifference(
            ["new"], ["old"], [new LinkChange("a", "b", LinkChangeKind.Worse, 2, 1, 0.25), new LinkChange("a", "new", LinkChangeKind.Appeared, double.NaN, 1, double.NaN)], 5);

        Assert.Equal(
            """{"metric":"METRIC","appearedNodes":["new"],"vanishedNodes":["old"],"unchangedLinks":5,"links":[{"source":"a","destination":"b","change":"worse","beforeUNIT":2,"afterUNIT":1,"noiseRatio":0.25},{"source":"a","destination":"new","change":"appeared","afterUNIT":1}]}"""
                .Replace("METRIC", metric, StringComparison.Ordinal).Replace("UNIT", unit, StringComparison.Ordinal),
            Written(json => AnalysisJson.WriteDifference(difference, GraphMetric.All.Single(item => item.Name == metric), json)));
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output)) write(json);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
