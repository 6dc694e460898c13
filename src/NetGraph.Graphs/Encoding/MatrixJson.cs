using System.Globalization;
using System.Text.Json;
using NetGraph.Graphs.Layout;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Writes the matrix of a mesh as JSON for a program that draws it: small, in the order and with the colours in which <see cref="MatrixSvg"/> draws it.</summary>
public static class MatrixJson
{
    private const int SignificantDigits = 4;

    /// <summary>
    /// Writes the matrix as one object. <c>nodes</c> are in the order of rows (sources) and columns (destinations); <c>kinds</c> and <c>steps</c> are strings, <c>values</c> and, with a comparison,
    /// <c>before</c> arrays, all with an element for each cell, row by row. A kind is <c>m</c> measured, <c>d</c> measured but doubtful, <c>x</c> failed, <c>?</c> unknown, <c>n</c> new or <c>g</c> gone
    /// since the time that it is compared with, <c>-</c> a node with itself. A step is the number of a colour of <c>light</c> and <c>dark</c>, 0 the worst, or <c>.</c> for none.
    /// Values have four digits, are in <c>unit</c>, and <c>null</c> where nothing was measured. On the diagonal of groups stands what is measured within each.
    /// </summary>
    /// <param name="mesh">What to write.</param>
    /// <param name="options">How: metric, group, groups and comparison count.</param>
    /// <param name="json">Where to; not flushed.</param>
    public static void Write(Mesh mesh, PictureOptions options, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(json);
        var count = mesh.Nodes.Length;
        var order = Enumerable.Range(0, count).OrderBy(i => mesh.Nodes[i].GroupBy(options.Group), NaturalOrder.Instance).ThenBy(i => mesh.Nodes[i].Name, NaturalOrder.Instance).ToArray();
        var place = new int[count];
        for (var i = 0; i < count; i++) place[order[i]] = i;

        var palette = LinkPalette.For(mesh, options);
        var cells = new Cells(count);
        foreach (var link in mesh.Links) cells.Set(place[link.Source], place[link.Destination], palette.Of(link), options.Metric.Value(link));
        if (options is { Groups: { } groups, Comparison: null })
        {
            foreach (var group in groups.Groups)
            {
                if (mesh.IndexOf(group.Name) is >= 0 and var i) cells.Set(place[i], place[i], palette.Of(group.Inside), options.Metric.Value(group.Inside));
            }
        }

        json.WriteStartObject();
        json.WriteString("measuredAt", mesh.MeasuredAt.ToUniversalTime());
        json.WriteString("metric", options.Metric.Name);
        json.WriteString("unit", options.Metric.Unit);
        json.WriteString("of", options.Groups is null ? "nodes" : "groups");
        json.WriteString("caption", palette.Caption);
        WriteTexts("ticks", palette.Ticks, json);
        var (light, dark) = options.Comparison is null ? (ColorScale.Light, ColorScale.Dark) : (ColorScale.ChangeLight, ColorScale.ChangeDark);
        WriteTexts("light", light.Steps, json);
        WriteTexts("dark", dark.Steps, json);
        WriteNodes(mesh, options, order, json);
        json.WriteString("kinds", cells.Kinds);
        json.WriteString("steps", cells.Steps);
        WriteValues("values", cells.Values, json);
        if (options.Comparison is { } comparison) WriteValues("before", Before(comparison.Before, mesh, options.Metric, place), json);
        json.WriteEndObject();
    }

    private static void WriteNodes(Mesh mesh, PictureOptions options, int[] order, Utf8JsonWriter json)
    {
        json.WriteStartArray("nodes");
        foreach (var node in order.Select(i => mesh.Nodes[i]))
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            if (node.GroupBy(options.Group) is { Length: > 0 } group) json.WriteString("group", group);
            if (options.Groups?.Groups.FirstOrDefault(group => group.Name == node.Name) is { } own) json.WriteNumber("members", own.Nodes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double[] Before(Mesh before, Mesh mesh, GraphMetric metric, int[] place)
    {
        var values = new double[place.Length * place.Length];
        Array.Fill(values, double.NaN);
        foreach (var link in before.Links)
        {
            int source = mesh.IndexOf(before.Nodes[link.Source].Name), destination = mesh.IndexOf(before.Nodes[link.Destination].Name);
            if (source >= 0 && destination >= 0) values[(place[source] * place.Length) + place[destination]] = metric.Value(link);
        }

        return values;
    }

    private static void WriteTexts(string name, IEnumerable<string> texts, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteValues(string name, double[] values, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            if (double.IsFinite(value)) json.WriteRawValue(value.ToString($"G{SignificantDigits}", CultureInfo.InvariantCulture), skipInputValidation: true);
            else json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private sealed class Cells
    {
        private readonly int _count;
        private readonly char[] _kinds;
        private readonly char[] _steps;

        public Cells(int count)
        {
            _count = count;
            _kinds = new char[count * count];
            _steps = new char[count * count];
            Values = new double[count * count];
            Array.Fill(_kinds, '?');
            Array.Fill(_steps, '.');
            Array.Fill(Values, double.NaN);
            for (var i = 0; i < count; i++) _kinds[i * (count + 1)] = '-';
        }

        public string Kinds => new(_kinds);

        public string Steps => new(_steps);

        public double[] Values { get; }

        public void Set(int row, int column, in LinkInk ink, double value)
        {
            var at = (row * _count) + column;
            _kinds[at] = ink.Appearance switch
            {
                LinkAppearance.Measured => 'm',
                LinkAppearance.Doubtful => 'd',
                LinkAppearance.Failed => 'x',
                LinkAppearance.Came => 'n',
                LinkAppearance.Gone => 'g',
                _ => '?',
            };
            if (ink.Appearance is LinkAppearance.Measured or LinkAppearance.Doubtful) _steps[at] = (char)('0' + ink.Step);
            Values[at] = value;
        }
    }
}
