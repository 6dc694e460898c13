using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>Explains what is worse in a mesh by few causes.</summary>
public static class SuspectSearch
{
    // Below this nothing is worth a line.
    private const double LeastConfidence = 0.2;

    // What 5 % of multiplicative noise is, as a base-2 logarithm.
    private const double LeastNoise = 0.07;

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
        var suspects = Merge(mesh, options.Group, second)
            .Select(finding => finding.ToSuspect(noise, second.References))
            .Where(suspect => suspect.Confidence >= LeastConfidence);
        return
        [
            .. partitions,
            .. suspects
                .OrderByDescending(suspect => suspect.Confidence >= 0.5)
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

    /// <summary>Joins both directions of a node, and names the node for the uplink where it is its group's only one.</summary>
    private static IEnumerable<Finding> Merge(Mesh mesh, GroupKey key, Explanation explanation)
    {
        var nodes = explanation.Nodes.ToDictionary(finding => finding.Cause);
        var links = new List<Finding>();
        foreach (var link in explanation.Links)
        {
            // A link that may as well be the missing direction of a node already suspected is that.
            var other = link.AmbiguousWith.FirstOrDefault(cause => cause.Node is not null && nodes.ContainsKey(Reversed(cause)));
            if (other.Node is null || !nodes.TryAdd(other, link with { Cause = other, AmbiguousWith = [] })) links.Add(link);
        }

        var groupSizes = mesh.Nodes.CountBy(node => node.GroupBy(key)).ToDictionary();
        foreach (var (cause, finding) in nodes)
        {
            var group = mesh.Nodes[mesh.IndexOf(cause.Node!)].GroupBy(key);
            if (group.Length > 0 && groupSizes[group] == 1)
                finding.AmbiguousWith.Add(new SuspectCause(cause.Kind == SuspectKind.NodeEgress ? SuspectKind.GroupEgress : SuspectKind.GroupIngress, Group: group));
        }

        foreach (var group in explanation.Groups) yield return group;
        foreach (var (cause, finding) in nodes)
        {
            var isBoth = nodes.TryGetValue(Reversed(cause), out var back);
            if (!isBoth) yield return finding;
            else if (cause.Kind == SuspectKind.NodeEgress) yield return finding.With(back!, cause with { Kind = SuspectKind.Node });
        }

        foreach (var link in links) yield return link;
    }

    private static SuspectCause Reversed(SuspectCause cause) =>
        cause with { Kind = cause.Kind == SuspectKind.NodeEgress ? SuspectKind.NodeIngress : SuspectKind.NodeEgress };

    private sealed record Explanation(List<Finding> Groups, List<Finding> Nodes, List<Finding> Links, bool[] IsExplained, double Noise, int References)
    {
        public static Explanation Of(Evidence evidence, float[] healthy, float[] expected, List<Finding> groups, List<Finding> nodes, List<Finding> links)
        {
            var isExplained = new bool[healthy.Length];
            var rest = new List<float>();
            for (var cell = 0; cell < isExplained.Length; cell++)
            {
                var difference = evidence.Value[cell] - expected[cell];
                isExplained[cell] = expected[cell] < healthy[cell] - CapacityFit.Tolerance || difference < -CapacityFit.Worse;
                if (!isExplained[cell] && !float.IsNaN(difference)) rest.Add(Math.Abs(difference));
            }

            var noise = rest.Count == 0 ? 0.25 : Math.Max(LeastNoise, 1.4826 * BlockLevels.Quantile(rest, 0.5));
            return new Explanation(groups, nodes, links, isExplained, noise, rest.Count);
        }
    }
}
