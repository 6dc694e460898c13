using System.Globalization;
using System.Text;

namespace NetGraph.Graphs.Encoding;

/// <summary>An SVG document that grows from back to front: ground, style, shapes, legend. Self-contained: no script, no outside font.</summary>
internal sealed class SvgCanvas
{
    private const string Font = "ui-sans-serif,system-ui,'Segoe UI','DejaVu Sans',Arial,sans-serif";
    private readonly StringBuilder _svg = new(64 * 1024);

    public SvgCanvas(int width, int height, PictureTheme theme, string title)
    {
        Width = width;
        Height = height;
        Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{Font}\" font-size=\"12\">\n");
        Append($"<title>{SafeText.Xml(title)}</title>\n<style>\n");
        WriteRules(theme == PictureTheme.Dark);
        if (theme == PictureTheme.Auto)
        {
            Append($"@media (prefers-color-scheme: dark) {{\n");
            WriteRules(isDark: true);
            Append($"}}\n");
        }

        Append($"path{{fill:none}}.doubt{{stroke-dasharray:7 4}}.unknown{{stroke-dasharray:1 5}}\n</style>\n");
        Append($"<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n");
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Width that text of the default font takes up, on the safe side.</summary>
    public static double TextWidth(string text, double fontSize = 12) => text.Length * fontSize * 0.62;

    /// <summary>Appends markup; coordinates get one decimal. What comes from outside must be escaped by the caller.</summary>
    public void Append(FormattableString markup)
    {
        var arguments = markup.GetArguments();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is double number) arguments[i] = number.ToString("0.#", CultureInfo.InvariantCulture);
        }

        _svg.AppendFormat(CultureInfo.InvariantCulture, markup.Format, arguments!);
    }

    public void Text(double x, double y, string text, string style = "ink", string anchor = "start", double size = 12) =>
        Append($"<text class=\"{style}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\">{SafeText.Xml(text)}</text>\n");

    /// <summary>A badge in the upper right corner that cannot be overlooked.</summary>
    public void Badge(string text)
    {
        var width = TextWidth(text) + 20;
        Append($"<rect class=\"badge\" x=\"{Width - width - 14}\" y=\"12\" width=\"{width}\" height=\"24\" rx=\"12\"/>\n");
        Text(Width - 14 - (width / 2), 28, text, "badge-ink", "middle");
    }

    /// <summary>The colour scale with values at its ends and middle, and what the line styles mean.</summary>
    public void Legend(double x, double y, GraphMetric metric, MetricScale scale, bool withLines)
    {
        const double StepWidth = 34;
        const double BarWidth = StepWidth * ColorScale.StepCount;
        Text(x, y - 8, $"{metric.Title} (worst to best)", "muted");
        for (var i = 0; i < ColorScale.StepCount; i++)
            Append($"<rect class=\"f{i}\" x=\"{x + (i * StepWidth)}\" y=\"{y}\" width=\"{StepWidth}\" height=\"10\"/>\n");
        Text(x, y + 24, metric.Format(scale.ValueAt(0)), "muted", size: 11);
        Text(x + (BarWidth / 2), y + 24, metric.Format(scale.ValueAt(0.5)), "muted", "middle", 11);
        Text(x + BarWidth, y + 24, metric.Format(scale.ValueAt(1)), "muted", "end", 11);

        var at = x + BarWidth + 36;
        if (!withLines) return;
        at = Line(at, y + 6, "s6", "measured");
        at = Line(at, y + 6, "s6 doubt", "doubtful");
        at = Line(at, y + 6, "none unknown", "unknown");
        Line(at, y + 6, "down", "failed");
    }

    public void WriteTo(TextWriter output)
    {
        output.Write(_svg);
        output.Write("</svg>\n");
    }

    private double Line(double x, double y, string style, string meaning)
    {
        Append($"<path class=\"{style}\" stroke-width=\"2.5\" d=\"M{x} {y}h28\"/>\n");
        if (style == "down") Cross(x + 14, y);
        Text(x + 34, y + 4, meaning, "muted", size: 11);
        return x + 34 + TextWidth(meaning, 11) + 14;
    }

    public void Cross(double x, double y) =>
        Append($"<path class=\"down\" stroke-width=\"2.5\" d=\"M{x - 4} {y - 4}l8 8m0 -8l-8 8\"/>\n");

    private void WriteRules(bool isDark)
    {
        var scale = isDark ? ColorScale.Dark : ColorScale.Light;
        var (ground, ink, muted, rule, accent) = isDark
            ? ("#14181f", "#e9edf3", "#a4aebb", "#2c343f", "#6cb6ff")
            : ("#ffffff", "#1b2330", "#566072", "#dfe4ea", "#1f5fd1");
        Append($".ground{{fill:{ground}}}.ink{{fill:{ink}}}.muted{{fill:{muted}}}.strong{{fill:{ink};font-weight:600}}\n");
        Append($".halo{{fill:{ink};font-weight:600;stroke:{ground};stroke-width:4px;paint-order:stroke;stroke-linejoin:round}}.rule{{stroke:{rule}}}.arc{{stroke:{rule}}}\n");
        Append($".node{{fill:{ground};stroke:{ink};stroke-width:2}}.path{{stroke:{accent}}}.path-ink{{fill:{accent};font-weight:600;stroke:{ground};stroke-width:4px;paint-order:stroke}}.head{{fill:{accent}}}\n");
        Append($".none{{stroke:{ColorScale.UnknownColor}}}.down{{stroke:{(isDark ? "#ff7ad1" : ColorScale.DownColor)}}}.cell{{stroke:{ground}}}.blank{{fill:{rule}}}\n");
        Append($".badge{{fill:{(isDark ? "#ffd46b" : "#9e121c")}}}.badge-ink{{fill:{ground};font-weight:600}}\n");
        for (var i = 0; i < ColorScale.StepCount; i++)
        {
            // A cell's text stands out from its colour: the strong end carries the ground's colour.
            var text = isDark == (i < ColorScale.StepCount / 2) ? "#14181f" : "#ffffff";
            Append($".s{i}{{stroke:{scale.Steps[i]}}}.f{i}{{fill:{scale.Steps[i]}}}.t{i}{{fill:{text}}}\n");
        }
    }
}
