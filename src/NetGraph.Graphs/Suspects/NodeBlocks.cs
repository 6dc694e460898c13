using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>Nodes that should see the mesh alike: those of one label, split where the measurements show finer structure.</summary>
/// <param name="Of">Block of each node; -1 for a stray.</param>
/// <param name="Members">Nodes of each block, strays left out.</param>
/// <param name="Strays">Nodes that no other node reaches as well as they reach one another: faulty in both directions, if anything.</param>
/// <param name="Label">What each node's labels say: nodes of equal numbers belong together; -1 for none.</param>
internal sealed record NodeBlocks(int[] Of, ImmutableArray<int[]> Members, ImmutableArray<int> Strays, int[] Label)
{
    // More strays than this are no exceptions: such a mesh has no common level, as a chain has none.
    private const double MostStrays = 0.4;

    public static NodeBlocks Find(Mesh mesh, Evidence evidence, GroupKey key)
    {
        var label = Labels(mesh, key);
        var labelSize = label.CountBy(l => l).ToDictionary();
        var leaves = new int[mesh.Nodes.Length];
        Array.Fill(leaves, -1);
        var leaf = 0;
        var strays = new List<int>();
        foreach (var root in LinkageTree.Find(evidence)) Walk(root, leaves, ref leaf, strays);

        // A rack of a single node has nobody to be compared with at the rack's speed.
        strays.RemoveAll(node => label[node] >= 0 && labelSize[label[node]] == 1 && IsAlone(leaves, leaf++, node));
        if (strays.Count > MostStrays * mesh.Nodes.Length) strays.RemoveAll(node => IsAlone(leaves, leaf++, node));
        strays.Sort();

        var of = new int[leaves.Length];
        var blocks = new Dictionary<(int, int), int>();
        var members = new List<List<int>>();
        for (var node = 0; node < of.Length; node++)
        {
            of[node] = -1;
            if (leaves[node] < 0) continue;
            if (!blocks.TryGetValue((label[node], leaves[node]), out of[node]))
            {
                blocks.Add((label[node], leaves[node]), of[node] = members.Count);
                members.Add([]);
            }

            members[of[node]].Add(node);
        }

        return new NodeBlocks(of, [.. members.Select(block => block.ToArray())], [.. strays], label);
    }

    private static bool IsAlone(int[] leaves, int leaf, int node)
    {
        leaves[node] = leaf;
        return true;
    }

    private static void Walk(LinkageTree tree, int[] leaves, ref int leaf, List<int> strays)
    {
        if (tree.Children.Count > 0 && tree.Direct.Count <= MostStrays * tree.Size)
        {
            strays.AddRange(tree.Direct);
        }
        else
        {
            foreach (var node in tree.Direct) leaves[node] = leaf;
            leaf++;
        }

        foreach (var child in tree.Children) Walk(child, leaves, ref leaf, strays);
    }

    private static int[] Labels(Mesh mesh, GroupKey key)
    {
        GroupKey[] keys = [GroupKey.Region, GroupKey.Zone, GroupKey.Rack, key];
        var names = new string[mesh.Nodes.Length];
        Array.Fill(names, "");
        foreach (var finer in keys.Distinct())
        {
            if (finer == GroupKey.None) continue;
            var next = mesh.Nodes.Select((node, i) => names[i] + '\0' + node.GroupBy(finer)).ToArray();
            var sizes = next.CountBy(name => name).ToDictionary();
            // Where most nodes are alone under a label, as with a rack per node, it says nothing.
            if (next.Count(name => sizes[name] > 1) * 2 > next.Length) names = next;
        }

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. names.Select(name => name.Trim('\0').Length == 0 ? -1 : numbers.TryGetValue(name, out var number) ? number : numbers[name] = numbers.Count)];
    }
}
