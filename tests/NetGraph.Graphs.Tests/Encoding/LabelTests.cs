using System.Collections.Immutable;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Trees;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class LabelTests
{
    private static readonly Dictionary<string, Func<int, string>> Names = new()
    {
        ["long"] = i => ("worker-" + (i * 7919 % 1000).ToString("000", null) + "-pool-general-purpose-" + i.ToString("00", null) + "-ip-10-0-3-17-abcdefgh").PadRight(63, 'w'),
        ["wide"] = i => new string('W', 60) + i.ToString("000", null),
        ["cloud"] = i => $"ip-10-0-{i / 10}-{(i % 10) + 7}.eu-central-1.compute.internal",
    };

    public static TheoryData<string, int, int, int> Pictures
    {
        get
        {
            var data = new TheoryData<string, int, int, int>();
            foreach (var name in Names.Keys)
            {
                foreach (var count in (int[])[8, 30, 60])
                {
                    foreach (var (width, height) in ((int, int)[])[(320, 400), (480, 480), (599, 700), (960, 760), (1600, 900), (700, 1600)]) data.Add(name, count, width, height);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void No_text_lies_on_another_or_leaves_the_canvas(string names, int count, int width, int height)
    {
        var mesh = Mesh(count, Names[names]);
        var options = new PictureOptions { Width = width, Height = height };
        var suspects = ImmutableArray.Create(
            Suspect(new SuspectCause(SuspectKind.NodeEgress, Node: mesh.Nodes[3].Name)),
            Suspect(new SuspectCause(SuspectKind.GroupIngress, Group: mesh.Nodes[0].Zone)),
            Suspect(new SuspectCause(SuspectKind.Link, Source: mesh.Nodes[1].Name, Destination: mesh.Nodes[2].Name)));
        var path = WidestPath.Find(GraphMetric.Bandwidth.Weigh(mesh), 3, 5);
        var random = new Random(count);
        ImmutableArray<NodePlace> places = [.. mesh.Nodes.Select(_ => new NodePlace(random.NextDouble(), random.NextDouble()))];

        // Thousands of links take long to draw and read, and have no text of their own.
        foreach (var view in Enum.GetValues<GraphView>().Where(view => count < 60 || view != GraphView.Graph))
        {
            foreach (var group in (GroupKey[])[GroupKey.Zone, GroupKey.Rack])
            {
                var shown = MeshView.Of(mesh, view, GraphMetric.Bandwidth, group);
                foreach (var drawn in (PictureOptions[])
                [
                    shown.Complete(options),
                    shown.Complete(options) with { Suspects = suspects, Highlight = view == GraphView.Groups ? null : path, Notice = "Source away: data is 95 s old" },
                ])
                {
                    if (view != GraphView.Graph || count < 30) Check(shown.Selection(), drawn, MatrixSvg.Write);
                    Check(shown.Mesh, drawn, GraphSvg.Write);
                    if (view != GraphView.Groups) Check(shown.Mesh, drawn with { Places = places }, GraphSvg.Write);
                }
            }
        }
    }

    [Theory]
    [InlineData("long")]
    [InlineData("cloud")]
    public void Every_node_is_named_and_its_full_name_is_in_a_tooltip(string names)
    {
        foreach (var count in (int[])[8, 30, 60])
        {
            var mesh = Mesh(count, Names[names]);
            var options = new PictureOptions { Width = 960, Height = 960, Links = Skeleton.Choose(mesh, GraphMetric.Bandwidth, 12) };
            foreach (var write in (Action<Mesh, PictureOptions, TextWriter>[])[GraphSvg.Write, MatrixSvg.Write])
            {
                var svg = Draw(mesh, options, write);
                var labels = NodeLabels.Shorten(mesh.Nodes, 12, 100);
                Assert.Equal(count, labels.Distinct().Count());
                Assert.All(mesh.Nodes, node => Assert.Contains($"<title>{node.Name}", svg, StringComparison.Ordinal));
                // Each name once beside the circle, twice beside the matrix.
                var named = DrawnText.AllOf(svg).Count(text => text.Text.StartsWith('…'));
                Assert.Equal(write == GraphSvg.Write ? count : 2 * count, named);
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(60)]
    [InlineData(100)]
    public void Each_name_is_nearer_to_its_own_node_than_to_any_other_or_has_a_line_to_it(int count)
    {
        foreach (var group in (GroupKey[])[GroupKey.None, GroupKey.Rack])
        {
            var elements = System.Xml.Linq.XDocument.Parse(Draw(Mesh(count, i => $"{i}"), new PictureOptions { Links = [], Group = group }, GraphSvg.Write)).Descendants().ToList();
            double Number(System.Xml.Linq.XElement element, string name) => double.Parse((string)element.Attribute(name)!, System.Globalization.CultureInfo.InvariantCulture);
            var nodes = elements.Where(element => element.Name.LocalName == "circle").Select(circle => (X: Number(circle, "cx"), Y: Number(circle, "cy"), Name: ((string)circle.Parent!.Elements().First()).Split(',')[0])).ToList();
            var names = elements.Where(element => element.Name.LocalName == "text" && (string?)element.Attribute("class") == "strong" && nodes.Any(node => node.Name == element.Value)).ToList();

            Assert.Equal(count, names.Count);
            foreach (var name in names)
            {
                // A line ends at the beginning of its name.
                double x = Number(name, "x") + ((string)name.Attribute("text-anchor")! == "start" ? -3 : 3), y = Number(name, "y") - (Number(name, "font-size") * 0.36);
                if (nodes.MinBy(node => Math.Pow(node.X - x, 2) + Math.Pow(node.Y - y, 2)).Name == name.Value) continue;
                Assert.Contains(elements, element => (string?)element.Attribute("class") == "lead" && ((string)element.Attribute("d")!).Split('L')[1].Split(' ') is [var toX, var toY]
                    && Math.Abs(double.Parse(toX, System.Globalization.CultureInfo.InvariantCulture) - x) < 0.2 && Math.Abs(double.Parse(toY, System.Globalization.CultureInfo.InvariantCulture) - y) < 0.2);
            }
        }
    }

    [Fact]
    public void What_no_picture_may_hold_is_written_as_its_number_once()
    {
        var mesh = Mesh(6, i => $"new\na line {i}");
        foreach (var write in (Action<Mesh, PictureOptions, TextWriter>[])[GraphSvg.Write, MatrixSvg.Write])
        {
            var svg = Draw(mesh, new PictureOptions { Width = 1600 }, write);

            Assert.Contains(DrawnText.AllOf(svg), text => text.Text == "new\ufffd0aa line 3");
            Assert.DoesNotContain("\ufffdfffd", svg, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_too_many_nodes_to_name_those_that_matter_are_named()
    {
        var mesh = Mesh(400, i => $"node-{i:000}");
        var svg = Draw(mesh, new PictureOptions { Links = [], Suspects = [Suspect(new SuspectCause(SuspectKind.NodeIngress, Node: "node-123"))] }, GraphSvg.Write);

        Assert.Empty(DrawnText.Overlaps(DrawnText.AllOf(svg)));
        Assert.Contains(DrawnText.AllOf(svg), text => text.Text.EndsWith("123", StringComparison.Ordinal));
    }

    internal static Mesh Mesh(int count, Func<int, string> name)
    {
        var nodes = Enumerable.Range(0, count).Select(i => new MeshNode(name(i))
        {
            Zone = $"a-zone-with-a-very-long-name-that-nobody-should-have-given-it-{i * 4 / count}",
            Rack = $"rack-{i * 7 / count}",
        }).ToArray();
        var links = new List<LinkMeasurement>();
        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < count; b++)
            {
                if (a == b || (a + b) % 17 == 0) continue;
                links.Add((a * 31) + b is var hash && hash % 97 == 0
                    ? new LinkMeasurement(a, b) { State = LinkState.Down }
                    : new LinkMeasurement(a, b)
                    {
                        State = LinkState.Up,
                        ThroughputBitsPerSecond = (a == 3 ? 1e8 : nodes[a].Rack == nodes[b].Rack ? 9.4e9 : 2e9) * (1 + (hash % 13 * 0.01)),
                        LastSuccessUnixSeconds = 1_767_225_600 - hash,
                    });
            }
        }

        return new Mesh(nodes, links, DateTimeOffset.FromUnixTimeSeconds(1_767_225_600));
    }

    internal static Suspect Suspect(SuspectCause cause, double confidence = 0.98) =>
        new() { Cause = cause, ObservedBitsPerSecond = 9.57e6, ExpectedBitsPerSecond = 57.4e6, Pairs = 7, Confidence = confidence };

    internal static string Draw(Mesh mesh, PictureOptions options, Action<Mesh, PictureOptions, TextWriter> write)
    {
        using var text = new StringWriter();
        write(mesh, options, text);
        return text.ToString();
    }

    private static void Check(Mesh mesh, PictureOptions options, Action<Mesh, PictureOptions, TextWriter> write)
    {
        var texts = DrawnText.AllOf(Draw(mesh, options, write));
        var what = $"{write.Method.DeclaringType!.Name} {(options.Groups is null ? "" : "of groups")} {(options.Places is null ? "" : "in given places")} {(options.Notice is null ? "" : "with everything")}: ";
        Assert.True(DrawnText.Overlaps(texts) is { Count: 0 }, what + string.Concat(DrawnText.Overlaps(texts).Take(1)));
        var outside = texts.FirstOrDefault(text => text.Left < 0 || text.Top < 0 || text.Right > options.Width || text.Bottom > options.Height);
        Assert.True(outside is null, what + outside);
    }
}
