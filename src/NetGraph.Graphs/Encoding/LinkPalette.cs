using System.Globalization;
using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>How a link looks.</summary>
/// <param name="Appearance">Kind of its line.</param>
/// <param name="Step">Its colour, 0 the worst.</param>
/// <param name="Severity">What lies on top: the largest.</param>
/// <param name="Thickness">0 to 1.</param>
/// <param name="IsTelling">Whether it should stand out.</param>
/// <param name="Label">Its value in a picture, with the unit.</param>
/// <param name="CellText">Its value in a matrix, without the unit.</param>
/// <param name="Title">Its tooltip.</param>
internal readonly record struct LinkInk(LinkAppearance Appearance, int Step, double Severity, double Thickness, bool IsTelling, string Label, string CellText, string Title);

/// <summary>Decides how links look: by value, or by change.</summary>
internal abstract class LinkPalette
{
    /// <summary>What stands above the colours in the legend.</summary>
    public abstract string Caption { get; }

    /// <summary>What stands below the colours, evenly from left to right; none when there is no value to show.</summary>
    public abstract IReadOnlyList<string> Ticks { get; }

    /// <summary>The lines that the legend explains.</summary>
    public abstract IReadOnlyList<(string Style, string Meaning)> Lines { get; }

    /// <summary>What the numbers in a matrix are.</summary>
    public abstract string CellCaption { get; }

    /// <summary>How a link looks.</summary>
    public abstract LinkInk Of(in LinkMeasurement link);

    /// <summary>The palette of a picture.</summary>
    public static LinkPalette For(Mesh mesh, PictureOptions options) =>
        options.Comparison is { } comparison ? new ChangePalette(mesh, options.Metric, comparison) : new ValuePalette(mesh, options);
}

/// <summary>Colours links by value.</summary>
internal sealed class ValuePalette : LinkPalette
{
    private readonly Mesh _mesh;
    private readonly GraphMetric _metric;
    private readonly MetricScale _scale;
    private readonly CellUnit _unit;
    private readonly bool _hasValues;

    public ValuePalette(Mesh mesh, PictureOptions options)
    {
        _mesh = mesh;
        _metric = options.Metric;
        // Between groups is what a picture of groups is about; within them all is well more often than not.
        var links = mesh.Links.Any(link => !double.IsNaN(_metric.Value(link))) ? mesh.Links : [.. options.Groups?.Groups.Select(group => group.Inside) ?? []];
        _scale = MetricScale.Of(links.AsSpan(), _metric);
        _unit = CellUnit.Of(_metric, _scale);
        _hasValues = links.Any(link => !double.IsNaN(_metric.Value(link)));
    }

    public override string Caption => _hasValues ? $"{_metric.Title} (worst to best)" : $"{_metric.Title}: nothing was measured";

    public override IReadOnlyList<string> Ticks => _hasValues ? [_metric.Format(_scale.ValueAt(0)), _metric.Format(_scale.ValueAt(0.5)), _metric.Format(_scale.ValueAt(1))] : [];

    public override IReadOnlyList<(string Style, string Meaning)> Lines { get; } = [("s6", "measured"), ("s6 doubt", "doubtful"), ("none unknown", "unknown"), ("down", "failed")];

    public override string CellCaption => $"Cells {_unit.Caption}";

