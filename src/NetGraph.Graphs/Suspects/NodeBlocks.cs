using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>Nodes that should see the mesh alike: those of one label, split where the measurements show finer structure.</summary>
/// <param name="Of">Block of each node; -1 for a stray.</param>
/// <param name="Members">Nodes of each block, strays left out.</param>
/// <param name="Strays">Nodes that no other node reaches as well as they reach one another: faulty in both directions, if anything.</param>
/// <param name="Label">What each node's labels say: nodes of equal numbers belong together; -1 for none.</param>
/// <param name="Surroundings">What lies around each block, such as its zone: ways between blocks of equal surroundings are alike.</param>
internal sealed record NodeBlocks(int[] Of, ImmutableArray<int[]> Members, ImmutableArray<int> Strays, int[] Label, int[] Surroundings)
{
    // More strays than this are no exceptions: such a mesh has no common level, as a chain has none.
    private const double MostStrays = 0.4;

    public static NodeBlocks Find(Mesh mesh, Evidence evidence, GroupKey key)
    {
        var (label, surroundings) = Labels(mesh, key);
        var labelSize = label.CountBy(l => l).ToDictionary();
        var leaves = new int[mesh.Nodes.Length];
        Array.Fill(leaves, -1);
        var leaf = 0;
        var strays = new List<int>();
        var around = new int[leaves.Length];
        foreach (var root in LinkageTree.Find(evidence)) Walk(root, -1 - leaf, around, leaves, ref leaf, strays);
        if (label.All(l => l < 0)) surroundings = around;

        // Where most of a rack strays, the rack is so, not its nodes; a rack of one node has nobody to be compared with.
        var astray = strays.CountBy(node => label[node]).ToDictionary();
        var slow = leaf++;
        strays.RemoveAll(node => label[node] >= 0 && astray[label[node]] * 2 > labelSize[label[node]] && IsAlone(leaves, slow, node));
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

        return new NodeBlocks(of, [.. members.Select(block => block.ToArray())], [.. strays], label, [.. members.Select(block => surroundings[block[0]])]);
    }

    private static bool IsAlone(int[] leaves, int leaf, int node)
    {
        leaves[node] = leaf;
        return true;
    }

    private static void Walk(LinkageTree tree, int parent, int[] around, int[] leaves, ref int leaf, List<int> strays)
    {
        var own = leaf++;
        var isStray = tree.Children.Count > 0 && tree.Direct.Count <= MostStrays * tree.Size;
        if (isStray) strays.AddRange(tree.Direct);
        foreach (var node in tree.Direct)
        {
            around[node] = tree.Children.Count > 0 ? own : parent;
            if (!isStray) leaves[node] = own;
        }

        foreach (var child in tree.Children) Walk(child, own, around, leaves, ref leaf, strays);
    }

    /// <summary>Numbers of the finest useful label of each node (-1 for none), and of all that is coarser.</summary>
    private static (int[] Finest, int[] Coarser) Labels(Mesh mesh, GroupKey key)
    {
        GroupKey[] keys = [GroupKey.Region, GroupKey.Zone, GroupKey.Rack, key];
        var names = new string[mesh.Nodes.Length];
        Array.Fill(names, "");
        var coarser = names;
        foreach (var finer in keys.Distinct())
        {
            if (finer == GroupKey.None) continue;
            var next = mesh.Nodes.Select((node, i) => names[i] + '\0' + node.GroupBy(finer)).ToArray();
            var sizes = next.CountBy(name => name).ToDictionary();
            // Where most nodes are alone under a label, as with a rack per node, it says nothing.
            if (next.Count(name => sizes[name] > 1) * 2 > next.Length) (coarser, names) = (sizes.Count > coarser.Distinct().Count() ? names : coarser, next);
        }

        return (Number(names), Number(coarser));
    }

    private static int[] Number(string[] names)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. names.Select(name => name.Trim('\0').Length == 0 ? -1 : numbers.TryGetValue(name, out var number) ? number : numbers[name] = numbers.Count)];
    }
}
