using NetGraph.Graphs.Coloring;

namespace NetGraph.Collector.Planning;

/// <summary>Which pairs a cycle tests, in rounds of disjoint ends that know nothing of caps yet.</summary>
/// <param name="Rounds">The rounds: a stream, which may be read again.</param>
/// <param name="CyclesToCover">How many cycles an epoch has, in which every pair has its turn.</param>
internal sealed record MeshSelection(IEnumerable<ArraySegment<PlanItem>> Rounds, int CyclesToCover)
{
    /// <summary>All pairs: a tournament by pair, i to i + r by direction.</summary>
    public static MeshSelection Full(IReadOnlyList<PlanNode> nodes, Fabric fabric)
    {
        int[] all = [.. Enumerable.Range(0, nodes.Count)];
        var rounds = fabric.IsDirected
            ? all.Skip(1).Select(shift => Segment(all.Select(i => new PlanItem(i, (i + shift) % all.Length, false)).Where(item => nodes[item.First].Tests(nodes[item.Second]))))
            : Tournament(nodes, fabric, all, 0, RoundRobin.RoundCount(all.Length));
        return new MeshSelection(rounds, 1);
    }

    /// <summary>
    /// A regular graph, another each cycle: the next rounds of a tournament of nodes shuffled anew each epoch. With an odd number of nodes some have a bye
    /// in one of the rounds, and one peer less.
    /// </summary>
    public static MeshSelection Sample(IReadOnlyList<PlanNode> nodes, Fabric fabric, int degree, long cycle) =>
        Sample(nodes, fabric, [.. Enumerable.Range(0, nodes.Count)], degree, cycle);

    /// <summary>All pairs of one representative a zone, and a sample inside each zone.</summary>
    /// <remarks>
    /// Over m^2 cycles, m being the least prime that is neither below the number of zones nor below the largest zone, zone z is represented by its node
    /// (x z + y) mod m in cycle x m + y: an orthogonal array (K. A. Bush, 1952), by which every two nodes of different zones meet.
    /// </remarks>
    public static MeshSelection Zones(IReadOnlyList<PlanNode> nodes, Fabric fabric, int degree, long cycle)
    {
        int[][] zones = [.. Enumerable.Range(0, nodes.Count).GroupBy(node => nodes[node].Zone, StringComparer.Ordinal).OrderBy(zone => zone.Key, StringComparer.Ordinal).Select(zone => zone.ToArray())];
        if (zones.Length < 2) return Sample(nodes, fabric, degree, cycle);
        var prime = LeastPrime(Math.Max(zones.Length, zones.Max(zone => zone.Length)));
        int[] representatives = [.. zones.Select((zone, z) => zone[((cycle / prime % prime * z) + (cycle % prime)) % prime % zone.Length])];
        MeshSelection[] samples = [.. zones.Select(zone => Sample(nodes, fabric, zone, degree, cycle))];
        var rounds = Tournament(nodes, fabric, representatives, 0, RoundRobin.RoundCount(zones.Length)).Concat(samples.SelectMany(sample => sample.Rounds));
        return new MeshSelection(rounds, Math.Max(checked(prime * prime), samples.Max(sample => sample.CyclesToCover)));
    }

    private static MeshSelection Sample(IReadOnlyList<PlanNode> nodes, Fabric fabric, int[] members, int degree, long cycle)
    {
        var count = RoundRobin.RoundCount(members.Length);
        if (degree >= count) return new MeshSelection(Tournament(nodes, fabric, members, 0, count), 1);
        var cycles = (count + degree - 1) / degree;
        var order = new SeededNumbers((ulong)(cycle / cycles) << 20 ^ (ulong)members.Length).Permutation(members.Length);
        return new MeshSelection(Tournament(nodes, fabric, [.. order.Select(i => members[i])], (int)(cycle % cycles) * degree, degree), cycles);
    }

    /// <summary>So many rounds from a first one on, beginning again after the last; by direction both directions of a pair run at once.</summary>
    private static IEnumerable<ArraySegment<PlanItem>> Tournament(IReadOnlyList<PlanNode> nodes, Fabric fabric, int[] members, int first, int count) =>
        Enumerable.Range(first, count).Select(round =>
        {
            var pairs = RoundRobin.Round(members.Length, round % RoundRobin.RoundCount(members.Length));
            return Segment(pairs.SelectMany(pair => ItemsOf(nodes, fabric, Math.Min(members[pair.First], members[pair.Second]), Math.Max(members[pair.First], members[pair.Second]))));
        });

    private static IEnumerable<PlanItem> ItemsOf(IReadOnlyList<PlanNode> nodes, Fabric fabric, int a, int b)
    {
        bool forward = nodes[a].Tests(nodes[b]), back = nodes[b].Tests(nodes[a]);
        if (forward) yield return new PlanItem(a, b, back && !fabric.IsDirected);
        if (back && (fabric.IsDirected || !forward)) yield return new PlanItem(b, a, false);
    }

    private static ArraySegment<PlanItem> Segment(IEnumerable<PlanItem> items) => new([.. items]);

    private static int LeastPrime(int from)
    {
        for (var candidate = Math.Max(2, from); ; candidate++)
        {
            var isPrime = true;
            for (var divisor = 2; divisor * divisor <= candidate && isPrime; divisor++) isPrime = candidate % divisor != 0;
            if (isPrime) return candidate;
        }
    }
}
