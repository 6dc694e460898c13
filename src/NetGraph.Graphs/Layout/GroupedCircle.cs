using System.Collections.Immutable;

namespace NetGraph.Graphs.Layout;

/// <summary>Vertices on a circle, group beside group: the same vertices always get the same places.</summary>
public static class GroupedCircle
{
    /// <summary>Places vertices evenly on the unit circle, in natural order of group and name, with a gap between groups.</summary>
    /// <param name="groups">The group of each vertex; the empty string is a group as any other.</param>
    /// <param name="names">The name of each vertex, or <see langword="null"/> to keep the order of their numbers.</param>
    /// <returns>The angle of each vertex in radians, clockwise from the top, and the arc of each group.</returns>
    public static CircleLayout Place(IReadOnlyList<string> groups, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var angles = new double[groups.Count];
        var arcs = ImmutableArray.CreateBuilder<GroupArc>();
        var ordered = Enumerable.Range(0, groups.Count)
            .OrderBy(v => names is null ? "" : names[v], NaturalOrder.Instance).ThenBy(v => v)
            .GroupBy(v => groups[v]).OrderBy(g => g.Key, NaturalOrder.Instance).ToList();

        // A group begins with a gap as wide as one place, so that its first and last vertex stand half a place inside its arc.
        var gaps = ordered.Count > 1 ? ordered.Count : 0;
        var step = groups.Count == 0 ? 0 : 2 * Math.PI / (groups.Count + gaps);
        var next = gaps > 0 ? step / 2 : 0.0;
        foreach (var group in ordered)
        {
            var begin = next;
            foreach (var vertex in group)
            {
                angles[vertex] = next + (gaps > 0 ? step / 2 : 0);
                next += step;
            }

            arcs.Add(new GroupArc(group.Key, begin, next));
            if (gaps > 0) next += step;
        }

        return new CircleLayout([.. angles], arcs.ToImmutable());
    }
}

/// <summary>Places on a circle.</summary>
/// <param name="Angles">Angle of each vertex in radians, clockwise from the top.</param>
/// <param name="Groups">The arcs of the groups, in order of their names.</param>
public sealed record CircleLayout(ImmutableArray<double> Angles, ImmutableArray<GroupArc> Groups);

/// <summary>The part of the circle that a group takes up.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Begin">Where it begins, in radians clockwise from the top.</param>
/// <param name="End">Where it ends; not less than <paramref name="Begin"/>.</param>
public sealed record GroupArc(string Name, double Begin, double End);
