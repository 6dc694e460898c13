using NetGraph.Graphs.Layout;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Draws a mesh as a graph: nodes on a circle by group, an arc a direction, bad links on top.</summary>
public static class GraphSvg
{
    private const double TopMargin = 64;
    private const double BottomMargin = 70;
    private const double NodeRadius = 7;
    private const int MaxLabels = 8;

    /// <summary>Draws the mesh. Nothing is started or fetched; the same mesh gives the same bytes.</summary>
    /// <param name="mesh">What to draw.</param>
    /// <param name="options">How.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Mesh mesh, PictureOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var canvas = new SvgCanvas(options.Width, options.Height, options.Theme, $"{options.Metric.Title} between {mesh.Nodes.Length} nodes");
        var scale = MetricScale.Of(mesh, options.Metric);
        Heading.Write(canvas, mesh, options);

        var layout = GroupedCircle.Place([.. mesh.Nodes.Select(node => node.GroupBy(options.Group))], [.. mesh.Nodes.Select(node => node.Name)]);
        var stage = Stage.For(canvas, mesh, layout);
        DrawGroups(canvas, stage, layout);
        DrawLinks(canvas, stage, mesh, options, scale);
        DrawNodes(canvas, stage, mesh);
        if (options.Highlight is { } path) DrawPath(canvas, stage, mesh, options.Metric, path);
        canvas.Legend(24, options.Height - 42, options.Metric, scale, withLines: true);
        if (options.Notice is { } notice) canvas.Badge(notice);
        canvas.WriteTo(output);
    }

    private static void DrawGroups(SvgCanvas canvas, Stage stage, CircleLayout layout)
    {
        if (layout.Groups.Length < 2) return;
        foreach (var group in layout.Groups)
        {
            var (x0, y0) = stage.At(group.Begin, stage.Radius);
            var (x1, y1) = stage.At(group.End, stage.Radius);
            var isLong = group.End - group.Begin > Math.PI ? 1 : 0;
            canvas.Append($"<path class=\"arc\" stroke-width=\"{(NodeRadius * 3.4)}\" d=\"M{x0} {y0}A{stage.Radius} {stage.Radius} 0 {isLong} 1 {x1} {y1}\"/>\n");
            var name = group.Name.Length == 0 ? "no group" : group.Name;
            var middle = (group.Begin + group.End) / 2;
            var (x, y) = stage.At(middle, stage.Radius, outwards: NodeRadius + 20, sideways: stage.LabelWidth + 8);
            canvas.Text(x, y + 4, name, "muted", Anchor(middle), 13);
        }
    }

    private static void DrawLinks(SvgCanvas canvas, Stage stage, Mesh mesh, PictureOptions options, MetricScale scale)
    {
        var indexes = options.Links ?? [.. Enumerable.Range(0, mesh.Links.Length)];
        // The best first, so that what is wrong lies on top.
        var ordered = indexes
            .Select(i => new DrawnLink(mesh.Links[i], options.Metric, scale))
            .OrderBy(item => item.Appearance switch { LinkAppearance.Failed => 2, LinkAppearance.Unknown => 0, _ => 1 })
            .ThenByDescending(item => item.Goodness)
            .ToList();
        foreach (var item in ordered)
        {
            canvas.Append($"<g><title>{SafeText.Xml(LinkText.Describe(mesh, item.Link))}</title>");
            DrawLink(canvas, stage.Arc(item.Link.Source, item.Link.Destination), item, options.Metric, isCrowded: ordered.Count > 400);
            canvas.Append($"</g>\n");
        }

        foreach (var item in ordered.Where(item => item.Goodness < 1.0 / ColorScale.StepCount && item.Appearance != LinkAppearance.Failed).Reverse().Take(MaxLabels))
        {
            var arc = stage.Arc(item.Link.Source, item.Link.Destination);
            canvas.Text(arc.LabelX, arc.LabelY + 4, options.Metric.Format(item.Value), "halo", "middle", 11);
        }
    }

    private static void DrawLink(SvgCanvas canvas, Arc arc, DrawnLink item, GraphMetric metric, bool isCrowded)
    {
        if (item.Appearance == LinkAppearance.Failed)
        {
            canvas.Append($"<path class=\"down\" stroke-width=\"2.5\" d=\"{arc.Path}\"/>");
            canvas.Cross(arc.MiddleX, arc.MiddleY);
            return;
        }

        if (item.Appearance == LinkAppearance.Unknown)
        {
            canvas.Append($"<path class=\"none unknown\" d=\"{arc.Path}\"/>");
            return;
        }

        var step = ColorScale.StepOf(item.Goodness);
        // Width shows the value; the worst get strength from colour and from full opacity instead.
        var width = (isCrowded ? 0.6 : 1.6) + (2.2 * (metric.MoreIsBetter ? item.Goodness : 1 - item.Goodness));
        var opacity = step == 0 ? "1" : isCrowded ? "0.35" : "0.75";
        var doubt = item.Appearance == LinkAppearance.Doubtful ? " doubt" : "";
        canvas.Append($"<path class=\"s{step}{doubt}\" stroke-width=\"{width}\" opacity=\"{opacity}\" d=\"{arc.Path}\"/>");
        canvas.Append($"<polygon class=\"f{step}\" opacity=\"{(step == 0 ? "1" : "0.8")}\" points=\"{arc.Head}\"/>");
    }

    private static void DrawPath(SvgCanvas canvas, Stage stage, Mesh mesh, GraphMetric metric, GraphPath path)
    {
        foreach (var edge in path.Edges)
        {
            var arc = stage.Arc(edge.Source, edge.Destination);
            canvas.Append($"<path class=\"path\" stroke-width=\"{(edge == path.Bottleneck ? 6.0 : 3.5)}\" d=\"{arc.Path}\"/><polygon class=\"head\" points=\"{arc.Head}\"/>\n");
        }

        var narrowest = stage.Arc(path.Bottleneck.Source, path.Bottleneck.Destination);
        canvas.Text(narrowest.MiddleX, narrowest.MiddleY - 8, $"bottleneck {metric.Format(path.Bottleneck.Weight)}", "path-ink", "middle", 13);
        canvas.Text(24, 58, $"Widest path: {string.Join(" → ", path.Vertices.Select(v => mesh.Nodes[v].Name))}", "path-ink");
    }

    private static void DrawNodes(SvgCanvas canvas, Stage stage, Mesh mesh)
    {
        for (var i = 0; i < mesh.Nodes.Length; i++)
        {
            var (x, y) = stage.Node(i);
            var angle = stage.Layout.Angles[i];
            canvas.Append($"<g><title>{SafeText.Xml(LinkText.Describe(mesh.Nodes[i]))}</title><circle class=\"node\" cx=\"{x}\" cy=\"{y}\" r=\"{NodeRadius}\"/>");
            var (labelX, labelY) = stage.At(angle, stage.Radius, outwards: NodeRadius + 10, sideways: 0);
            canvas.Text(labelX, labelY + 4, stage.Labels[i], "strong", Anchor(angle), stage.FontSize);
            canvas.Append($"</g>\n");
        }
    }

    private static string Anchor(double angle) => Math.Sin(angle) switch { > 0.2 => "start", < -0.2 => "end", _ => "middle" };

    /// <summary>Where the circle lies on the canvas.</summary>
    private sealed record Stage(CircleLayout Layout, double CenterX, double CenterY, double Radius, double LabelWidth, IReadOnlyList<string> Labels, double FontSize)
    {
        public static Stage For(SvgCanvas canvas, Mesh mesh, CircleLayout layout)
        {
            var fontSize = mesh.Nodes.Length > 40 ? 9.0 : 12.0;
            var labels = NodeLabels.Shorten(mesh.Nodes, Math.Clamp(canvas.Width / 40, 8, 26));
            var labelWidth = labels.Select(label => SvgCanvas.TextWidth(label, fontSize)).DefaultIfEmpty(0).Max();
            var groupWidth = layout.Groups.Length < 2 ? 0 : layout.Groups.Max(group => SvgCanvas.TextWidth(group.Name.Length == 0 ? "no group" : group.Name, 13)) + 8;
            var height = canvas.Height - TopMargin - BottomMargin;
            var radius = Math.Max(40, Math.Min((height / 2) - 40, (canvas.Width / 2.0) - labelWidth - groupWidth - 40));
            return new Stage(layout, canvas.Width / 2.0, TopMargin + (height / 2), radius, labelWidth, labels, fontSize);
        }

        public (double X, double Y) At(double angle, double radius, double outwards = 0, double sideways = 0) =>
            (CenterX + ((radius + outwards) * Math.Sin(angle)) + (sideways * Math.Sin(angle)), CenterY - ((radius + outwards) * Math.Cos(angle)));

        public (double X, double Y) Node(int vertex) => At(Layout.Angles[vertex], Radius);

        /// <summary>The arc of a directed link. It bends to its left, so that the two directions of a pair lie beside each other.</summary>
        public Arc Arc(int source, int destination)
        {
            var (x0, y0) = Node(source);
            var (x1, y1) = Node(destination);
            double dx = x1 - x0, dy = y1 - y0;
            var length = Math.Max(1, Math.Sqrt((dx * dx) + (dy * dy)));
            double bend = 0.10 * length, nx = dy / length, ny = -dx / length;
            double cx = ((x0 + x1) / 2) + (nx * bend), cy = ((y0 + y1) / 2) + (ny * bend);

            // Both ends stop at the rim of their node; the head points along the curve's end.
            var (sx, sy) = Towards(x0, y0, cx, cy, NodeRadius + 1);
            var (tx, ty) = Towards(x1, y1, cx, cy, NodeRadius + 8);
            var (hx, hy) = Towards(x1, y1, cx, cy, NodeRadius + 1);
            double ux = (hx - tx) / 7, uy = (hy - ty) / 7;
            FormattableString head = $"{hx:0.#},{hy:0.#} {tx - (uy * 3.2):0.#},{ty + (ux * 3.2):0.#} {tx + (uy * 3.2):0.#},{ty - (ux * 3.2):0.#}";
            FormattableString path = $"M{sx:0.#} {sy:0.#}Q{cx:0.#} {cy:0.#} {tx:0.#} {ty:0.#}";
            // Labels sit nearer to the destination, so that those of many links out of one node do not pile up there.
            var (lx, ly) = Bezier(sx, sy, cx, cy, tx, ty, 0.72);
            var (mx, my) = Bezier(sx, sy, cx, cy, tx, ty, 0.5);
            return new Arc(FormattableString.Invariant(path), FormattableString.Invariant(head), mx, my, lx, ly);
        }

        private static (double X, double Y) Towards(double x, double y, double toX, double toY, double distance)
        {
            double dx = toX - x, dy = toY - y, length = Math.Max(1, Math.Sqrt((dx * dx) + (dy * dy)));
            return (x + (dx / length * distance), y + (dy / length * distance));
        }

        private static (double X, double Y) Bezier(double x0, double y0, double cx, double cy, double x1, double y1, double t)
        {
            double a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
            return ((a * x0) + (b * cx) + (c * x1), (a * y0) + (b * cy) + (c * y1));
        }
    }

    private sealed record DrawnLink(LinkMeasurement Link, double Value, double Goodness, LinkAppearance Appearance)
    {
        public DrawnLink(LinkMeasurement link, GraphMetric metric, MetricScale scale)
            : this(link, metric.Value(link), double.IsNaN(metric.Value(link)) ? double.NaN : scale.Goodness(metric.Value(link)), link.Under(metric))
        {
        }
    }

    private readonly record struct Arc(string Path, string Head, double MiddleX, double MiddleY, double LabelX, double LabelY);
}
