using System.Globalization;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Writes a mesh in Graphviz' DOT language.</summary>
public static class DotWriter
{
    /// <summary>Writes the mesh; nodes of a group stand in a cluster of their own.</summary>
    /// <remarks>
    /// Every id is quoted. Order is that of the mesh, so that two files can be compared line by line. No statement ends with a semicolon: after the last one
    /// pydot 1.4 (Debian 12) takes the line's end for a node called <c>\n</c>.
    /// </remarks>
    /// <param name="mesh">What to write.</param>
    /// <param name="metric">Which value labels and weighs the edges.</param>
    /// <param name="group">What clusters the nodes.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Mesh mesh, GraphMetric metric, GroupKey group, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(output);
        var scale = MetricScale.Of(mesh, metric);
        output.Write("digraph \"netgraph\" {\n");
        output.Write($"  label={SafeText.Dot($"{metric.Title}, {SafeText.Time(mesh.MeasuredAt)}")}\n");
        output.Write("  node [shape=box, style=rounded, fontname=\"sans-serif\"]\n  edge [fontname=\"sans-serif\", fontsize=9]\n");
        foreach (var members in mesh.Nodes.GroupBy(node => node.GroupBy(group)).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var indent = "  ";
            if (members.Key.Length > 0)
            {
                output.Write($"  subgraph {SafeText.Dot("cluster_" + members.Key)} {{\n    label={SafeText.Dot(members.Key)}\n");
                indent = "    ";
            }

            foreach (var node in members) output.Write($"{indent}{SafeText.Dot(node.Name)} [label={SafeText.Dot(node.Name)}]\n");
            if (members.Key.Length > 0) output.Write("  }\n");
        }

        foreach (var link in mesh.Links) WriteEdge(mesh, link, metric, scale, output);
        output.Write("}\n");
    }

    private static void WriteEdge(Mesh mesh, LinkMeasurement link, GraphMetric metric, MetricScale scale, TextWriter output)
    {
        var value = metric.Value(link);
        var appearance = link.Under(metric);
        output.Write($"  {SafeText.Dot(mesh.Nodes[link.Source].Name)} -> {SafeText.Dot(mesh.Nodes[link.Destination].Name)} [");
        if (appearance is LinkAppearance.Unknown or LinkAppearance.Failed)
        {
            var color = appearance == LinkAppearance.Failed ? ColorScale.DownColor : ColorScale.UnknownColor;
            output.Write($"label=\"{LinkField.NameOf(link.State)}\", color=\"{color}\", {(appearance == LinkAppearance.Failed ? "penwidth=2, arrowhead=tee" : "style=dotted")}");
        }
        else
        {
            // Graphviz wants whole weights; only their order matters to its layouts.
            var goodness = scale.Goodness(value);
            output.Write(string.Create(CultureInfo.InvariantCulture,
                $"label={SafeText.Dot(metric.Format(value))}, weight={1 + (int)(goodness * 99)}, penwidth={1 + (3 * goodness):0.##}, color=\"{ColorScale.Light.ColorOf(goodness)}\""));
            if (appearance == LinkAppearance.Doubtful) output.Write(", style=dashed");
        }

        foreach (var field in LinkField.All)
        {
            var number = field.Value(mesh, link);
            if (double.IsFinite(number)) output.Write($", {field.Name}={SafeText.Dot(SafeText.Number(number))}");
        }

        output.Write($", quality=\"{link.Quality.ToName()}\"]\n");
    }
}
