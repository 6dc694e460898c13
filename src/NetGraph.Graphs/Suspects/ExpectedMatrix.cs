using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>What each link of a mesh should carry, in base-2 logarithms, row after row; NaN when nothing tells.</summary>
internal static class ExpectedMatrix
{
    /// <summary>Fills the matrix from the levels of blocks and what is declared.</summary>
    /// <param name="evidence">What was measured.</param>
    /// <param name="blocks">The blocks of the nodes.</param>
    /// <param name="levels">What links between blocks usually carry.</param>
    /// <param name="declared">What nodes, uplinks and links should carry.</param>
    public static float[] Build(Evidence evidence, NodeBlocks blocks, BlockLevels levels, DeclaredCapacities declared)
    {
        var count = evidence.Count;
        var block = (int[])blocks.Of.Clone();
        foreach (var stray in blocks.Strays) block[stray] = Home(evidence, blocks, levels, block, stray);
        var expected = new float[count * count];
        for (var source = 0; source < count; source++)
        {
            for (var destination = 0; destination < count; destination++)
            {
                int cell = (source * count) + destination, a = block[source], b = block[destination];
                if (source == destination || a < 0 || b < 0) expected[cell] = float.NaN;
                else expected[cell] = declared.Bound(source, destination, levels.Working(a, b), a == b);
            }
        }

        return expected;
    }

    /// <summary>The block that a stray would be a member of: one of its label, else the one that explains its links best.</summary>
    private static int Home(Evidence evidence, NodeBlocks blocks, BlockLevels levels, int[] settled, int stray)
    {
        var label = blocks.Label[stray];
        var candidates = Enumerable.Range(0, blocks.Members.Length).Where(b => blocks.Members[b].Length > 1).ToList();
        if (label >= 0 && candidates.Where(b => blocks.Label[blocks.Members[b][0]] == label).ToList() is { Count: > 0 } mates) candidates = mates;
        if (candidates.Count == 0) return -1;
        var (home, misfit) = candidates.Select(candidate => (candidate, Misfit(evidence, settled, stray, b => levels.Working(candidate, b), b => levels.Working(b, candidate)))).MinBy(fit => fit.Item2);
        // Where nodes come in twos without labels, a stray may as well be one whose mate is at fault.
        var measured = Enumerable.Range(0, evidence.Count).Count(other => !float.IsNaN(evidence.Value[(stray * evidence.Count) + other]));
        return label < 0 && measured * 2 > evidence.Count && blocks.Members.Length > 2 && blocks.Members.Select(block => block.Length).Order().ElementAt(blocks.Members.Length / 2) <= SmallBlock
            && Misfit(evidence, settled, stray, b => Outside(levels, candidates, b, isEgress: true), b => Outside(levels, candidates, b, isEgress: false)) <= misfit + FaultPrice
            ? -1
            : home;
    }

    /// <summary>What usually comes to a block from others, or goes to them from it.</summary>
    private static float Outside(BlockLevels levels, List<int> candidates, int block, bool isEgress) =>
        BlockLevels.Quantile([.. candidates.Where(other => other != block).Select(other => isEgress ? levels.Working(other, block) : levels.Working(block, other)).Where(float.IsFinite)], 0.5);

    // A home where the node need not be faulty is likelier.
    private const double FaultPrice = 8;

    private const int SmallBlock = 2;

    private static double Misfit(Evidence evidence, int[] settled, int stray, Func<int, float> egress, Func<int, float> ingress)
    {
        double misfit = 0;
        float[] values = new float[evidence.Count], expected = new float[evidence.Count];
        foreach (var isEgress in (ReadOnlySpan<bool>)[true, false])
        {
            for (var other = 0; other < evidence.Count; other++)
            {
                var block = settled[other];
                values[other] = evidence.Value[isEgress ? (stray * evidence.Count) + other : (other * evidence.Count) + stray];
                expected[other] = block < 0 ? float.NaN : isEgress ? egress(block) : ingress(block);
                misfit += CapacityFit.Loss(values[other] - expected[other]);
            }

            if (CapacityFit.Find(values, expected, [], minimum: 2) is { } fault) misfit -= fault.Gain - FaultPrice;
        }

        return misfit;
    }
}

