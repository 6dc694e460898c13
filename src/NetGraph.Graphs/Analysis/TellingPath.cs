using NetGraph.Graphs.Paths;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Analysis;

/// <summary>The way between two nodes that is worth showing.</summary>
public static class TellingPath
{
    /// <summary>Less is noise, and in a flat mesh no packet takes the detour.</summary>
    private const double DetourIsClearlyWider = 1.1;

    /// <summary>Finds the widest path by throughput; the direct link in its place, unless the detour is wider by a tenth or more.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="source">Index of the node where it begins.</param>
    /// <param name="destination">Index of the node where it ends.</param>
    /// <returns>The path, or <see langword="null"/> when no measured one leads there, or the two are the same.</returns>
    public static GraphPath? Find(Mesh mesh, int source, int destination)
    {
        var widths = GraphMetric.Bandwidth.Weigh(mesh);
        if (WidestPath.Find(widths, source, destination) is not { } widest) return null;
        return widths.FindEdge(source, destination) is { } direct && direct.Weight * DetourIsClearlyWider >= widest.Bottleneck.Weight ? new GraphPath([direct]) : widest;
    }
}
