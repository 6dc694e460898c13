namespace NetGraph.Graphs.Suspects;

/// <summary>Nodes joined at about one level of throughput, and the faster clusters that were joined to them at that level.</summary>
/// <remarks>
/// Single linkage over the better direction of each pair (J. C. Gower, G. J. S. Ross, "Minimum spanning trees and single linkage cluster analysis", Applied Statistics 18, 1969),
/// flattened: a join opens a new level only when it is clearly slower than what it joins. The better direction, so that a fault of one direction splits nothing.
/// O(V^2) time, O(V) space beside the evidence.
/// </remarks>
internal sealed class LinkageTree
{
    // log2 of 0.7: noise and honest differences stay above, an uplink oversubscribed by 1.5 lies below.
    private const double Drop = 0.5146;

    private const double DropOfParts = 0.3219; // log2 of 0.8

    private double _levels;
    private int _joins;

    /// <summary>Nodes that no faster cluster holds.</summary>
    public List<int> Direct { get; } = [];

    /// <summary>Clusters that are faster inside.</summary>
    public List<LinkageTree> Children { get; } = [];

    /// <summary>How many nodes there are, those of all children included.</summary>
    public int Size { get; private set; }

    /// <summary>Builds the trees of a mesh: one for each part that measured pairs join.</summary>
    public static List<LinkageTree> Find(Evidence evidence)
    {
        var count = evidence.Count;
        var edges = SpanningEdges(evidence);
        var tree = new LinkageTree[count];
        var parent = new int[count];
        for (var i = 0; i < count; i++)
        {
            tree[i] = new LinkageTree { Size = 1 };
            tree[i].Direct.Add(i);
            parent[i] = i;
        }

        foreach (var (a, b, width) in edges.OrderByDescending(edge => edge.Width).ThenBy(edge => edge.A).ThenBy(edge => edge.B))
        {
            int x = Root(parent, a), y = Root(parent, b);
            parent[y] = x;
            tree[x] = Join(tree[x], tree[y], width);
        }

        return [.. Enumerable.Range(0, count).Where(i => parent[i] == i).Select(i => tree[i])];
    }

    /// <summary>All nodes, those of the children included.</summary>
    public IEnumerable<int> All() => Direct.Concat(Children.SelectMany(child => child.All()));

    private static LinkageTree Join(LinkageTree x, LinkageTree y, double width)
    {
        // The best of the many pairs between two parts of one cluster is hardly slower than the links inside.
        var drop = Math.Min(x.Size, y.Size) > 1 ? DropOfParts : Drop;
        bool isX = x.IsAt(width, drop), isY = y.IsAt(width, drop);
        if (isX && isY)
        {
            var (large, small) = x.Size >= y.Size ? (x, y) : (y, x);
            large.Direct.AddRange(small.Direct);
            large.Children.AddRange(small.Children);
            return large.Grown(small.Size, small._levels + width, small._joins + 1);
        }

        // Three nodes at one speed are a cluster of their own, even if it is the speed of the join.
        if (!isX && !isY || (isX ? x : y) is { Children.Count: 0, Size: > 2 })
        {
            var both = new LinkageTree();
            both.Children.Add(x);
            both.Children.Add(y);
            return both.Grown(x.Size + y.Size, width, 1);
        }

        var (level, faster) = isX ? (x, y) : (y, x);
        level.Children.Add(faster);
        return level.Grown(faster.Size, width, 1);
    }

    private bool IsAt(double width, double drop) => _joins == 0 || width >= (_levels / _joins) - drop;

    private LinkageTree Grown(int nodes, double levels, int joins)
    {
        Size += nodes;
        _levels += levels;
        _joins += joins;
        return this;
    }

    // R. C. Prim's scheme suits a dense matrix: V^2 looks, no sorting.
    private static List<(int A, int B, float Width)> SpanningEdges(Evidence evidence)
    {
        var count = evidence.Count;
        var width = new float[count];
        var from = new int[count];
        var isIn = new bool[count];
        Array.Fill(width, float.NegativeInfinity);
        var edges = new List<(int, int, float)>();
        for (var step = 0; step < count; step++)
        {
            var next = -1;
            for (var i = 0; i < count; i++)
            {
                if (!isIn[i] && (next < 0 || width[i] > width[next])) next = i;
            }

            isIn[next] = true;
            if (width[next] >= 0) edges.Add((from[next], next, width[next]));
            for (var i = 0; i < count; i++)
            {
                if (isIn[i]) continue;
                var better = Math.Max(Known(evidence, (next * count) + i), Known(evidence, (i * count) + next));
                if (better > width[i]) (width[i], from[i]) = (better, next);
            }
        }

        return edges;
    }

    private static float Known(Evidence evidence, int cell)
    {
        var value = evidence.Value[cell];
        if (float.IsNaN(value) && evidence.AtLeast is { } bounds) value = bounds[cell];
        return float.IsNaN(value) ? float.NegativeInfinity : value;
    }

    private static int Root(int[] parent, int node)
    {
        while (parent[node] != node) node = parent[node] = parent[parent[node]];
        return node;
    }
}
