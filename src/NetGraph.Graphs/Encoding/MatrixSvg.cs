using NetGraph.Graphs.Layout;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Draws a mesh as a matrix: a row a source, a column a destination.</summary>
public static class MatrixSvg
{
    /// <summary>Height of the names of the groups, to the right of the rows and below the columns.</summary>
    private const double GroupBand = 20;

    private const double GroupText = 11;
    private const double CellText = 11;

    /// <summary>With more nodes than this a cell's tooltip says its value alone: else the picture has ten megabytes.</summary>
    private const int MostNodesInFull = 120;

    /// <summary>Draws the matrix; nodes of a group stand together. Nothing is started or fetched; the same mesh gives the same bytes.</summary>
    /// <param name="mesh">What to draw.</param>
    /// <param name="options">How; links and places are not used.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Mesh mesh, PictureOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var canvas = new SvgCanvas(options, $"{options.Metric.Title} from each to each of {mesh.Nodes.Length} {(options.Groups is null ? "nodes" : "groups")}");
        var palette = LinkPalette.For(mesh, options);
        var legend = new Legend(canvas.Width, palette, [], $"{palette.CellCaption}. Row: source, column: destination. Dot: unknown; cross: {(options.Comparison is null ? "failed; dashed frame: doubtful" : "failed; dashed frame: new or vanished")}.");
        var top = Heading.Write(canvas, mesh, options with { Links = null });
        var hasLegend = canvas.Height - legend.Height - top > 120;
        var grid = Grid.For(canvas, mesh, options.Group, top, canvas.Height - (hasLegend ? legend.Height : 10));
        var marks = SuspectMarks.Of(mesh, options);

        DrawLabels(canvas, mesh, grid, marks);
        DrawBlanks(canvas, grid, mesh);
        foreach (var link in mesh.Links)
        {
            var ink = palette.Of(link);
            if (mesh.Nodes.Length > MostNodesInFull) ink = ink with { Title = $"{grid.Labels[link.Source]} → {grid.Labels[link.Destination]}: {ink.Label}" };
            DrawCell(canvas, grid.X(link.Destination), grid.Y(link.Source), grid.Cell, ink, marks.OfLink(link.Source, link.Destination));
        }

