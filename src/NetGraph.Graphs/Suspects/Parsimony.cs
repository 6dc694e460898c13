using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>Says the same with fewer suspects.</summary>
internal static class Parsimony
{
    // So many links of one node and direction are the node's.
    private const int ManyLinks = 3;
    private const double MostOfLinks = 0.6;

    /// <summary>Joins links of one node, both directions of a node, and names the uplink beside the only node behind it.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="evidence">What was measured.</param>
    /// <param name="key">What groups share an uplink.</param>
    /// <param name="explanation">What was found.</param>
    public static IEnumerable<Finding> Merge(Mesh mesh, Evidence evidence, GroupKey key, Explanation explanation)
    {
        var nodes = explanation.Nodes.ToDictionary(finding => finding.Cause);
        var links = explanation.Links;
        foreach (var kind in (SuspectKind[])[SuspectKind.NodeEgress, SuspectKind.NodeIngress]) links = Gather(mesh, evidence, kind, nodes, links);
        links = Complete(nodes, links);

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

    /// <summary>Takes many links of one node for the node: beside a fault that it has already, or when they are most of its links.</summary>
    private static List<Finding> Gather(Mesh mesh, Evidence evidence, SuspectKind kind, Dictionary<SuspectCause, Finding> nodes, List<Finding> links)
    {
        var rest = new List<Finding>();
        foreach (var group in links.GroupBy(link => EndOf(link.Cause, kind)))
        {
            var cause = new SuspectCause(kind, Node: group.Key);
            var measured = MeasuredLinks(evidence, mesh.IndexOf(group.Key), kind);
            var isKnown = nodes.TryGetValue(cause, out var finding);
            if (group.Count() < ManyLinks || (!isKnown && group.Count() < MostOfLinks * measured))
            {
                rest.AddRange(group);
                continue;
            }

            finding ??= new Finding(cause, [], []) { Contradictions = measured - group.Count() };
            nodes[cause] = finding;
            if (isKnown) continue;
            foreach (var link in group)
            {
                finding.Values.AddRange(link.Values);
                finding.Expected.AddRange(link.Expected);
            }
        }

        return rest;
    }

    /// <summary>Takes a link that may as well be the missing direction of a node already suspected for that.</summary>
    private static List<Finding> Complete(Dictionary<SuspectCause, Finding> nodes, List<Finding> links)
    {
        var rest = new List<Finding>();
        foreach (var link in links)
        {
            var other = link.AmbiguousWith.FirstOrDefault(cause => cause.Node is not null && nodes.ContainsKey(Reversed(cause)));
            if (other.Node is null || !nodes.TryAdd(other, link with { Cause = other, AmbiguousWith = [] })) rest.Add(link);
        }

        return rest;
    }

    private static string EndOf(SuspectCause link, SuspectKind kind) =>
        (kind == SuspectKind.NodeEgress) == (link.Kind == SuspectKind.Link) ? link.Source! : link.Destination!;

    private static int MeasuredLinks(Evidence evidence, int node, SuspectKind kind) => Enumerable.Range(0, evidence.Count)
        .Count(other => !float.IsNaN(evidence.Value[kind == SuspectKind.NodeEgress ? (node * evidence.Count) + other : (other * evidence.Count) + node]));

    private static SuspectCause Reversed(SuspectCause cause) =>
        cause with { Kind = cause.Kind == SuspectKind.NodeEgress ? SuspectKind.NodeIngress : SuspectKind.NodeEgress };
}
