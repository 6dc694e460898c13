using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Tests.Planning;

/// <summary>The lower bound of a full mesh, by plain counting: every choice of parts is tried, and the busiest rules.</summary>
internal static class CountedBound
{
    /// <summary>The bound in slots.</summary>
    public static int Slots(PlannedMesh mesh)
    {
        var isDirected = mesh.Options.Isolation == Isolation.Direction;
        var limits = mesh.Options.Limits;
        int count = mesh.Nodes.Length, endsOfNode = isDirected ? 2 : 1;
        if (count < 2) return 0;
        // By pair in rounds, of which each is two slots.
        var items = mesh.AllPairs().Where(pair => isDirected || pair.First < pair.Second).ToList();
        var rounds = (double)count - 1;
        string[] names = [.. mesh.Nodes.Select(node => node.Group).Where(group => group.Length > 0).Distinct()];
        bool IsIn(int node, string name) => mesh.Nodes[node].Group == name;
        foreach (var name in names)
        {
            var crossing = items.Count(pair => IsIn(pair.First, name) != IsIn(pair.Second, name));
            var touching = items.Count(pair => IsIn(pair.First, name) || IsIn(pair.Second, name));
            int size = mesh.Nodes.Count(node => node.Group == name) * endsOfNode, others = (count * endsOfNode) - size;
            rounds = Math.Max(rounds, Rounds(crossing, Math.Min(limits.CrossingsPerGroup, limits.MaxConcurrent ?? int.MaxValue)));
            var most = 0;
            for (var across = 0; across <= Math.Min(limits.CrossingsPerGroup, Math.Min(size, others)); across++) most = Math.Max(most, across + ((size - across) / 2));
            rounds = Math.Max(rounds, Rounds(touching, Math.Min(most, limits.MaxConcurrent ?? int.MaxValue)));
        }

        // A part is a group that is neither left out nor split into its nodes, or a node.
        foreach (var choice in Choices(names.Length))
        {
            for (var singles = 0; singles <= mesh.Nodes.Count(node => node.Group.Length == 0); singles++)
            {
                var left = singles;
                var part = new int[count];
                var places = 0;
                for (var node = 0; node < count; node++)
                {
                    var group = Array.IndexOf(names, mesh.Nodes[node].Group);
                    var isOwn = group < 0 ? left-- > 0 : choice[group] == 2;
                    part[node] = isOwn ? 1000 + node : group >= 0 && choice[group] == 1 ? group : -1;
                    if (isOwn) places += endsOfNode;
                }

                for (var group = 0; group < names.Length; group++)
                {
                    if (choice[group] == 1) places += Math.Min(limits.CrossingsPerGroup, endsOfNode * mesh.Nodes.Count(node => node.Group == names[group]));
                }

                var between = items.Count(pair => part[pair.First] >= 0 && part[pair.Second] >= 0 && part[pair.First] != part[pair.Second]);
                if (between > 0) rounds = Math.Max(rounds, Rounds(between, Math.Min(places / 2, limits.MaxConcurrent ?? int.MaxValue)));
            }
        }

        return (int)rounds * (isDirected ? 1 : 2);
    }

    private static IEnumerable<int[]> Choices(int groups) =>
        groups == 0 ? [[]] : Choices(groups - 1).SelectMany(choice => Enumerable.Range(0, 3).Select(last => choice.Append(last).ToArray()));

    private static double Rounds(int tests, int atOnce) => Math.Ceiling((double)tests / atOnce);
}
