using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Nodes where another program put them.</summary>
internal static class FreeStage
{
    /// <summary>Scales places to the canvas between two heights.</summary>
    public static Stage For(double width, double top, double bottom, ImmutableArray<NodePlace> places, double[] radii)
    {
        double left = places.Select(place => place.X).DefaultIfEmpty(0).Min(), right = places.Select(place => place.X).DefaultIfEmpty(0).Max();
        double upper = places.Select(place => place.Y).DefaultIfEmpty(0).Min(), lower = places.Select(place => place.Y).DefaultIfEmpty(0).Max();
        // Names stand below their nodes, half of them to each side.
        var side = Math.Min(90, width * 0.15);
        double innerTop = top + 24, innerBottom = Math.Max(innerTop + 1, bottom - 34);
        double Scaled(double at, double from, double to, double low, double high) => to - from < 1e-9 ? (low + high) / 2 : low + ((at - from) / (to - from) * (high - low));
        return new Stage(width / 2, (innerTop + innerBottom) / 2,
            [.. places.Select((place, i) => (Scaled(place.X, left, right, side, width - side), Scaled(place.Y, upper, lower, innerTop, innerBottom), radii[i]))]);
    }

    /// <summary>Finds a place for as many names as possible, those that matter first; none lies on another or on a node.</summary>
    public static IEnumerable<SideLabel> Labels(Stage stage, LabelBoard board, Mesh mesh, Func<int, string> name, Func<int, bool> matters, bool keepsShared)
    {
        ImmutableArray<MeshNode> named = [.. mesh.Nodes.Select((node, i) => node with { Name = name(i) })];
        var size = mesh.Nodes.Length > 40 ? 9.0 : 12.0;
        var texts = NodeLabels.Shorten(named, size, Math.Clamp(stage.CenterX / 3, 60, 160), keepsShared);
        foreach (var vertex in Enumerable.Range(0, mesh.Nodes.Length).OrderBy(v => matters(v) ? 0 : 1))
        {
            if (Place(stage.Nodes[vertex], TextWidth.Of(texts[vertex], size, isBold: true), size, board) is { } at)
                yield return new SideLabel(vertex, texts[vertex], named[vertex].Name, at.X, at.Y, at.Anchor, size);
        }
    }

    private static (double X, double Y, string Anchor)? Place((double X, double Y, double Radius) node, double width, double size, LabelBoard board)
    {
        foreach (var near in (double[])[4, 12])
        {
            foreach (var at in (ReadOnlySpan<(double, double, string)>)
            [
                (node.X, node.Y + node.Radius + near + (size * 0.8), "middle"),
                (node.X, node.Y - node.Radius - near - 1, "middle"),
                (node.X + node.Radius + near, node.Y + (size * 0.36), "start"),
                (node.X - node.Radius - near, node.Y + (size * 0.36), "end"),
            ])
            {
                if (board.TryTake(at.Item1, at.Item2, at.Item3, width, size)) return at;
            }
        }

        return null;
    }
}
