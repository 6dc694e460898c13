using System.Globalization;
using System.Text;

namespace NetGraph.Graphs.Encoding;

/// <summary>An SVG document that grows from back to front: ground, style, shapes, legend. Self-contained: no script, no outside font.</summary>
internal sealed class SvgCanvas
{
    /// <summary>Least distance of text from the rim.</summary>
    public const double Margin = 24;

    private const string Font = "ui-sans-serif,system-ui,'Segoe UI','DejaVu Sans',Arial,sans-serif";
    private readonly StringBuilder _svg = new(64 * 1024);

    public SvgCanvas(PictureOptions options, string title)
    {
        (Width, Height) = (options.Width, options.Height);
        Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" font-family=\"{Font}\" font-size=\"12\">\n");
        Append($"<title>{SafeText.Xml(title)}</title>\n<style>\n");
        var isOfChange = options.Comparison is not null;
        WriteRules(options.Theme == PictureTheme.Dark, isOfChange);
        if (options.Theme == PictureTheme.Auto)
        {
            Append($"@media (prefers-color-scheme: dark) {{\n");
            WriteRules(isDark: true, isOfChange);
            Append($"}}\n");
        }

        Append($"path{{fill:none}}.doubt{{stroke-dasharray:7 4}}.unknown{{stroke-width:1.5;stroke-dasharray:2 4}}.crowded{{stroke-width:1;stroke-dasharray:1 5}}.came{{stroke-width:1.2;stroke-dasharray:12 3 2 3}}.gone{{stroke-width:1.2;stroke-dasharray:4 8}}\n</style>\n");
        Append($"<rect class=\"ground\" width=\"{Width}\" height=\"{Height}\"/>\n");
    }

    public int Width { get; }

    public int Height { get; }

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

    /// <summary>A line of text, with what it means in full as a tooltip if it is short for something.</summary>
    public void Text(double x, double y, string text, string style = "ink", string anchor = "start", double size = 12, string? full = null)
    {
        Append($"<text class=\"{style}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\">");
        if (full is not null && full != text) Append($"<title>{SafeText.Xml(full)}</title>");
        Append($"{SafeText.Xml(text)}</text>\n");
    }

    public void Cross(double x, double y) =>
        Append($"<path class=\"down\" stroke-width=\"2.5\" d=\"M{x - 4} {y - 4}l8 8m0 -8l-8 8\"/>\n");

    public void WriteTo(TextWriter output)
    {
        foreach (var chunk in _svg.GetChunks()) output.Write(chunk.Span);
        output.Write("</svg>\n");
    }

    private void WriteRules(bool isDark, bool isOfChange)
    {
        var scale = (isDark, isOfChange) switch
        {
            (false, false) => ColorScale.Light,
            (true, false) => ColorScale.Dark,
            (false, true) => ColorScale.ChangeLight,
            (true, true) => ColorScale.ChangeDark,
        };
        var (ground, ink, muted, rule, accent, suspect) = isDark
            ? ("#14181f", "#e9edf3", "#a4aebb", "#2c343f", "#6cb6ff", "#c9a2ff")
            : ("#ffffff", "#1b2330", "#566072", "#dfe4ea", "#1f5fd1", "#6a1fc2");
        var halo = $"stroke:{ground};stroke-width:4px;paint-order:stroke;stroke-linejoin:round";
        var down = isDark ? "#ff7ad1" : ColorScale.DownColor;
        Append($".ground{{fill:{ground}}}.ink{{fill:{ink}}}.muted{{fill:{muted}}}.strong{{fill:{ink};font-weight:600}}.group{{fill:{muted};font-weight:600}}\n");
        Append($".halo{{fill:{ink};font-weight:600;{halo}}}.rule{{stroke:{rule}}}.lead{{stroke:{muted};stroke-width:.7}}.arc{{stroke:{rule}}}\n");
        Append($".node{{fill:{ground};stroke:{ink};stroke-width:2}}.path{{stroke:{accent}}}.path-ink{{fill:{accent};font-weight:600;{halo}}}.head{{fill:{accent}}}\n");
        Append($".suspect{{stroke:{suspect};fill:none}}.suspect-ink{{fill:{suspect};font-weight:600;{halo}}}.suspect-mark{{fill:{suspect};stroke:{ground}}}.suspect-arc{{stroke:{suspect};stroke-opacity:.45}}\n");
        Append($".none{{stroke:{ColorScale.UnknownColor}}}.came,.gone{{stroke:{muted};opacity:.7}}.came-head,.gone-head{{fill:{muted};opacity:.7}}.down{{stroke:{down}}}.down-head{{fill:{down}}}.cell{{stroke:{ground}}}.blank{{fill:{muted}}}\n");
        Append($".badge{{fill:{(isDark ? "#ffd46b" : "#9e121c")}}}.badge-ink{{fill:{ground};font-weight:600}}\n");
        for (var i = 0; i < ColorScale.StepCount; i++)
        {
            var text = scale.WantsDarkText(i) ? "#14181f" : "#ffffff";
            Append($".s{i}{{stroke:{scale.Steps[i]}}}.f{i}{{fill:{scale.Steps[i]}}}.t{i}{{fill:{text}}}\n");
        }
    }
}
