using NetGraph.Graphs.Grouping;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Draws a mesh as a graph: nodes on a circle by group or where they are told to, an arc a direction, bad links on top.</summary>
public static class GraphSvg
{
    private const double NodeRadius = 7;
    private const double LargestGroupRadius = 22;
    private const int MaxLabels = 8;
    private const int MostFailedUnderLabels = 40;

    /// <summary>Draws the mesh. Nothing is started or fetched; the same mesh gives the same bytes.</summary>
    /// <remarks>A link is a group with the attributes <c>data-source</c> and <c>data-destination</c>, a node one with <c>data-node</c>: their names, or those of the groups that are drawn.</remarks>
    /// <param name="mesh">What to draw.</param>
    /// <param name="options">How.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Mesh mesh, PictureOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var canvas = new SvgCanvas(options, $"{options.Metric.Title} between {mesh.Nodes.Length} {(options.Groups is null ? "nodes" : "groups")}");
        var palette = LinkPalette.For(mesh, options);
        var marks = SuspectMarks.Of(mesh, options);
        var legend = new Legend(canvas.Width, palette, SuspectText.Said(options).Count == 0 ? palette.Lines : [.. palette.Lines, ("suspect", "suspect")]);
        var top = Heading.Write(canvas, mesh, options);
        // On a very low canvas the nodes are worth more than the legend.
        var hasLegend = canvas.Height - legend.Height - top > 100;
        var bottom = canvas.Height - (hasLegend ? legend.Height : 10);
        var links = (options.Links ?? [.. Enumerable.Range(0, mesh.Links.Length)]).Select(i => (Link: mesh.Links[i], Ink: palette.Of(mesh.Links[i])))
            // The best first, so that what is wrong lies on top.
            .OrderBy(item => item.Ink.Severity).ToList();

        var important = links.Where(item => item.Ink.IsTelling).Reverse().Take(MaxLabels * 2).SelectMany(item => new[] { item.Link.Source, item.Link.Destination })
            .Concat(options.Highlight?.Vertices ?? []).ToHashSet();
        bool Matters(int vertex) => important.Contains(vertex) || marks.IsMarked(vertex);
        string Name(int vertex) => GroupOf(options, mesh.Nodes[vertex]) is { } group ? $"{group.Name} ({group.Nodes})" : mesh.Nodes[vertex].Name;

        var radii = Radii(mesh, options);
        var circle = options.Places is null ? CircleStage.For(canvas.Width, top, bottom, mesh, options.Group, radii, Name, Matters, keepsShared: options.Groups is not null) : null;
        var stage = circle?.Stage ?? FreeStage.For(canvas.Width, top, bottom, options.Places!.Value, radii);
        if (circle is not null) DrawGroups(canvas, circle, marks);
        DrawLinks(canvas, stage, mesh, links);
        DrawNodes(canvas, stage, mesh, options, palette);
        // All text lies above all lines.
        marks.Draw(canvas, stage);
        if (options.Highlight is { } path) DrawPath(canvas, stage, path);

