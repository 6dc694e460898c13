using System.Globalization;
using NetGraph.Graphs.Layout;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Draws a mesh as a matrix: a row a source, a column a destination.</summary>
public static class MatrixSvg
{
    private const double TopMargin = 62;
    private const double BottomMargin = 62;

    /// <summary>Draws the matrix; nodes of a group stand together. Nothing is started or fetched; the same mesh gives the same bytes.</summary>
    /// <param name="mesh">What to draw.</param>
    /// <param name="options">How; links and highlight are not used.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Mesh mesh, PictureOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var canvas = new SvgCanvas(options.Width, options.Height, options.Theme, $"{options.Metric.Title} from each node to each node");
        var scale = MetricScale.Of(mesh, options.Metric);
        Heading.Write(canvas, mesh, options);

        var labels = NodeLabels.Shorten(mesh.Nodes, Math.Clamp(canvas.Width / 48, 8, 24));
        var labelWidth = labels.Select(label => SvgCanvas.TextWidth(label, 11)).DefaultIfEmpty(0).Max() + 10;
        var order = Enumerable.Range(0, mesh.Nodes.Length)
            .OrderBy(i => mesh.Nodes[i].GroupBy(options.Group), NaturalOrder.Instance).ThenBy(i => mesh.Nodes[i].Name, NaturalOrder.Instance).ToArray();
        // Column labels stand at 60 degrees: they need sin 60 of their width upwards and cos 60 of it to the right.
        var top = TopMargin + (labelWidth * 0.87) + 8;
        var left = 24 + labelWidth;
        var cell = Math.Clamp(Math.Min((canvas.Width - left - 24 - (labelWidth / 2)) / Math.Max(1, order.Length), (canvas.Height - top - BottomMargin - 12) / Math.Max(1, order.Length)), 2, 64);
        var place = new int[order.Length];
        for (var i = 0; i < order.Length; i++) place[order[i]] = i;

        var unit = CellUnit.Of(options.Metric, scale);
        for (var i = 0; i < order.Length; i++) DrawLabels(canvas, labels[order[i]], left, top, cell, i);
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = 0; j < order.Length; j++)
            {
                if (i != j) canvas.Append($"<rect class=\"blank\" x=\"{left + (j * cell) + (cell / 2) - 1}\" y=\"{top + (i * cell) + (cell / 2) - 1}\" width=\"2\" height=\"2\"/>");
            }
        }

        foreach (var link in mesh.Links)
            DrawCell(canvas, mesh, link, options.Metric, scale, unit, left + (place[link.Destination] * cell), top + (place[link.Source] * cell), cell);
        DrawBoundaries(canvas, mesh, options.Group, order, left, top, cell);
        canvas.Legend(24, options.Height - 36, options.Metric, scale, withLines: false);
        canvas.Text(300, options.Height - 36, $"Cells {unit.Caption}; row: source, column: destination", "muted", size: 11);
        canvas.Text(300, options.Height - 20, "Dot: unknown, cross: failed, dashed frame: doubtful", "muted", size: 11);
        if (options.Notice is { } notice) canvas.Badge(notice);
        canvas.WriteTo(output);
    }

    private static void DrawLabels(SvgCanvas canvas, string label, double left, double top, double cell, int i)
    {
        if (cell < 9) return;
        var size = Math.Min(11, cell - 1);
        canvas.Text(left - 6, top + ((i + 0.5) * cell) + (size * 0.36), label, "ink", "end", size);
        double x = left + ((i + 0.5) * cell) + 3, y = top - 6;
        canvas.Append($"<text class=\"ink\" font-size=\"{size}\" transform=\"translate({x} {y}) rotate(-60)\">{SafeText.Xml(label)}</text>\n");
    }

    private static void DrawCell(SvgCanvas canvas, Mesh mesh, in LinkMeasurement link, GraphMetric metric, MetricScale scale, CellUnit unit, double x, double y, double cell)
    {
        var value = metric.Value(link);
        var appearance = link.Under(metric);
        canvas.Append($"<g><title>{SafeText.Xml(LinkText.Describe(mesh, link))}</title>");
        if (appearance == LinkAppearance.Failed)
        {
            canvas.Append($"<rect class=\"ground cell\" x=\"{x}\" y=\"{y}\" width=\"{cell}\" height=\"{cell}\"/>");
            canvas.Cross(x + (cell / 2), y + (cell / 2));
        }
        else if (appearance != LinkAppearance.Unknown)
        {
            var step = ColorScale.StepOf(scale.Goodness(value));
            canvas.Append($"<rect class=\"f{step} cell\" x=\"{x}\" y=\"{y}\" width=\"{cell}\" height=\"{cell}\"/>");
            if (appearance == LinkAppearance.Doubtful && cell >= 10)
                canvas.Append($"<rect x=\"{x + 3}\" y=\"{y + 3}\" width=\"{cell - 6}\" height=\"{cell - 6}\" class=\"s{(step < 3 ? 6 : 0)} doubt\" style=\"fill:none\"/>");
            if (cell >= 30) canvas.Text(x + (cell / 2), y + (cell / 2) + 4, unit.Format(value), $"t{step}", "middle", 11);
        }

        canvas.Append($"</g>\n");
    }

    private static void DrawBoundaries(SvgCanvas canvas, Mesh mesh, GroupKey group, int[] order, double left, double top, double cell)
    {
        for (var i = 1; i < order.Length; i++)
        {
            if (mesh.Nodes[order[i]].GroupBy(group) == mesh.Nodes[order[i - 1]].GroupBy(group)) continue;
            canvas.Append($"<path class=\"none\" stroke-width=\"1.5\" d=\"M{left} {top + (i * cell)}h{order.Length * cell}M{left + (i * cell)} {top}v{order.Length * cell}\"/>\n");
        }
    }

    /// <summary>One unit for all cells, so that they can be compared at a glance.</summary>
    private sealed record CellUnit(string Caption, double Factor)
    {
        public static CellUnit Of(GraphMetric metric, MetricScale scale)
        {
            var example = metric.Format(Math.Sqrt(Math.Max(scale.Low, scale.High / 1000) * scale.High));
            var unit = example[(example.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            return unit switch
            {
                "Tbit/s" => new("in Tbit/s", 1e-12),
                "Gbit/s" => new("in Gbit/s", 1e-9),
                "Mbit/s" => new("in Mbit/s", 1e-6),
                "kbit/s" => new("in kbit/s", 1e-3),
                "ms" => new("in ms", 1e3),
                "us" => new("in us", 1e6),
                "%" => new("in %", 100),
                _ => new("in " + unit, 1),
            };
        }

        public string Format(double value)
        {
            value *= Factor;
            var format = Math.Abs(value) switch { >= 99.95 or 0 => "0", >= 9.995 => "0.0", _ => "0.00" };
            return value.ToString(format, CultureInfo.InvariantCulture);
        }
    }
}
