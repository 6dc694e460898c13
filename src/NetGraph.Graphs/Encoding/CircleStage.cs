using System.Collections.Immutable;
using NetGraph.Graphs.Layout;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>A line of text beside the circle: the name of a node, or of a group if <c>Vertex</c> is -1; <c>Text</c> is short for <c>Full</c>.</summary>
internal sealed record SideLabel(int Vertex, string Text, string Full, double X, double Y, string Anchor, double Size);

/// <summary>Nodes on a circle, or on an ellipse where the canvas is high, their names in a column on each side, each group under its own name.</summary>
/// <param name="Stage">Where the nodes lie.</param>
/// <param name="RadiusX">Half its width.</param>
/// <param name="RadiusY">Half its height.</param>
/// <param name="Groups">The arcs of the groups.</param>
/// <param name="Labels">The names; with many nodes only those that matter.</param>
internal sealed record CircleStage(Stage Stage, double RadiusX, double RadiusY, ImmutableArray<GroupArc> Groups, ImmutableArray<SideLabel> Labels)
{
    private const double LargestText = 12;
    private const double SmallestText = 8;
    private const double MostElongated = 1.35;

    /// <summary>Lays out a mesh between two heights.</summary>
    public static CircleStage For(double width, double top, double bottom, Mesh mesh, GroupKey group, double[] radii, Func<int, string> name, Func<int, bool> matters, bool keepsShared)
    {
        var circle = GroupedCircle.Place([.. mesh.Nodes.Select(node => node.GroupBy(group))], [.. mesh.Nodes.Select(node => node.Name)]);
        var largest = radii.DefaultIfEmpty(0).Max();
        var room = Math.Clamp(width * 0.2, 40, 220);
        ImmutableArray<MeshNode> named = [.. mesh.Nodes.Select((node, i) => node with { Name = name(i) })];
        var texts = NodeLabels.Shorten(named, LargestText, room, keepsShared);
        var groupNames = circle.Groups.Length < 2 ? [] : circle.Groups.Select(arc => TextWidth.Cut(GroupName(arc), LargestText, room, isBold: true)).ToArray();
        var widest = texts.Concat(groupNames).Select(text => TextWidth.Of(text, LargestText, isBold: true)).DefaultIfEmpty(0).Max();

        double centerX = width / 2, centerY = (top + bottom) / 2;
        var distance = largest + 16;
        var fit = Math.Max(10, ((bottom - top) / 2) - distance);
        var radiusX = Math.Max(10, Math.Min(fit, centerX - widest - distance - 14));
        var radiusY = Math.Min(fit, radiusX * MostElongated);
        var stage = new Stage(centerX, centerY, [.. circle.Angles.Select((angle, i) => (centerX + (radiusX * Math.Sin(angle)), centerY - (radiusY * Math.Cos(angle)), radii[i]))]);
        double ringX = radiusX + distance, ringY = radiusY + distance;
        IEnumerable<SideLabel> Side(bool isRight)
        {
            var entries = Entries(circle, mesh, group, isRight, (int)(2 * ringY / (SmallestText * TextWidth.LineHeight)) + 1, matters);
            var gap = Math.Min(LargestText * TextWidth.LineHeight, entries.Count > 1 ? 2 * ringY / (entries.Count - 1) : double.MaxValue);
            var size = Math.Max(SmallestText, gap / TextWidth.LineHeight);
            var places = Spacing.Spread([.. entries.Select(entry => centerY - (ringY * Math.Cos(entry.Angle)) - (entry.Vertex < 0 ? gap : 0))], gap, centerY - ringY, centerY + ringY);
            for (var i = 0; i < entries.Count; i++)
            {
                // The box of the text stays outside the ring, at its corner that is nearest.
                var height = Math.Max(0, Math.Abs(places[i] - centerY) - (size * 0.6)) / ringY;
                var x = (ringX * Math.Sqrt(Math.Max(0, 1 - (height * height)))) + 5;
                var full = entries[i].Vertex < 0 ? entries[i].Group : named[entries[i].Vertex].Name;
                var text = entries[i].Vertex < 0 ? full : texts[entries[i].Vertex];
                text = TextWidth.Cut(text, size, Math.Min(room, centerX - x - 6), isBold: true);
                yield return new SideLabel(entries[i].Vertex, text, full, isRight ? centerX + x : centerX - x, places[i] + (size * 0.36), isRight ? "start" : "end", size);
            }
        }

        return new CircleStage(stage, radiusX, radiusY, circle.Groups, [.. Side(true), .. Side(false)]);
    }

    /// <summary>A point of the circle.</summary>
    public (double X, double Y) At(double angle) => (Stage.CenterX + (RadiusX * Math.Sin(angle)), Stage.CenterY - (RadiusY * Math.Cos(angle)));

    public static string GroupName(GroupArc arc) => arc.Name.Length == 0 ? Grouping.GroupMesh.NoGroup : arc.Name;

    // From top to bottom: each node, and before the first of a group the group's name. Where not all have room, those that matter come first.
    private static List<(int Vertex, double Angle, string Group)> Entries(CircleLayout circle, Mesh mesh, GroupKey group, bool isRight, int most, Func<int, bool> matters)
    {
        var nodes = Enumerable.Range(0, mesh.Nodes.Length).Where(v => Math.Sin(circle.Angles[v]) >= 0 == isRight).OrderBy(v => -Math.Cos(circle.Angles[v])).ToList();
        var headers = new Dictionary<int, string>();
        if (circle.Groups.Length > 1)
        {
            for (var i = 0; i < nodes.Count; i++)
            {
                var own = mesh.Nodes[nodes[i]].GroupBy(group);
                if (i == 0 || mesh.Nodes[nodes[i - 1]].GroupBy(group) != own) headers[nodes[i]] = own.Length == 0 ? Grouping.GroupMesh.NoGroup : own;
            }
        }

        if (headers.Count * 2 > most) headers.Clear();
        var room = most - headers.Count;
        var shown = nodes.Count <= room ? nodes.ToHashSet() : nodes.Where(matters).Take(room).ToHashSet();
        var entries = new List<(int, double, string)>();
        foreach (var vertex in nodes)
        {
            if (headers.TryGetValue(vertex, out var header)) entries.Add((-1, circle.Angles[vertex], header));
            if (shown.Contains(vertex)) entries.Add((vertex, circle.Angles[vertex], ""));
        }

        return entries;
    }
}
