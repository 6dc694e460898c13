using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>Finds sets of nodes that still reach each other, but not the rest.</summary>
internal static class Partitions
{
    /// <summary>Finds the sets, and takes the failed links between them out of the evidence: they are explained.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="evidence">What was measured; lessened.</param>
    /// <param name="key">What groups share an uplink.</param>
    /// <returns>All parts but the largest (of equals, the one with the first node), each with two nodes at least.</returns>
    public static List<Suspect> Take(Mesh mesh, Evidence evidence, GroupKey key)
    {
        var part = Parts(mesh);
        var sizes = part.CountBy(p => p).ToDictionary();
        if (sizes.Values.Count(size => size > 1) < 2) return [];
        var rest = sizes.OrderByDescending(size => size.Value).ThenBy(size => size.Key).First().Key;
        double usual = BlockLevels.Quantile([.. evidence.Value.Where(value => value > Evidence.Failed)], 0.5);
        var suspects = new List<Suspect>();
        foreach (var cut in sizes.Where(size => size.Value > 1 && size.Key != rest).Select(size => size.Key).Order())
        {
            int outwards = 0, inwards = 0;
            foreach (var link in mesh.Links)
            {
                if (!Evidence.IsDown(link) || sizes[part[link.Source]] == 1 || sizes[part[link.Destination]] == 1) continue;
                if (part[link.Source] == cut && part[link.Destination] != cut) outwards++;
                else if (part[link.Destination] == cut && part[link.Source] != cut) inwards++;
            }

            if (outwards > 0 && inwards > 0) suspects.Add(ToSuspect(mesh, key, [.. Enumerable.Range(0, part.Length).Where(i => part[i] == cut)], outwards + inwards, usual));
        }

        if (suspects.Count == 0) return [];
        foreach (var link in mesh.Links)
        {
            if (Evidence.IsDown(link) && part[link.Source] != part[link.Destination] && sizes[part[link.Source]] > 1 && sizes[part[link.Destination]] > 1)
                evidence.Value[(link.Source * evidence.Count) + link.Destination] = float.NaN;
        }

        return suspects;
    }

    private static Suspect ToSuspect(Mesh mesh, GroupKey key, int[] nodes, int pairs, double usual)
    {
        var group = mesh.Nodes[nodes[0]].GroupBy(key);
        var isGroup = group.Length > 0 && mesh.Nodes.Where(node => node.GroupBy(key) == group).Count() == nodes.Length && nodes.All(i => mesh.Nodes[i].GroupBy(key) == group);
        return new Suspect
        {
            Cause = new SuspectCause(SuspectKind.Partition, Node: mesh.Nodes[nodes[0]].Name, Group: isGroup ? group : null),
            Nodes = [.. nodes.Select(i => mesh.Nodes[i].Name)],
            ObservedBitsPerSecond = 0,
            ExpectedBitsPerSecond = double.IsNaN(usual) ? 0 : Math.Pow(2, usual),
            Pairs = pairs,
            Confidence = Math.Round(1 - Math.Exp(-pairs), 3),
            AmbiguousWith = isGroup ? [new SuspectCause(SuspectKind.GroupEgress, Group: group), new SuspectCause(SuspectKind.GroupIngress, Group: group)] : [],
        };
    }

    /// <summary>Number of each node's part: the lowest index in it. Nodes belong together when a test between them, in whatever direction and of whatever quality, succeeded.</summary>
    private static int[] Parts(Mesh mesh)
    {
        var parent = Enumerable.Range(0, mesh.Nodes.Length).ToArray();
        int Root(int node)
        {
            while (parent[node] != node) node = parent[node] = parent[parent[node]];
            return node;
        }

        foreach (var link in mesh.Links)
        {
            if (link.State != LinkState.Up) continue;
            int a = Root(link.Source), b = Root(link.Destination);
            parent[Math.Max(a, b)] = Math.Min(a, b);
        }

        return [.. Enumerable.Range(0, parent.Length).Select(Root)];
    }
}