        DrawInside(canvas, mesh, options, grid, palette);
        DrawPath(canvas, options, grid);
        DrawSuspects(canvas, mesh, grid, marks);
        DrawGroups(canvas, grid, marks);
        if (hasLegend) legend.Write(canvas);
        canvas.WriteTo(output);
    }

    private static void DrawLabels(SvgCanvas canvas, Mesh mesh, Grid grid, SuspectMarks marks)
    {
        if (grid.TextSize == 0) return;
        for (var i = 0; i < grid.Order.Length; i++)
        {
            var vertex = grid.Order[i];
            var suspicion = marks.OfNode(vertex);
            var style = suspicion is null ? "ink" : "suspect-ink";
            var full = suspicion is null ? mesh.Nodes[vertex].Name : $"{mesh.Nodes[vertex].Name}; {suspicion}";
            canvas.Text(grid.Left - 6, grid.Y(vertex) + (grid.Cell / 2) + (grid.TextSize * 0.36), grid.Labels[vertex], style, "end", grid.TextSize, full);
            double x = grid.X(vertex) + (grid.Cell / 2) + (grid.TextSize * 0.36), y = grid.Top - 6;
            canvas.Append($"<text class=\"{style}\" font-size=\"{grid.TextSize}\" transform=\"translate({x} {y}) rotate(-90)\"><title>{SafeText.Xml(full)}</title>{SafeText.Xml(grid.Labels[vertex])}</text>\n");
        }
    }

    // A dot for every pair; what is known of it is drawn over the dot.
    private static void DrawBlanks(SvgCanvas canvas, Grid grid, Mesh mesh)
    {
        var known = mesh.Links.Select(link => (link.Source, link.Destination)).ToHashSet();
        var size = grid.Cell >= 8 ? 2.0 : 1.0;
        for (var i = 0; i < mesh.Nodes.Length; i++)
        {
            for (var j = 0; j < mesh.Nodes.Length; j++)
            {
                if (i == j || (known.Contains((i, j)) && mesh.Nodes.Length > 100)) continue;
                canvas.Append($"<rect class=\"blank\" x=\"{grid.X(j) + (grid.Cell / 2) - (size / 2)}\" y=\"{grid.Y(i) + (grid.Cell / 2) - (size / 2)}\" width=\"{size}\" height=\"{size}\"/>");
            }

            canvas.Append($"\n");
        }
    }

    private static void DrawCell(SvgCanvas canvas, double x, double y, double cell, in LinkInk ink, string? suspicion)
    {
        var title = SafeText.Xml(suspicion is null ? ink.Title : $"{ink.Title}; {suspicion}");
        if (ink.Appearance == LinkAppearance.Measured && suspicion is null && TextWidth.Of(ink.CellText, CellText) > cell - 4)
        {
            // Of these a large matrix has tens of thousands.
            canvas.Append($"<rect class=\"f{ink.Step} cell\" x=\"{x}\" y=\"{y}\" width=\"{cell}\" height=\"{cell}\"><title>{title}</title></rect>\n");
            return;
        }

        canvas.Append($"<g><title>{title}</title>");
        if (ink.Appearance == LinkAppearance.Failed)
        {
            canvas.Append($"<rect class=\"ground cell\" x=\"{x}\" y=\"{y}\" width=\"{cell}\" height=\"{cell}\"/>");
            if (cell >= 11) canvas.Cross(x + (cell / 2), y + (cell / 2));
            else canvas.Append($"<path class=\"down\" stroke-width=\"1\" d=\"M{x + (cell * 0.15)} {y + (cell * 0.15)}l{cell * 0.7} {cell * 0.7}m0 {-cell * 0.7}l{-cell * 0.7} {cell * 0.7}\"/>");
        }
        else if (ink.Appearance == LinkAppearance.Unknown)
        {
            // Nothing to see but the dot; the whole cell has the tooltip.
            canvas.Append($"<rect fill-opacity=\"0\" x=\"{x}\" y=\"{y}\" width=\"{cell}\" height=\"{cell}\"/>");
        }
        else if (ink.Appearance is LinkAppearance.Came or LinkAppearance.Gone)
        {
            var style = ink.Appearance == LinkAppearance.Came ? "came" : "gone";
            canvas.Append($"<rect class=\"ground\" x=\"{x}\" y=\"{y}\" width=\"{cell}\" height=\"{cell}\"/><rect class=\"{style}\" style=\"fill:none\" x=\"{x + (cell * 0.15)}\" y=\"{y + (cell * 0.15)}\" width=\"{cell * 0.7}\" height=\"{cell * 0.7}\"/>");
            if (TextWidth.Of(ink.CellText, CellText) <= cell * 0.7) canvas.Text(x + (cell / 2), y + (cell / 2) + 4, ink.CellText, "muted", "middle", CellText);
        }
        else
        {
            canvas.Append($"<rect class=\"f{ink.Step} cell\" x=\"{x}\" y=\"{y}\" width=\"{cell}\" height=\"{cell}\"/>");
            if (ink.Appearance == LinkAppearance.Doubtful && cell >= 10)
                canvas.Append($"<rect x=\"{x + 3}\" y=\"{y + 3}\" width=\"{cell - 6}\" height=\"{cell - 6}\" class=\"s{(ink.Step < 3 ? 6 : 0)} doubt\" style=\"fill:none\"/>");
            if (TextWidth.Of(ink.CellText, CellText) <= cell - 4) canvas.Text(x + (cell / 2), y + (cell / 2) + 4, ink.CellText, $"t{ink.Step}", "middle", CellText);
        }

        if (suspicion is not null) canvas.Append($"<rect class=\"suspect\" stroke-width=\"2.5\" x=\"{x + 1}\" y=\"{y + 1}\" width=\"{cell - 2}\" height=\"{cell - 2}\"/>");
        canvas.Append($"</g>\n");
    }

    // On the diagonal of groups stands what is measured within each.
    private static void DrawInside(SvgCanvas canvas, Mesh mesh, PictureOptions options, Grid grid, LinkPalette palette)
    {
        if (options.Groups is not { } groups || options.Comparison is not null) return;
        foreach (var group in groups.Groups)
        {
            if (mesh.IndexOf(group.Name) is not (>= 0 and var i)) continue;
            DrawCell(canvas, grid.X(i), grid.Y(i), grid.Cell, palette.Of(group.Inside) with { Title = LinkText.Describe(groups.Mesh, group) }, null);
        }
    }

    // A frame around the row of a node that sends badly, and around the column of one that receives badly.
    private static void DrawSuspects(SvgCanvas canvas, Mesh mesh, Grid grid, SuspectMarks marks)
    {
        var side = grid.Order.Length * grid.Cell;
        for (var i = 0; i < mesh.Nodes.Length; i++)
        {
            if (marks.OfNode(i) is not { } suspicion) continue;
            canvas.Append($"<g><title>{SafeText.Xml(suspicion)}</title>");
            if (marks.Sends(i)) canvas.Append($"<rect class=\"suspect\" stroke-width=\"2.5\" x=\"{grid.Left}\" y=\"{grid.Y(i)}\" width=\"{side}\" height=\"{grid.Cell}\"/>");
            if (marks.Receives(i)) canvas.Append($"<rect class=\"suspect\" stroke-width=\"2.5\" x=\"{grid.X(i)}\" y=\"{grid.Top}\" width=\"{grid.Cell}\" height=\"{side}\"/>");
            canvas.Append($"</g>\n");
        }
    }

    private static void DrawPath(SvgCanvas canvas, PictureOptions options, Grid grid)
    {
        if (options.Highlight is not { } path) return;
        foreach (var edge in path.Edges)
            canvas.Append($"<rect class=\"path\" fill=\"none\" stroke-width=\"{(edge == path.Bottleneck ? 3.5 : 2.0)}\" x=\"{grid.X(edge.Destination)}\" y=\"{grid.Y(edge.Source)}\" width=\"{grid.Cell}\" height=\"{grid.Cell}\"/>\n");
    }

    private static void DrawGroups(SvgCanvas canvas, Grid grid, SuspectMarks marks)
    {
        if (grid.Groups.Count < 2) return;
        double side = grid.Order.Length * grid.Cell, right = grid.Left + side + 4, below = grid.Top + side + 4;
        foreach (var (name, begin, count) in grid.Groups)
        {
            double at = begin * grid.Cell, length = count * grid.Cell;
            if (begin > 0) canvas.Append($"<path class=\"none\" stroke-width=\"1.5\" d=\"M{grid.Left} {grid.Top + at}h{side}M{grid.Left + at} {grid.Top}v{side}\"/>\n");
            var suspicion = marks.OfGroup(name);
            var text = TextWidth.Cut(name.Length == 0 ? Grouping.GroupMesh.NoGroup : name, GroupText, length - 4, isBold: true);
            var title = SafeText.Xml((name.Length == 0 ? Grouping.GroupMesh.NoGroup : name) + (suspicion is null ? "" : "; " + suspicion));
            var (line, ink) = suspicion is null ? ("none", "group") : ("suspect", "suspect-ink");
            canvas.Append($"<g><title>{title}</title><path class=\"{line}\" stroke-width=\"2\" d=\"M{right} {grid.Top + at + 2}v{length - 4}M{grid.Left + at + 2} {below}h{length - 4}\"/>");
            if (text.Length > 1 || text == name)
            {
                canvas.Append($"<text class=\"{ink}\" text-anchor=\"middle\" font-size=\"{GroupText}\" transform=\"translate({right + 5} {grid.Top + at + (length / 2)}) rotate(90)\">{SafeText.Xml(text)}</text>");
                canvas.Append($"<text class=\"{ink}\" text-anchor=\"middle\" font-size=\"{GroupText}\" x=\"{grid.Left + at + (length / 2)}\" y=\"{below + 13}\">{SafeText.Xml(text)}</text>");
            }

            canvas.Append($"</g>\n");
        }
    }

    /// <summary>Where the cells lie.</summary>
    private sealed record Grid(double Left, double Top, double Cell, int[] Order, int[] Place, IReadOnlyList<string> Labels, double TextSize, List<(string Name, int Begin, int Count)> Groups)
    {
        private const double LargestText = 11;
        private const double SmallestText = 8;

        public static Grid For(SvgCanvas canvas, Mesh mesh, GroupKey group, double top, double bottom)
        {
            var count = Math.Max(1, mesh.Nodes.Length);
            var order = Enumerable.Range(0, mesh.Nodes.Length)
                .OrderBy(i => mesh.Nodes[i].GroupBy(group), NaturalOrder.Instance).ThenBy(i => mesh.Nodes[i].Name, NaturalOrder.Instance).ToArray();
            var place = new int[order.Length];
            for (var i = 0; i < order.Length; i++) place[order[i]] = i;
            var groups = new List<(string Name, int Begin, int Count)>();
            for (var i = 0; i < order.Length; i++)
            {
                var name = mesh.Nodes[order[i]].GroupBy(group);
                if (groups.Count > 0 && groups[^1].Name == name) groups[^1] = groups[^1] with { Count = groups[^1].Count + 1 };
                else groups.Add((name, i, 1));
            }

            var band = groups.Count < 2 ? 0 : GroupBand;
            var room = Math.Clamp(Math.Min(canvas.Width * 0.2, (bottom - top) * 0.24), 24, 170);
            var labels = NodeLabels.Shorten(mesh.Nodes, LargestText, room);
            var labelWidth = labels.Select(label => TextWidth.Of(label, LargestText, isBold: true)).DefaultIfEmpty(0).Max() + 8;
            double Side(double forLabels) => Math.Clamp(Math.Min((canvas.Width - 20 - forLabels - band - 10) / count, (bottom - top - forLabels - band - 10) / count), 1, 64);
            var cell = Side(labelWidth);
            var size = Math.Min(LargestText, cell / TextWidth.LineHeight);
            if (size < SmallestText)
            {
                // Names would lie on one another: they are in the tooltips, and their room goes to the cells.
                (size, labelWidth) = (0, 8);
                cell = Side(labelWidth);
            }

            return new Grid(20 + labelWidth, top + labelWidth, cell, order, place, labels, size, groups);
        }

        public double X(int vertex) => Left + (Place[vertex] * Cell);

        public double Y(int vertex) => Top + (Place[vertex] * Cell);
    }
}