/// <summary>Declared capacities by node index, in base-2 logarithms; positive infinity where nothing is declared.</summary>
internal sealed class DeclaredCapacities
{
    private readonly float[] _egress;
    private readonly float[] _ingress;
    private readonly float[] _groupEgress;
    private readonly float[] _groupIngress;
    private readonly string[] _group;
    private readonly Dictionary<(int, int), float> _links = [];
    private readonly bool _isEmpty;

    public DeclaredCapacities(Mesh mesh, SuspectOptions options)
    {
        var expectations = options.Expectations ?? Expectations.None;
        _isEmpty = ReferenceEquals(expectations, Expectations.None);
        _group = [.. mesh.Nodes.Select(node => node.GroupBy(options.Group))];
        _egress = [.. mesh.Nodes.Select(node => Log(expectations.Nodes.GetValueOrDefault(node.Name)?.EgressBitsPerSecond))];
        _ingress = [.. mesh.Nodes.Select(node => Log(expectations.Nodes.GetValueOrDefault(node.Name)?.IngressBitsPerSecond))];
        _groupEgress = [.. _group.Select(group => Log(expectations.Groups.GetValueOrDefault(group)?.EgressBitsPerSecond))];
        _groupIngress = [.. _group.Select(group => Log(expectations.Groups.GetValueOrDefault(group)?.IngressBitsPerSecond))];
        foreach (var link in expectations.Links)
        {
            int source = mesh.IndexOf(link.Source), destination = mesh.IndexOf(link.Destination);
            if (source >= 0 && destination >= 0) _links[(source, destination)] = Log(link.ThroughputBitsPerSecond);
        }
    }

    /// <summary>What a link should carry.</summary>
    /// <param name="source">Where it begins.</param>
    /// <param name="destination">Where it ends.</param>
    /// <param name="usual">What links of its kind usually carry; may be NaN.</param>
    /// <param name="isSameBlock">Whether nothing but the two nodes themselves is known to limit it.</param>
    public float Bound(int source, int destination, float usual, bool isSameBlock)
    {
        if (_isEmpty) return usual;
        if (_links.TryGetValue((source, destination), out var link)) return link;
        var nodes = Math.Min(_egress[source], _ingress[destination]);
        var crossing = _group[source] == _group[destination] ? float.PositiveInfinity : Math.Min(_groupEgress[source], _groupIngress[destination]);
        var bound = Math.Min(nodes, crossing);
        // Within a block the declared speed holds even where the whole block is slower than declared.
        if (isSameBlock && float.IsFinite(bound)) return bound;
        return float.IsFinite(bound) && !(usual < bound) ? bound : usual;
    }

    /// <summary>What is declared for the way from one group to another: the uplinks, and nodes where all of a group are declared.</summary>
    /// <param name="sources">Nodes of the group that sends.</param>
    /// <param name="destinations">Nodes of the group that receives.</param>
    /// <returns>The declared uplinks when both are (else positive infinity), and the least of all that is declared.</returns>
    public (float Uplinks, float Most) Crossing(int[] sources, int[] destinations)
    {
        float egress = _groupEgress[sources[0]], ingress = _groupIngress[destinations[0]];
        var most = Math.Min(Math.Min(egress, ingress), Math.Min(sources.Max(node => _egress[node]), destinations.Max(node => _ingress[node])));
        return (float.IsFinite(egress) && float.IsFinite(ingress) ? most : float.PositiveInfinity, most);
    }

    private static float Log(double? bitsPerSecond) => bitsPerSecond is { } value ? (float)Math.Log2(value) : float.PositiveInfinity;
}
