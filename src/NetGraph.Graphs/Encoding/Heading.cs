using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>The two lines above a picture: what it shows, of when, and how much of it was measured.</summary>
internal static class Heading
{
    public static void Write(SvgCanvas canvas, Mesh mesh, PictureOptions options)
    {
        canvas.Text(24, 28, $"{options.Metric.Title} between nodes", "strong", size: 16);
        var measured = mesh.Links.Count(link => !double.IsNaN(options.Metric.Value(link)));
        var failed = mesh.Links.Count(link => link.State == LinkState.Down);
        var text = $"{mesh.Nodes.Length} nodes, {measured} of {mesh.Nodes.Length * (mesh.Nodes.Length - 1)} directed links measured";
        if (failed > 0) text += $", {failed} failed";
        if (options.Links is { } shown && shown.Length < mesh.Links.Length) text += $", {shown.Length} drawn";
        canvas.Text(24, 44, $"{text}; {SafeText.Time(mesh.MeasuredAt)}", "muted", size: 11);
    }
}