    public override LinkInk Of(in LinkMeasurement link)
    {
        var value = _metric.Value(link);
        var appearance = link.Under(_metric);
        var title = link.Source == link.Destination ? "" : LinkText.Describe(_mesh, link);
        if (appearance == LinkAppearance.Failed) return new LinkInk(appearance, 0, 2, 0, true, "failed", "", title);
        if (appearance == LinkAppearance.Unknown) return new LinkInk(appearance, 0, -1, 0, false, "unknown", "", title);
        var goodness = _scale.Goodness(value);
        var step = ColorScale.StepOf(goodness);
        return new LinkInk(appearance, step, 1 - goodness, _metric.MoreIsBetter ? goodness : 1 - goodness, step == 0, _metric.Format(value), _unit.Format(value), title);
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

/// <summary>Colours links by how they changed.</summary>
internal sealed class ChangePalette(Mesh mesh, GraphMetric metric, Comparison comparison) : LinkPalette
{
    private const int Unchanged = ColorScale.StepCount / 2;
    private readonly Dictionary<(string, string), LinkChange> _changes = comparison.Difference.Links.ToDictionary(change => (change.Source, change.Destination));
    private readonly HashSet<(string, string)> _measuredBefore =
        [.. comparison.Before.Links.Where(link => !double.IsNaN(metric.Value(link))).Select(link => (comparison.Before.Nodes[link.Source].Name, comparison.Before.Nodes[link.Destination].Name))];

    public override string Caption => $"{metric.Title}: change (worse to better)";

    public override IReadOnlyList<string> Ticks { get; } = ["4 times", "same", "4 times"];

    public override IReadOnlyList<(string Style, string Meaning)> Lines { get; } = [("s3", "same"), ("s0", "worse"), ("s6", "better"), ("came", "new"), ("gone", "vanished"), ("none unknown", "unknown"), ("down", "failed")];

    public override string CellCaption => "Cells: change in %";

    public override LinkInk Of(in LinkMeasurement link)
    {
        string source = mesh.Nodes[link.Source].Name, destination = mesh.Nodes[link.Destination].Name;
        var title = $"{source} → {destination}: ";
        var value = metric.Value(link);
        if (!_changes.TryGetValue((source, destination), out var change))
        {
            // What was not measured once, or is not now, did neither change nor stay the same.
            var isKnown = !double.IsNaN(value) && _measuredBefore.Contains((source, destination));
            return isKnown ? new LinkInk(LinkAppearance.Measured, Unchanged, 0, 0.2, false, "same", "", title + $"{metric.Format(value)}, not changed")
                : link.State == LinkState.Down && double.IsNaN(value) ? new LinkInk(LinkAppearance.Failed, 0, 1, 0, false, "failed", "", title + "failed")
                : new LinkInk(LinkAppearance.Unknown, 0, -1, 0, false, "unknown", "", title + (double.IsNaN(value) ? "unknown now" : $"{metric.Format(value)} now, unknown before"));
        }

        var factor = Comparison.Factor(change, metric);
        // Four times and more is the end of the scale.
        var strength = Math.Min(1, Math.Log2(factor) / 2);
        var values = $"{metric.Format(change.Before)} before, {metric.Format(change.After)} now";
        var times = double.IsFinite(factor) ? string.Create(CultureInfo.InvariantCulture, $"{factor:0.0} times ") : "";
        var percent = (change.After - change.Before) / change.Before * 100;
        var cell = double.IsFinite(percent) ? percent.ToString(Math.Abs(percent) >= 9.95 ? "+0;−0" : "+0.0;−0.0", CultureInfo.InvariantCulture) : "";
        var steps = strength >= 1 ? 3 : strength >= 0.5 ? 2 : 1;
        return change.Kind switch
        {
            LinkChangeKind.Vanished when link.State == LinkState.Down => new LinkInk(LinkAppearance.Failed, 0, 3, 0, true, "failed", "", title + $"{values}: failed"),
            // What comes and goes with its node says less than what became worse.
            LinkChangeKind.Vanished => new LinkInk(LinkAppearance.Gone, 0, -0.5, 0, false, "vanished", "gone", title + $"{values}: vanished"),
            LinkChangeKind.Appeared => new LinkInk(LinkAppearance.Came, 0, -0.5, 0, false, "new", "new", title + $"{values}: new"),
            LinkChangeKind.Worse => new LinkInk(LinkAppearance.Measured, Unchanged - steps, 1 + strength, 0.4 + (strength / 2), true, $"{times}worse", cell, title + $"{values}: {times}worse"),
            _ => new LinkInk(LinkAppearance.Measured, Unchanged + steps, 0.1 + strength, 0.4 + (strength / 2), true, $"{times}better", cell, title + $"{values}: {times}better"),
        };
    }
}
