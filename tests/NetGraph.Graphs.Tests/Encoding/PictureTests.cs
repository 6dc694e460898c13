using System.Xml.Linq;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class PictureTests
{
    private static readonly Action<Mesh, PictureOptions, TextWriter>[] Writers = [GraphSvg.Write, MatrixSvg.Write];

    [Fact]
    public void Both_directions_of_a_pair_have_an_arc_of_their_own_with_a_head_failed_ones_too()
    {
        var drawn = Draw(Mesh(("a", "b", 1e9), ("b", "a", double.NaN)), new PictureOptions());
        var links = drawn.Descendants().Where(element => element.Name.LocalName == "g" && Title(element).Contains('→', StringComparison.Ordinal)).ToList();

        Assert.Equal(2, links.Count);
        Assert.Equal(2, links.Select(link => (string)link.Elements().First(element => element.Name.LocalName == "path").Attribute("d")!).Distinct().Count());
        Assert.All(links, link => Assert.Single(link.Elements(), element => element.Name.LocalName == "polygon"));
    }

    [Fact]
    public void Unknown_pairs_are_counted_and_those_without_any_record_too()
    {
        var mesh = Mesh(("a", "b", 1e9), ("b", "a", double.NaN), ("c", "a", 0));
        foreach (var write in Writers) Assert.Contains(Texts(Draw(mesh, new PictureOptions(), write)), text => text.StartsWith("3 nodes, 2 of 6 directed links measured, 1 failed, 3 unknown", StringComparison.Ordinal));
        // A dot for each pair, on which what is known is drawn.
        Assert.Equal(6, Draw(mesh, new PictureOptions(), MatrixSvg.Write).Descendants().Count(element => (string?)element.Attribute("class") == "blank"));
    }

    [Fact]
    public void What_was_not_measured_has_no_scale()
    {
        var mesh = new Mesh([new("a"), new("b")], [], default);
        foreach (var write in Writers)
        {
            var texts = Texts(Draw(mesh, new PictureOptions(), write));
            Assert.Contains("Throughput: nothing was measured", texts);
            Assert.DoesNotContain(texts, text => text.EndsWith("bit/s", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Suspects_are_marked_and_said_in_words_from_an_even_confidence_on()
    {
        var mesh = Mesh(("a", "b", 1e6), ("b", "a", 1e9), ("a", "c", 1e6));
        PictureOptions With(double confidence) => new() { Suspects = [LabelTests.Suspect(new SuspectCause(SuspectKind.NodeEgress, Node: "a"), confidence)] };
        foreach (var write in Writers)
        {
            var said = Draw(mesh, With(0.5), write);
            Assert.Contains("1 suspect: a egress 9.57 Mbit/s, expected 57.4 Mbit/s", Texts(said));
            Assert.Contains(said.Descendants(), element => Title(element) == "suspect: what a sends: 9.57 Mbit/s, expected 57.4 Mbit/s, 7 pairs, confidence 50.0 %");
            Assert.Contains(said.Descendants(), element => (string?)element.Attribute("class") == "suspect");
            Assert.DoesNotContain("suspect:", Draw(mesh, With(0.49), write).ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void That_nothing_is_suspected_is_said_where_it_was_looked_for()
    {
        var mesh = Mesh(("a", "b", 1e9), ("b", "a", 1e9));
        foreach (var write in Writers)
        {
            Assert.Contains("No suspects", Texts(Draw(mesh, new PictureOptions { Suspects = [] }, write)));
            Assert.DoesNotContain("No suspects", Texts(Draw(mesh, new PictureOptions(), write)));
            Assert.DoesNotContain("No suspects", Texts(Draw(mesh, new PictureOptions { Suspects = [], Metric = GraphMetric.RoundTripTime }, write)));
            Assert.DoesNotContain("No suspects", Texts(Draw(Mesh(("a", "b", double.NaN)), new PictureOptions { Suspects = [] }, write)));
        }
    }

    [Fact]
    public void Of_the_failed_links_the_heading_tells_how_many_are_drawn()
    {
        var mesh = Mesh(("a", "b", double.NaN), ("b", "a", double.NaN), ("a", "c", 1e9));

        Assert.Contains(Texts(Draw(mesh, new PictureOptions { Links = [0, 1] })), text => text.Contains("2 failed (1 of them drawn)", StringComparison.Ordinal));
        Assert.Contains(Texts(Draw(mesh, new PictureOptions { Links = [0, 2] })), text => text.Contains("2 failed, 3 unknown", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SuspectKind.NodeEgress, 1)]
    [InlineData(SuspectKind.NodeIngress, 1)]
    [InlineData(SuspectKind.Node, 2)]
    public void The_mark_tells_what_a_node_sends_from_what_it_receives(SuspectKind kind, int wedges)
    {
        var drawn = Draw(Mesh(("a", "b", 1e9)), new PictureOptions { Suspects = [LabelTests.Suspect(new SuspectCause(kind, Node: "a"))] });
        var marks = drawn.Descendants().Where(element => (string?)element.Attribute("class") == "suspect-mark").Select(mark => (string)mark.Attribute("points")!).ToList();

        Assert.Equal(wedges, marks.Distinct().Count());
        // The first point is the tip: of what is sent it is further from the node, which lies at the top, than the foot is.
        var heights = marks[0].Split(' ').Select(point => double.Parse(point.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(kind != SuspectKind.NodeIngress, heights[0] > heights[1]);
    }

    [Fact]
    public void A_suspected_group_is_marked_at_its_arc_and_among_groups_at_its_node()
    {
        var mesh = new Mesh([new("a") { Zone = "z1" }, new("b") { Zone = "z2" }], [new(0, 1) { ThroughputBitsPerSecond = 1e9, State = LinkState.Up }], default);
        var options = new PictureOptions { Suspects = [LabelTests.Suspect(new SuspectCause(SuspectKind.GroupEgress, Group: "z1"))] };
        var groups = MeshView.Of(mesh, GraphView.Groups, GraphMetric.Bandwidth, GroupKey.Zone);

        Assert.Single(Draw(mesh, options).Descendants(), element => (string?)element.Attribute("class") == "suspect-arc");
        Assert.Single(Draw(groups.Mesh, groups.Complete(options)).Descendants(), element => (string?)element.Attribute("class") == "suspect-mark");
    }

    [Fact]
    public void A_one_way_pair_is_marked_where_it_fails_and_a_partition_at_all_its_nodes()
    {
        var mesh = Mesh(("a", "b", 1e9), ("b", "a", double.NaN), ("c", "d", 1e9));
        var drawn = Draw(mesh, new PictureOptions
        {
            Suspects =
            [
                LabelTests.Suspect(new SuspectCause(SuspectKind.OneWay, Source: "a", Destination: "b")),
                LabelTests.Suspect(new SuspectCause(SuspectKind.Partition, Node: "c")) with { Nodes = ["c", "d"], Confidence = 0.9 },
            ],
        });
        var failed = drawn.Descendants().Single(element => Title(element).StartsWith("b → a", StringComparison.Ordinal));
        var marked = drawn.Descendants().Single(element => element.Name.LocalName == "g" && Title(element).StartsWith("suspect: b does not reach a", StringComparison.Ordinal));

        Assert.Equal(Line(failed), Line(marked));
        Assert.Equal(2, drawn.Descendants().Count(element => element.Name.LocalName == "circle" && (string?)element.Attribute("class") == "suspect"));
        Assert.Contains("2 suspects: b does not reach a; c and 1 more cut off", Texts(drawn));

        static string Line(XElement link) => (string)link.Elements().First(element => element.Name.LocalName == "path").Attribute("d")!;
    }

    [Fact]
    public void Changes_say_what_was_before_and_what_is_now()
    {
        string[] names = [.. Enumerable.Range(0, 6).Select(i => $"n{i}")];
        var before = Mesh([.. names.SelectMany(a => names.Where(b => a != b).Select(b => (a, b, 1e9)))]);
        var after = Mesh([.. names.SelectMany(a => names.Where(b => a != b && (a, b) != ("n4", "n5")).Select(b => (a, b, (a, b) switch { ("n0", "n1") => 1e8, ("n1", "n2") => 3e9, _ => 1e9 })))]);
        var view = MeshView.Of(after, GraphView.Graph, GraphMetric.Bandwidth, GroupKey.None, before);
        foreach (var write in Writers)
        {
            var titles = Draw(view.Mesh, view.Complete(new PictureOptions()), write).Descendants().Select(Title).ToList();
            Assert.Contains("n0 → n1: 1.00 Gbit/s before, 100 Mbit/s now: 10.0 times worse", titles);
            Assert.Contains("n1 → n2: 1.00 Gbit/s before, 3.00 Gbit/s now: 3.0 times better", titles);
            Assert.Contains("n4 → n5: 1.00 Gbit/s before, unknown now: vanished", titles);
            Assert.Contains("n2 → n3: 1.00 Gbit/s, not changed", titles);
        }

        Assert.Contains("−90", Texts(Draw(view.Mesh, view.Complete(new PictureOptions()), MatrixSvg.Write)));
        Assert.Contains("10.0 times worse", Texts(Draw(view.Mesh, view.Complete(new PictureOptions()))));
    }

    [Fact]
    public void What_came_or_went_is_quieter_than_what_became_worse_but_a_failure_is_not()
    {
        var before = Mesh(("a", "b", 1e9), ("b", "a", 1e9), ("a", "c", 1e9), ("d", "a", 1e9));
        var after = Mesh(("a", "b", 1e8), ("b", "a", double.NaN), ("a", "c", 1e9), ("e", "a", 1e9));
        var view = MeshView.Of(after, GraphView.Graph, GraphMetric.Bandwidth, GroupKey.None, before);
        var drawn = Draw(view.Mesh, view.Complete(new PictureOptions()));
        string Style(string link) => (string)drawn.Descendants().Single(element => element.Name.LocalName == "g" && Title(element).StartsWith(link, StringComparison.Ordinal)).Elements().First(element => element.Name.LocalName == "path").Attribute("class")!;

        Assert.Equal(["came", "gone", "down", "s0"], (string[])[Style("e → a"), Style("d → a"), Style("b → a"), Style("a → b")]);
        Assert.DoesNotContain(drawn.Descendants(), element => ((string?)element.Attribute("class"))?.Contains("doubt", StringComparison.Ordinal) == true);
        Assert.All((string[])["new", "vanished", "failed"], meaning => Assert.Single(Texts(drawn), meaning));
    }

    [Fact]
    public void No_line_is_drawn_over_a_name()
    {
        var mesh = Mesh(("a", "b", 1e8), ("b", "a", 1e9), ("c", "a", 1e9));
        var drawn = Draw(mesh, new PictureOptions
        {
            Places = [new(0, 0), new(0.5, 0), new(1, 0)],
            Suspects = [LabelTests.Suspect(new SuspectCause(SuspectKind.NodeEgress, Node: "a")), LabelTests.Suspect(new SuspectCause(SuspectKind.Link, Source: "a", Destination: "b"))],
        });
        var elements = drawn.Descendants().ToList();
        var name = elements.FindIndex(element => element.Name.LocalName == "text" && element.Nodes().OfType<XText>().Any(text => text.Value == "a"));
        var last = elements.FindLastIndex(element => element.Name.LocalName is "path" or "polygon" && (string?)element.Parent!.Element(element.Name.Namespace + "title") is { } title && title.Contains('→', StringComparison.Ordinal));

        Assert.InRange(last, 1, name);
        Assert.Contains(".suspect-ink{fill:#6a1fc2;font-weight:600;stroke:#ffffff;", drawn.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_are_as_large_as_they_have_nodes_and_say_what_is_inside()
    {
        var mesh = LabelTests.Mesh(30, i => $"n{i:00}");
        var view = MeshView.Of(new Mesh(mesh.Nodes.RemoveRange(0, 6), [], mesh.MeasuredAt), GraphView.Groups, GraphMetric.Bandwidth, GroupKey.Zone);
        var drawn = Draw(view.Mesh, view.Complete(new PictureOptions()));
        var radii = drawn.Descendants().Where(element => element.Name.LocalName == "circle").Select(circle => (double)circle.Attribute("r")!).ToList();

        Assert.Equal(4, radii.Count);
        Assert.True(radii[0] < radii[1], "a group with fewer nodes is smaller");
        Assert.Contains(Texts(drawn), text => text.EndsWith("(7)", StringComparison.Ordinal) || text.EndsWith("(8)", StringComparison.Ordinal));
        Assert.Contains(drawn.Descendants(), element => Title(element).Contains("7 nodes, 0 of 42 pairs inside measured", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3 * 3600, "Newest result is 3 h old")]
    [InlineData(72 * 3600, "Newest result is 3 days old")]
    [InlineData(600, null)]
    public void Old_results_are_warned_of(double age, string? badge)
    {
        var mesh = Mesh(("a", "b", 1e9));
        mesh = new Mesh(mesh.Nodes, [mesh.Links[0] with { LastSuccessUnixSeconds = 1e9 - age }], DateTimeOffset.FromUnixTimeSeconds(1_000_000_000));
        var texts = Texts(Draw(mesh, new PictureOptions()));

        if (badge is null) Assert.DoesNotContain(texts, text => text.StartsWith("Newest", StringComparison.Ordinal));
        else Assert.Contains(badge, texts);
    }

    [Fact]
    public void Nothing_from_outside_is_referred_to()
    {
        foreach (var file in Meshes.Writers.Keys.Where(file => file.EndsWith(".svg", StringComparison.Ordinal)))
        {
            var svg = System.Text.Encoding.UTF8.GetString(Meshes.Writers[file](Meshes.Small()));
            Assert.DoesNotContain("href", svg, StringComparison.Ordinal);
            Assert.DoesNotContain("url(", svg, StringComparison.Ordinal);
            Assert.DoesNotContain("@import", svg, StringComparison.Ordinal);
            Assert.DoesNotContain("<!", svg, StringComparison.Ordinal);
        }
    }

    private static Mesh Mesh(params (string Source, string Destination, double Throughput)[] links)
    {
        var names = links.SelectMany(link => new[] { link.Source, link.Destination }).Distinct().ToList();
        return new Mesh(
            [.. names.Select(name => new MeshNode(name))],
            [.. links.Select(link => new LinkMeasurement(names.IndexOf(link.Source), names.IndexOf(link.Destination))
            {
                ThroughputBitsPerSecond = link.Throughput,
                State = double.IsNaN(link.Throughput) ? LinkState.Down : LinkState.Up,
            })],
            DateTimeOffset.UnixEpoch);
    }

    private static XDocument Draw(Mesh mesh, PictureOptions options, Action<Mesh, PictureOptions, TextWriter>? write = null) =>
        XDocument.Parse(LabelTests.Draw(mesh, options, write ?? GraphSvg.Write));

    private static List<string> Texts(XDocument drawn) =>
        [.. drawn.Descendants().Where(element => element.Name.LocalName == "text").Select(element => string.Concat(element.Nodes().OfType<XText>().Select(node => node.Value)))];

    private static string Title(XElement element) => (string?)element.Elements().FirstOrDefault(child => child.Name.LocalName == "title") ?? "";
}
