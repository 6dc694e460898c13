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
        return candidates.Count == 0 ? -1 : candidates.MinBy(candidate => Misfit(evidence, levels, settled, stray, candidate));
    }

    // A home where the node need not be faulty is likelier.
    private const double FaultPrice = 8;

    private static double Misfit(Evidence evidence, BlockLevels levels, int[] settled, int stray, int candidate)
    {
        double misfit = 0;
        float[] values = new float[evidence.Count], expected = new float[evidence.Count];
        foreach (var isEgress in (ReadOnlySpan<bool>)[true, false])
        {
            for (var other = 0; other < evidence.Count; other++)
            {
                var block = settled[other];
                values[other] = evidence.Value[isEgress ? (stray * evidence.Count) + other : (other * evidence.Count) + stray];
                expected[other] = block < 0 ? float.NaN : isEgress ? levels.Working(candidate, block) : levels.Working(block, candidate);
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
