using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>Explains what is worse in a mesh by few causes.</summary>
public static class SuspectSearch
{
    // Below this nothing is worth a line.
    private const double LeastConfidence = 0.2;

    /// <summary>Finds what may be at fault: nodes, uplinks of groups, links, and what cannot be reached.</summary>
    /// <remarks>
    /// A link should carry what links between like nodes usually carry: nodes of the same label, or of the same cluster where the measurements show one. Uplinks are judged first, on these usual
    /// levels; then nodes and directions, greedily by how much they explain; what remains are links. A second look learns the levels again from the links that no cause explains.
    /// Failed links count as zero, untested ones and results of doubtful quality not at all, capped ones as a lower bound. O(V^2 log V) time and O(V^2) space.
    /// </remarks>
    /// <param name="mesh">The mesh.</param>
    /// <param name="options">Groups and expectations.</param>
    /// <returns>The suspects, what explains most first; equal meshes give equal answers. Empty for a healthy mesh.</returns>
    public static ImmutableArray<Suspect> Find(Mesh mesh, SuspectOptions options)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(options);
        var evidence = Evidence.Of(mesh);
        var partitions = Partitions.Take(mesh, evidence, options.Group);
        var blocks = NodeBlocks.Find(mesh, evidence, options.Group);
        var declared = new DeclaredCapacities(mesh, options);

        var first = Look(mesh, evidence, blocks, declared, options.Group, isExplained: null);
        var second = Look(mesh, evidence, blocks, declared, options.Group, first.IsExplained);
        var noise = second.Noise;
        var suspects = Parsimony.Merge(mesh, evidence, options.Group, second)
            .Select(finding => finding.ToSuspect(noise, second.References))
            .Where(suspect => suspect.Confidence >= LeastConfidence);
        return
        [
            .. partitions,
            .. suspects
                .OrderByDescending(suspect => suspect.IsSaid)
                .ThenByDescending(Weight)
                .ThenBy(suspect => suspect.Cause.Kind)
                .ThenBy(suspect => suspect.Cause.Node ?? suspect.Cause.Group ?? suspect.Cause.Source, StringComparer.Ordinal)
                .ThenBy(suspect => suspect.Cause.Destination, StringComparer.Ordinal),
        ];
    }

    private static double Weight(Suspect suspect) => suspect.Pairs * suspect.Confidence * (1 - (suspect.ObservedBitsPerSecond / Math.Max(1, suspect.ExpectedBitsPerSecond)));

    private static Explanation Look(Mesh mesh, Evidence evidence, NodeBlocks blocks, DeclaredCapacities declared, GroupKey key, bool[]? isExplained)
    {
        var levels = BlockLevels.Estimate(evidence, blocks, isExplained);
        var expected = ExpectedMatrix.Build(evidence, blocks, levels, declared);
        var groups = GroupFaults.Explain(mesh, evidence, blocks, levels, declared, key, (sources, destinations, left) =>
        {
            foreach (var source in sources)
            {
                foreach (var destination in destinations)
                {
                    ref var should = ref expected[(source * evidence.Count) + destination];
                    should = left == Evidence.Failed ? float.NaN : Math.Min(should, left);
                }
            }
        });
        var healthy = (float[])expected.Clone();
        var least = (float[])expected.Clone();
        var nodes = NodeFaults.Explain(mesh, evidence, expected, least);
        var links = LinkFaults.Find(mesh, evidence, blocks, expected, least);
        return Explanation.Of(evidence, healthy, expected, groups, nodes, links);
    }
}
