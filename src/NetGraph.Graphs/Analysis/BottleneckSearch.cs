using System.Collections.Immutable;
using NetGraph.Graphs.Paths;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Analysis;

/// <summary>A link that narrows the widest paths of many pairs.</summary>
/// <param name="Link">Index of the link in <see cref="Mesh.Links"/>.</param>
/// <param name="Pairs">Of how many ordered pairs of nodes it is the bottleneck.</param>
public readonly record struct Bottleneck(int Link, int Pairs);

/// <summary>Finds where a mesh is narrow, whichever way is taken.</summary>
public static class BottleneckSearch
{
    /// <summary>What narrows the widest path of a pair to less than this share of the best pair's is worth telling.</summary>
    private const double Narrow = 0.5;

    /// <summary>Finds the links that are the bottleneck of the widest paths of most pairs.</summary>
    /// <remarks>
    /// Of a group's uplink it is the fastest link across that stands here: every other way across is narrower still. A slow link with a better way round is nobody's bottleneck.
    /// Links not narrower than half of the mesh's widest path are left out, so that a healthy flat mesh has no bottleneck. O(V²) beside <see cref="AllPairsWidestPaths"/>.
    /// </remarks>
    /// <param name="mesh">The mesh; widths are its measured throughputs.</param>
    /// <returns>The bottleneck of most pairs first; of equals the narrowest, then in order of links.</returns>
    public static ImmutableArray<Bottleneck> Find(Mesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var table = AllPairsWidestPaths.Find(GraphMetric.Bandwidth.Weigh(mesh));
        if (table.Bottlenecks.IsEmpty) return [];

        var pairs = new Dictionary<(int, int), int>();
        for (var source = 0; source < table.VertexCount; source++)
        {
            for (var destination = 0; destination < table.VertexCount; destination++)
            {
                if (table.BottleneckOf(source, destination) is not { } edge || edge.Weight >= Narrow * table.Bottlenecks[0].Weight) continue;
                pairs[(edge.Source, edge.Destination)] = pairs.GetValueOrDefault((edge.Source, edge.Destination)) + 1;
            }
        }

        return
        [
            .. Enumerable.Range(0, mesh.Links.Length)
                .Where(i => pairs.ContainsKey((mesh.Links[i].Source, mesh.Links[i].Destination)))
                .Select(i => new Bottleneck(i, pairs[(mesh.Links[i].Source, mesh.Links[i].Destination)]))
                .OrderByDescending(bottleneck => bottleneck.Pairs)
                .ThenBy(bottleneck => mesh.Links[bottleneck.Link].ThroughputBitsPerSecond),
        ];
    }
}