        var board = new LabelBoard(4, top, canvas.Width - 4, bottom);
        marks.Take(board, stage);
        foreach (var (x, y, radius) in stage.Nodes) board.Take(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1);
        if (circle is not null) DrawSideLabels(canvas, circle, board, marks);
        else foreach (var label in FreeStage.Labels(stage, board, mesh, Name, Matters, keepsShared: options.Groups is not null)) DrawLabel(canvas, label, marks, "halo");
        if (options.Highlight is { } named)
            DrawBeside(canvas, board, stage.Arc(named.Bottleneck.Source, named.Bottleneck.Destination), $"bottleneck {Quantities.Rate(named.Bottleneck.Weight)}", "path-ink", 12);
        DrawValues(canvas, stage, board, links);
        if (hasLegend) legend.Write(canvas);
        canvas.WriteTo(output);
    }

    private static NodeGroup? GroupOf(PictureOptions options, MeshNode node) =>
        options.Groups is { } groups && groups.Mesh.IndexOf(node.Name) is >= 0 and var index ? groups.Groups[index] : null;

    private static double[] Radii(Mesh mesh, PictureOptions options)
    {
        if (options.Groups is not { } groups) return [.. mesh.Nodes.Select(_ => mesh.Nodes.Length > 120 ? 4 : NodeRadius)];
        // The area shows how many nodes there are.
        var most = groups.Groups.Select(group => group.Nodes).DefaultIfEmpty(1).Max();
        return [.. mesh.Nodes.Select(node => GroupOf(options, node) is { } group ? Math.Max(NodeRadius, LargestGroupRadius * Math.Sqrt((double)group.Nodes / most)) : NodeRadius)];
    }

    private static void DrawGroups(SvgCanvas canvas, CircleStage circle, SuspectMarks marks)
    {
        if (circle.Groups.Length < 2) return;
        foreach (var group in circle.Groups)
        {
            var (x0, y0) = circle.At(group.Begin);
            var (x1, y1) = circle.At(group.End);
            var isLong = group.End - group.Begin > Math.PI ? 1 : 0;
            var suspicion = marks.OfGroup(group.Name);
            var title = CircleStage.GroupName(group) + (suspicion is null ? "" : "; " + suspicion);
            canvas.Append($"<g><title>{SafeText.Xml(title)}</title><path class=\"{(suspicion is null ? "arc" : "suspect-arc")}\" stroke-width=\"{NodeRadius * 3.4}\" d=\"M{x0} {y0}A{circle.RadiusX} {circle.RadiusY} 0 {isLong} 1 {x1} {y1}\"/></g>\n");
        }
    }

    private static void DrawLinks(SvgCanvas canvas, Stage stage, Mesh mesh, List<(LinkMeasurement Link, LinkInk Ink)> links)
    {
        foreach (var (link, ink) in links)
        {
            // The names let a page know what was clicked.
            canvas.Append($"<g data-source=\"{SafeText.Xml(mesh.Nodes[link.Source].Name)}\" data-destination=\"{SafeText.Xml(mesh.Nodes[link.Destination].Name)}\"><title>{SafeText.Xml(ink.Title)}</title>");
            DrawLink(canvas, stage.Arc(link.Source, link.Destination), ink, isCrowded: links.Count > 400);
            canvas.Append($"</g>\n");
        }
    }

    private static void DrawLink(SvgCanvas canvas, in Arc arc, in LinkInk ink, bool isCrowded)
    {
        if (ink.Appearance == LinkAppearance.Failed)
        {
            var (x, y) = arc.At(0.5);
            canvas.Append($"<path class=\"down\" stroke-width=\"{(isCrowded ? 1.2 : 2.5)}\" d=\"{arc.Path}\"/><polygon class=\"down-head\" points=\"{arc.Head}\"/>");
            canvas.Cross(x, y);
            return;
        }

        if (ink.Appearance == LinkAppearance.Unknown)
        {
            canvas.Append($"<path class=\"none unknown{(isCrowded ? " crowded" : "")}\" d=\"{arc.Path}\"/>");
            return;
        }

        if (ink.Appearance is LinkAppearance.Came or LinkAppearance.Gone)
        {
            var style = ink.Appearance == LinkAppearance.Came ? "came" : "gone";
            canvas.Append($"<path class=\"{style}\" d=\"{arc.Path}\"/><polygon class=\"{style}-head\" points=\"{arc.Head}\"/>");
            return;
        }

        // Width shows the value; the worst get strength from colour and from full opacity instead.
        var width = (isCrowded ? 0.6 : 1.6) + (2.2 * ink.Thickness);
        var opacity = ink.IsTelling ? "1" : isCrowded ? "0.35" : "0.75";
        var doubt = ink.Appearance == LinkAppearance.Doubtful ? " doubt" : "";
        canvas.Append($"<path class=\"s{ink.Step}{doubt}\" stroke-width=\"{width}\" opacity=\"{opacity}\" d=\"{arc.Path}\"/>");
        canvas.Append($"<polygon class=\"f{ink.Step}\" opacity=\"{(ink.IsTelling ? "1" : "0.8")}\" points=\"{arc.Head}\"/>");
    }

    private static void DrawNodes(SvgCanvas canvas, Stage stage, Mesh mesh, PictureOptions options, LinkPalette palette)
    {
        for (var i = 0; i < mesh.Nodes.Length; i++)
        {
            var (x, y, radius) = stage.Nodes[i];
            var title = LinkText.Describe(mesh.Nodes[i]);
            var style = "node";
            if (GroupOf(options, mesh.Nodes[i]) is { } group)
            {
                title = LinkText.Describe(options.Groups!.Mesh, group);
                // What is measured within colours the group itself; changes are those between groups.
                if (options.Comparison is null && palette.Of(group.Inside) is { Appearance: LinkAppearance.Measured or LinkAppearance.Doubtful } ink) style = $"node f{ink.Step}";
            }

            canvas.Append($"<g data-node=\"{SafeText.Xml(mesh.Nodes[i].Name)}\"><title>{SafeText.Xml(title)}</title><circle class=\"{style}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/></g>\n");
        }
    }

    private static void DrawSideLabels(SvgCanvas canvas, CircleStage circle, LabelBoard board, SuspectMarks marks)
    {
        foreach (var label in circle.Labels)
        {
            DrawLead(canvas, circle, label);
            DrawLabel(canvas, label, marks);
            board.Take(label);
        }
    }

    private static void DrawLabel(SvgCanvas canvas, SideLabel label, SuspectMarks marks, string plain = "strong")
    {
        var suspicion = label.Vertex < 0 ? marks.OfGroup(label.Full) : marks.OfNode(label.Vertex);
        var style = suspicion is not null ? "suspect-ink" : label.Vertex < 0 ? "group" : plain;
        canvas.Text(label.X, label.Y, label.Text, style, label.Anchor, label.Size, full: suspicion is null ? label.Full : $"{label.Full}; {suspicion}");
    }

    // From a node to its name where that had to move, or stands nearer to another node.
    private static void DrawLead(SvgCanvas canvas, CircleStage circle, SideLabel label)
    {
        if (label.Vertex < 0) return;
        var (x, y, radius) = circle.Stage.Nodes[label.Vertex];
        double dx = (x - circle.Stage.CenterX) / circle.RadiusX, dy = (y - circle.Stage.CenterY) / circle.RadiusY;
        double toX = label.X + (label.Anchor == "start" ? -3 : 3), toY = label.Y - (label.Size * 0.36);
        double fromX = x + (dx * (radius + 2)), fromY = y + (dy * (radius + 2));
        var own = Distance(circle.Stage.Nodes[label.Vertex], toX, toY);
        var hasMoved = Math.Abs(toY - (y + (dy * 16))) > label.Size / 2;
        if (!hasMoved && circle.Stage.Nodes.All(node => Distance(node, toX, toY) >= own)) return;
        canvas.Append($"<path class=\"lead\" d=\"M{fromX} {fromY}L{toX} {toY}\"/>\n");
    }

    private static double Distance((double X, double Y, double Radius) node, double x, double y) => Math.Sqrt(((node.X - x) * (node.X - x)) + ((node.Y - y) * (node.Y - y))) - node.Radius;

    private static void DrawPath(SvgCanvas canvas, Stage stage, GraphPath path)
    {
        foreach (var edge in path.Edges)
        {
            var arc = stage.Arc(edge.Source, edge.Destination);
            canvas.Append($"<path class=\"path\" stroke-width=\"{(edge == path.Bottleneck ? 6.0 : 3.5)}\" d=\"{arc.Path}\"/><polygon class=\"head\" points=\"{arc.Head}\"/>\n");
        }
    }

    private static void DrawValues(SvgCanvas canvas, Stage stage, LabelBoard board, List<(LinkMeasurement Link, LinkInk Ink)> links)
    {
        // Among so many crosses a value is not seen to belong to its link.
        if (links.Count(item => item.Ink.Appearance == LinkAppearance.Failed) > MostFailedUnderLabels) return;
        foreach (var (link, ink) in links.Where(item => item.Ink.IsTelling && item.Ink.Appearance != LinkAppearance.Failed).Reverse().Take(MaxLabels))
            DrawBeside(canvas, board, stage.Arc(link.Source, link.Destination), ink.Label, "halo", 11);
    }

    // Nearer to the destination first, so that the labels of many links out of one node do not meet there. A label without room is left to the tooltip.
    private static void DrawBeside(SvgCanvas canvas, LabelBoard board, in Arc arc, string text, string style, double size)
    {
        foreach (var t in (double[])[0.72, 0.62, 0.8, 0.5, 0.4, 0.3])
        {
            var (x, y) = arc.At(t);
            if (!board.TryTake(x, y + 4, "middle", TextWidth.Of(text, size, isBold: true), size)) continue;
            canvas.Text(x, y + 4, text, style, "middle", size);
            return;
        }
    }
}
