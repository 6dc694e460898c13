using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Marks what is said to be at fault: a ring at a node with a wedge that points the way of the fault, a coloured arc for a group, a broad line under a link.</summary>
internal sealed class SuspectMarks
{
    private const double WedgeLength = 20;
    private readonly Dictionary<int, List<Suspect>> _nodes = [];
    private readonly Dictionary<string, List<Suspect>> _groups = new(StringComparer.Ordinal);
    private readonly List<(int Source, int Destination, Suspect Suspect)> _links = [];

    private SuspectMarks()
    {
    }

    /// <summary>Finds where in a picture the suspects are. Those that are not in it are only in its heading.</summary>
    public static SuspectMarks Of(Mesh mesh, PictureOptions options)
    {
        var marks = new SuspectMarks();
        foreach (var suspect in SuspectText.Said(options))
        {
            var cause = suspect.Cause;
            if (cause is { Source: { } source, Destination: { } destination })
            {
                int from = mesh.IndexOf(source), to = mesh.IndexOf(destination);
                // Of a pair that is reached one way the other way is at fault.
                if (from >= 0 && to >= 0) marks._links.Add(cause.Kind == SuspectKind.OneWay ? (to, from, suspect) : (from, to, suspect));
            }
            else if (suspect.Nodes.Length > 0)
            {
                foreach (var member in suspect.Nodes.Select(mesh.IndexOf).Where(index => index >= 0)) Add(marks._nodes, member, suspect);
            }
            else if (cause.Node is { } name && mesh.IndexOf(name) is >= 0 and var node)
            {
                Add(marks._nodes, node, suspect);
            }
            else if (cause.Group is { } group)
            {
                // In a picture of groups a group is a node.
                if (options.Groups is not null && mesh.IndexOf(group) is >= 0 and var own) Add(marks._nodes, own, suspect);
                else Add(marks._groups, group, suspect);
            }
        }

        return marks;
    }

    public bool IsMarked(int vertex) => _nodes.ContainsKey(vertex) || _links.Any(link => link.Source == vertex || link.Destination == vertex);

    /// <summary>What is said of a node, or <see langword="null"/>.</summary>
    public string? OfNode(int vertex) => _nodes.TryGetValue(vertex, out var suspects) ? string.Join("; ", suspects.Select(SuspectText.Describe)) : null;

    /// <summary>Whether what a node sends is suspected.</summary>
    public bool Sends(int vertex) =>
        _nodes.TryGetValue(vertex, out var suspects) && suspects.Any(suspect => suspect.Cause.Kind is SuspectKind.NodeEgress or SuspectKind.GroupEgress or SuspectKind.Node);

    /// <summary>Whether what a node receives is suspected.</summary>
    public bool Receives(int vertex) =>
        _nodes.TryGetValue(vertex, out var suspects) && suspects.Any(suspect => suspect.Cause.Kind is SuspectKind.NodeIngress or SuspectKind.GroupIngress or SuspectKind.Node);

    /// <summary>What is said of a group, or <see langword="null"/>.</summary>
    public string? OfGroup(string name) => _groups.TryGetValue(name, out var suspects) ? string.Join("; ", suspects.Select(SuspectText.Describe)) : null;

    /// <summary>What is said of a link, or <see langword="null"/>.</summary>
    public string? OfLink(int source, int destination) =>
        _links.Where(link => link.Source == source && link.Destination == destination).Select(link => SuspectText.Describe(link.Suspect)).FirstOrDefault();

    /// <summary>Draws the marks of nodes and links.</summary>
    public void Draw(SvgCanvas canvas, Stage stage)
    {
        foreach (var (source, destination, suspect) in _links)
        {
            var arc = stage.Arc(source, destination);
            canvas.Append($"<g><title>{SafeText.Xml(SuspectText.Describe(suspect))}</title><path class=\"suspect\" stroke-width=\"9\" stroke-opacity=\".45\" d=\"{arc.Path}\"/></g>\n");
        }

        foreach (var vertex in _nodes.Keys.Order())
        {
            var (x, y, radius) = stage.Nodes[vertex];
            canvas.Append($"<g><title>{SafeText.Xml(OfNode(vertex)!)}</title><circle class=\"suspect\" stroke-width=\"3.5\" cx=\"{x}\" cy=\"{y}\" r=\"{radius + 5}\"/>");
            bool sends = Sends(vertex), receives = Receives(vertex);
            if (sends) DrawWedge(canvas, stage, vertex, isOutwards: true, sideways: receives ? -9 : 0);
            if (receives) DrawWedge(canvas, stage, vertex, isOutwards: false, sideways: sends ? 9 : 0);
            canvas.Append($"</g>\n");
        }
    }

    /// <summary>Keeps labels off the marks of nodes.</summary>
    public void Take(LabelBoard board, Stage stage)
    {
        foreach (var vertex in _nodes.Keys)
        {
            var (x, y, radius) = stage.Nodes[vertex];
            board.Take(x - radius - 7, y - radius - 7, x + radius + 7, y + radius + 7);
            if (!Sends(vertex) && !Receives(vertex)) continue;
            var (wedgeX, wedgeY, _, _) = stage.Inwards(vertex, 9 + (WedgeLength / 2));
            board.Take(wedgeX - (WedgeLength / 2), wedgeY - (WedgeLength / 2), wedgeX + (WedgeLength / 2), wedgeY + (WedgeLength / 2));
        }
    }

    // Away from the node: what it sends. Towards it: what it receives.
    private static void DrawWedge(SvgCanvas canvas, Stage stage, int vertex, bool isOutwards, double sideways)
    {
        const double HalfWidth = 7;
        var (x, y, dx, dy) = stage.Inwards(vertex, 9);
        (x, y) = (x - (dy * sideways), y + (dx * sideways));
        var (tip, foot) = isOutwards ? (WedgeLength, 0.0) : (0.0, WedgeLength);
        canvas.Append($"<polygon class=\"suspect-mark\" points=\"{x + (dx * tip)},{y + (dy * tip)} {x + (dx * foot) - (dy * HalfWidth)},{y + (dy * foot) + (dx * HalfWidth)} {x + (dx * foot) + (dy * HalfWidth)},{y + (dy * foot) - (dx * HalfWidth)}\"/>");
    }

    private static void Add<TKey>(Dictionary<TKey, List<Suspect>> marks, TKey key, Suspect suspect)
        where TKey : notnull
    {
        if (!marks.TryGetValue(key, out var list)) marks[key] = list = [];
        list.Add(suspect);
    }
}
