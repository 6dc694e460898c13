using System.Collections.Immutable;

namespace NetGraph.Graphs.Encoding;

/// <summary>Where nodes and arcs lie on the canvas.</summary>
/// <param name="CenterX">Middle of the picture.</param>
/// <param name="CenterY">Middle of the picture.</param>
/// <param name="Nodes">Centre and radius of each node.</param>
internal sealed record Stage(double CenterX, double CenterY, ImmutableArray<(double X, double Y, double Radius)> Nodes)
{
    /// <summary>The arc of a directed link. It bends to its left, so that the two directions of a pair lie beside each other.</summary>
    public Arc Arc(int source, int destination)
    {
        var (x0, y0, r0) = Nodes[source];
        var (x1, y1, r1) = Nodes[destination];
        double dx = x1 - x0, dy = y1 - y0;
        var length = Math.Max(1, Math.Sqrt((dx * dx) + (dy * dy)));
        double bend = 0.10 * length, nx = dy / length, ny = -dx / length;
        double cx = ((x0 + x1) / 2) + (nx * bend), cy = ((y0 + y1) / 2) + (ny * bend);

        // Both ends stop at the rim of their node; the head points along the curve's end.
        var (sx, sy) = Towards(x0, y0, cx, cy, r0 + 1);
        var (tx, ty) = Towards(x1, y1, cx, cy, r1 + 8);
        var (hx, hy) = Towards(x1, y1, cx, cy, r1 + 1);
        double ux = (hx - tx) / 7, uy = (hy - ty) / 7;
        FormattableString head = $"{hx:0.#},{hy:0.#} {tx - (uy * 3.2):0.#},{ty + (ux * 3.2):0.#} {tx + (uy * 3.2):0.#},{ty - (ux * 3.2):0.#}";
        FormattableString path = $"M{sx:0.#} {sy:0.#}Q{cx:0.#} {cy:0.#} {tx:0.#} {ty:0.#}";
        return new Arc(FormattableString.Invariant(path), FormattableString.Invariant(head), (sx, sy), (cx, cy), (tx, ty));
    }

    /// <summary>A point between a node's rim and the middle of the picture, so far from the rim.</summary>
    public (double X, double Y, double UnitX, double UnitY) Inwards(int node, double distance)
    {
        var (x, y, radius) = Nodes[node];
        double dx = CenterX - x, dy = CenterY - y, length = Math.Sqrt((dx * dx) + (dy * dy));
        (dx, dy) = length < 1 ? (0, 1) : (dx / length, dy / length);
        return (x + (dx * (radius + distance)), y + (dy * (radius + distance)), dx, dy);
    }

    private static (double X, double Y) Towards(double x, double y, double toX, double toY, double distance)
    {
        double dx = toX - x, dy = toY - y, length = Math.Max(1, Math.Sqrt((dx * dx) + (dy * dy)));
        return (x + (dx / length * distance), y + (dy / length * distance));
    }
}

/// <summary>A bent line from node to node.</summary>
/// <param name="Path">Its path data.</param>
/// <param name="Head">The points of its arrow head.</param>
/// <param name="Start">Where the curve begins.</param>
/// <param name="Control">Its control point.</param>
/// <param name="End">Where the curve ends.</param>
internal readonly record struct Arc(string Path, string Head, (double X, double Y) Start, (double X, double Y) Control, (double X, double Y) End)
{
    /// <summary>A point of the curve, from 0 at its begin to 1 at its end.</summary>
    public (double X, double Y) At(double t)
    {
        double a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
        return ((a * Start.X) + (b * Control.X) + (c * End.X), (a * Start.Y) + (b * Control.Y) + (c * End.Y));
    }
}
