using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NetGraph.Graphs.Encoding;

namespace NetGraph.Graphs.Tests.Encoding;

/// <summary>A line of text in a picture, and the box that it takes up.</summary>
internal sealed partial record DrawnText(string Text, double Left, double Top, double Right, double Bottom)
{
    private static readonly HashSet<string> Bold = ["strong", "group", "halo", "path-ink", "suspect-ink", "badge-ink"];

    /// <summary>Reads all lines of a picture.</summary>
    public static IReadOnlyList<DrawnText> AllOf(string svg) =>
        [.. XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").Select(Of).Where(drawn => drawn.Text.Length > 0)];

    /// <summary>Pairs of lines of which one lies on the other.</summary>
    public static IReadOnlyList<string> Overlaps(IReadOnlyList<DrawnText> all)
    {
        const double Hair = 0.6;
        return
        [
            .. from i in Enumerable.Range(0, all.Count)
               from j in Enumerable.Range(i + 1, all.Count - i - 1)
               let a = all[i]
               let b = all[j]
               where a.Left + Hair < b.Right && b.Left + Hair < a.Right && a.Top + Hair < b.Bottom && b.Top + Hair < a.Bottom
               select $"{a} and {b}",
        ];
    }

    private static DrawnText Of(XElement element)
    {
        double Number(string name) => double.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);
        var text = string.Concat(element.Nodes().OfType<XText>().Select(node => node.Value));
        var size = Number("font-size");
        var width = TextWidth.Of(text, size, Bold.Contains((string)element.Attribute("class")!));
        var before = (string?)element.Attribute("text-anchor") switch { "end" => width, "middle" => width / 2, _ => 0 };
        double above = 0.78 * size, below = 0.24 * size;
        if (element.Attribute("transform") is not { } transform) return new DrawnText(text, Number("x") - before, Number("y") - above, Number("x") - before + width, Number("y") + below);
        var match = Transform().Match(transform.Value);
        double At(int group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        double x = At(1), y = At(2);
        return At(3) < 0
            ? new DrawnText(text, x - above, y + before - width, x + below, y + before)
            : new DrawnText(text, x - below, y - before, x + above, y - before + width);
    }

    [GeneratedRegex(@"^translate\((-?[0-9.]+) (-?[0-9.]+)\) rotate\((-90|90)\)$")]
    private static partial Regex Transform();
}
