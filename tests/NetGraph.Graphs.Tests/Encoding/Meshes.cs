using System.Text;
using System.Text.Json;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

/// <summary>Meshes to be written, and every writer.</summary>
internal static class Meshes
{
    /// <summary>Four nodes in two zones: one link failed, one unknown, one doubtful, the rest measured.</summary>
    public static Mesh Small(int? shuffle = null, Func<string, string>? rename = null)
    {
        rename ??= name => name;
        var order = Enumerable.Range(0, 4).ToArray();
        if (shuffle is { } seed) new Random(seed).Shuffle(order);
        var nodes = order.Select(i => new MeshNode(rename($"node-{i + 1}"))
        {
            Zone = rename(i < 2 ? "east" : "west"),
            Region = i < 2 ? "eu" : null,
            Rack = $"r{i}",
            InstanceType = i == 3 ? "m5.large" : null,
        }).ToArray();
        var links = new List<LinkMeasurement>();
        for (var a = 0; a < 4; a++)
        {
            for (var b = 0; b < 4; b++)
            {
                if (a == b) continue;
                var link = new LinkMeasurement(Array.IndexOf(order, a), Array.IndexOf(order, b));
                links.Add((a, b) switch
                {
                    (0, 1) => link with { State = LinkState.Down, LossRatio = 1 },
                    (1, 0) => link,
                    _ => link with
                    {
                        State = LinkState.Up,
                        ThroughputBitsPerSecond = (a / 2 == b / 2 ? 9.4e8 : 2.125e8) + (a * 1e6) + (b * 1e5),
                        RoundTripTimeSeconds = a / 2 == b / 2 ? 0.00025 : 0.0125,
                        LossRatio = a == 3 ? 0.015 : 0,
                        JitterSeconds = a == 2 ? 0.00002 : double.NaN,
                        OneWayDelaySeconds = (a, b) == (2, 3) ? 0.000125 : double.NaN,
                        RetransmittedSegments = a * b,
                        LastSuccessUnixSeconds = 1_767_225_600 - (30 * a) - b,
                        Quality = (a, b) == (2, 3) ? MeasurementQuality.HostLimited : MeasurementQuality.Ok,
                    },
                });
            }
        }

        var shuffled = links.ToArray();
        if (shuffle is { } again) new Random(again).Shuffle(shuffled);
        return new Mesh(nodes, shuffled, DateTimeOffset.FromUnixTimeSeconds(1_767_225_600));
    }

    public static IReadOnlyDictionary<string, Func<Mesh, byte[]>> Writers { get; } = new Dictionary<string, Func<Mesh, byte[]>>
    {
        ["small.dot"] = mesh => Text(output => DotWriter.Write(mesh, GraphMetric.Bandwidth, GroupKey.Zone, output)),
        ["small.csv"] = mesh => Text(output => CsvWriter.Write(mesh, GroupKey.Zone, output)),
        ["small.graphml"] = GraphML,
        ["small.json"] = mesh => Json(mesh),
        ["small-graph.svg"] = mesh => Text(output => GraphSvg.Write(mesh, new PictureOptions { Notice = "a notice" }, output)),
        ["small-suspects.svg"] = mesh => Text(output => GraphSvg.Write(mesh, WithSuspects(mesh), output)),
        ["small-suspects-matrix.svg"] = mesh => Text(output => MatrixSvg.Write(mesh, WithSuspects(mesh), output)),
        ["small-groups.svg"] = mesh => View(mesh, GraphView.Groups, null, GraphSvg.Write),
        ["small-groups-matrix.svg"] = mesh => View(mesh, GraphView.Groups, null, MatrixSvg.Write),
        ["small-change.svg"] = mesh => View(mesh, GraphView.Graph, Before(mesh), GraphSvg.Write),
        ["small-change-matrix.svg"] = mesh => View(mesh, GraphView.Graph, Before(mesh), MatrixSvg.Write),
        ["small-places.svg"] = mesh => Text(output => GraphSvg.Write(mesh, new PictureOptions { Places = [.. mesh.Nodes.Select((node, i) => new NodePlace(i % 3, i * i % 7))] }, output)),
        ["small-matrix.svg"] = mesh => Text(output => MatrixSvg.Write(mesh, new PictureOptions { Theme = PictureTheme.Light }, output)),
    };

    /// <summary>Five suspects, of each node and group some; the last is too unsure to be said.</summary>
    private static PictureOptions WithSuspects(Mesh mesh)
    {
        if (mesh.Nodes.Length == 0) return new PictureOptions();
        string first = mesh.Nodes[0].Name, last = mesh.Nodes[^1].Name;
        return new PictureOptions
        {
            Suspects =
            [
                LabelTests.Suspect(new SuspectCause(SuspectKind.NodeEgress, Node: first)) with { AmbiguousWith = [new SuspectCause(SuspectKind.GroupEgress, Group: mesh.Nodes[0].Zone)] },
                LabelTests.Suspect(new SuspectCause(SuspectKind.NodeIngress, Node: last)),
                LabelTests.Suspect(new SuspectCause(SuspectKind.GroupIngress, Group: mesh.Nodes[^1].Zone)),
                LabelTests.Suspect(new SuspectCause(SuspectKind.Link, Source: first, Destination: last)),
                LabelTests.Suspect(new SuspectCause(SuspectKind.Node, Node: mesh.Nodes[mesh.Nodes.Length / 2].Name), confidence: 0.49),
            ],
        };
    }

    /// <summary>What was there before: some links faster, some slower, some missing, and a node more.</summary>
    private static Mesh Before(Mesh mesh)
    {
        var links = mesh.Links.Select((link, i) => (i % 5) switch
        {
            0 => link with { ThroughputBitsPerSecond = link.ThroughputBitsPerSecond * 5 },
            1 => link with { ThroughputBitsPerSecond = link.ThroughputBitsPerSecond / 3 },
            2 => link with { ThroughputBitsPerSecond = 1e9, State = LinkState.Up, Quality = MeasurementQuality.Ok },
            _ => link,
        }).Where((_, i) => i % 7 != 6).ToList();
        if (mesh.Nodes.Length > 0) links.Add(new LinkMeasurement(mesh.Nodes.Length, 0) { State = LinkState.Up, ThroughputBitsPerSecond = 1e9 });
        return new Mesh(mesh.Nodes.Add(new MeshNode("vanished")), links, mesh.MeasuredAt);
    }

    private static byte[] View(Mesh mesh, GraphView view, Mesh? before, Action<Mesh, PictureOptions, TextWriter> write)
    {
        var shown = MeshView.Of(mesh, view, GraphMetric.Bandwidth, GroupKey.Zone, before);
        return Text(output => write(shown.Mesh, shown.Complete(new PictureOptions { Theme = PictureTheme.Dark }), output));
    }

    public static byte[] Text(Action<TextWriter> write)
    {
        using var text = new StringWriter();
        write(text);
        return Utf8.GetBytes(text.ToString());
    }

    private static readonly UTF8Encoding Utf8 = new(false);

    private static byte[] GraphML(Mesh mesh)
    {
        using var output = new MemoryStream();
        GraphMLWriter.Write(mesh, output);
        return output.ToArray();
    }

    private static byte[] Json(Mesh mesh)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" })) JsonWriter.Write(mesh, GroupKey.Zone, json);
        return output.ToArray();
    }
}
