using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>The lines above a picture: what it shows, of when, how much of it was measured, what is suspected, and the path that was asked for.</summary>
internal static class Heading
{
    private const int MostSuspectsNamed = 3;

    /// <summary>Writes the lines and returns the height that they take up.</summary>
    public static double Write(SvgCanvas canvas, Mesh mesh, PictureOptions options)
    {
        var width = canvas.Width - (2 * SvgCanvas.Margin);
        var y = 28.0;
        var title = Title(options);
        var titleLines = TextWidth.Wrap(title, 16, width, 2, isBold: true);
        canvas.Text(SvgCanvas.Margin, y, titleLines[0], "strong", size: 16, full: title);
        var badges = new[] { options.Notice, options.Notice is null ? Ages.Warn(mesh) : null }.OfType<string>().ToList();
        // Beside the title where there is room.
        if (badges.Count > 0 && titleLines.Count == 1 && TextWidth.Of(titleLines[0], 16, isBold: true) + BadgeWidth(badges[0]) + 40 < width)
        {
            Badge(canvas, canvas.Width - 14 - BadgeWidth(badges[0]), 12, badges[0], BadgeWidth(badges[0]));
            badges.RemoveAt(0);
        }

        foreach (var more in titleLines.Skip(1)) canvas.Text(SvgCanvas.Margin, y += 20, more, "strong", size: 16);
        foreach (var line in TextWidth.Wrap(Counts(mesh, options), 11, width, 4)) canvas.Text(SvgCanvas.Margin, y += 16, line, "muted", size: 11);
        if (Suspects(options) is { } suspects)
        {
            foreach (var line in TextWidth.Wrap(suspects, 12, width, 3, isBold: true)) canvas.Text(SvgCanvas.Margin, y += 17, line, "suspect-ink", full: suspects);
        }
        else if (WereSuspectsLookedFor(mesh, options))
        {
            canvas.Text(SvgCanvas.Margin, y += 17, "No suspects", "muted");
        }

        if (options.Highlight is { } path)
        {
            var text = Path(mesh, options.Metric, path);
            foreach (var line in TextWidth.Wrap(text, 12, width, 3, isBold: true)) canvas.Text(SvgCanvas.Margin, y += 17, line, "path-ink", full: text);
        }

        foreach (var badge in badges)
        {
            var text = TextWidth.Cut(badge, 12, width - 20, isBold: true);
            Badge(canvas, SvgCanvas.Margin - 8, y + 8, text, Math.Min(BadgeWidth(text), width + 16));
            y += 32;
        }

        return y + 10;
    }

    private static string Title(PictureOptions options)
    {
        var what = options.Groups is { } groups ? $"{options.Metric.Title} between {NameOfKey(groups.Key)}s" : $"{options.Metric.Title} between nodes";
        return options.Comparison is { } comparison ? $"{what}: change since {SafeText.Time(comparison.Before.MeasuredAt)}" : what;
    }

    private static string Counts(Mesh mesh, PictureOptions options)
    {
        var all = (long)mesh.Nodes.Length * (mesh.Nodes.Length - 1);
        var measured = mesh.Links.Count(link => !double.IsNaN(options.Metric.Value(link)));
        var failed = mesh.Links.Count(link => link.State == LinkState.Down);
        var unknown = all - measured - mesh.Links.Count(link => link.State == LinkState.Down && double.IsNaN(options.Metric.Value(link)));
        string text;
        if (options.Groups is { } groups)
        {
            var pairs = groups.Pairs.Concat(groups.Groups.Select(group => group.Pairs)).ToList();
            text = $"{mesh.Nodes.Length} {NameOfKey(groups.Key)}s of {groups.Groups.Sum(group => group.Nodes)} nodes, {measured} of {all} directions between them measured; medians over {pairs.Sum(pair => (long)pair.Up)} pairs";
            if (pairs.Sum(pair => (long)pair.Failed) is > 0 and var pairsFailed) text += $", {pairsFailed} {(pairsFailed == 1 ? "pair" : "pairs")} failed";
        }
        else
        {
            text = $"{mesh.Nodes.Length} nodes, {measured} of {all} directed links measured";
            if (failed > 0) text += $", {failed} failed{FailedDrawn(mesh, options, failed)}";
            if (unknown > 0) text += $", {unknown} unknown";
        }

        if (options.Comparison is { } comparison) text += $"; {comparison.Difference.Links.Length} changed, {comparison.Difference.Unchanged} did not";
        if (options.Links is { } shown && shown.Length < mesh.Links.Length) text += $"; {shown.Length} drawn";
        return $"{text}; {SafeText.Time(mesh.MeasuredAt)}";
    }

    private static string FailedDrawn(Mesh mesh, PictureOptions options, int failed)
    {
        var drawn = options.Links?.Count(i => mesh.Links[i].State == LinkState.Down) ?? failed;
        return drawn == failed ? "" : $" ({drawn} of them drawn)";
    }

    private static string? Suspects(PictureOptions options)
    {
        var said = SuspectText.Said(options);
        if (said.Count == 0) return null;
        var text = $"{said.Count} {(said.Count == 1 ? "suspect" : "suspects")}: {string.Join("; ", said.Take(MostSuspectsNamed).Select(SuspectText.Short))}";
        return said.Count > MostSuspectsNamed ? $"{text}; and {said.Count - MostSuspectsNamed} more" : text;
    }

    // What was not measured is not above suspicion.
    private static bool WereSuspectsLookedFor(Mesh mesh, PictureOptions options) =>
        !options.Suspects.IsDefault && options.Metric.IsOfThroughputTest && mesh.Links.Any(link => !double.IsNaN(options.Metric.Value(link)));

    private static string Path(Mesh mesh, GraphMetric metric, GraphPath path)
    {
        var bottleneck = metric == GraphMetric.Bandwidth ? metric.Format(path.Bottleneck.Weight) : Quantities.Rate(path.Bottleneck.Weight);
        var text = $"Widest path: {string.Join(" → ", path.Vertices.Select(v => mesh.Nodes[v].Name))}, {bottleneck}";
        return path.Edges.Length == 1 ? text : $"{text} at its bottleneck {mesh.Nodes[path.Bottleneck.Source].Name} → {mesh.Nodes[path.Bottleneck.Destination].Name}";
    }

    private static double BadgeWidth(string text) => TextWidth.Of(text, 12, isBold: true) + 20;

    private static void Badge(SvgCanvas canvas, double x, double y, string text, double width)
    {
        canvas.Append($"<rect class=\"badge\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"24\" rx=\"12\"/>\n");
        canvas.Text(x + (width / 2), y + 16, text, "badge-ink", "middle");
    }

    private static string NameOfKey(GroupKey key) => key switch { GroupKey.Zone => "zone", GroupKey.Region => "region", GroupKey.Rack => "rack", _ => "node" };
}
