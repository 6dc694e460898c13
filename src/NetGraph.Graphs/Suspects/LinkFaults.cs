using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>What no node and no uplink explains: single links.</summary>
internal static class LinkFaults
{
    // log2 of 0.6: stricter than for nodes, since one measurement decides.
    private const float Worse = 0.737f;

    // More worse links than this between two blocks are how these blocks are joined, not faults of links.
    private const double MostOfBlock = 0.25;
    private const int FewLinks = 3;

    /// <summary>Finds links that are worse than expected.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="evidence">What was measured.</param>
    /// <param name="blocks">The blocks of the nodes.</param>
    /// <param name="expected">What links should carry, the faults of nodes taken into account.</param>
    /// <param name="least">The same where the faults of both ends add up.</param>
    public static List<Finding> Find(Mesh mesh, Evidence evidence, NodeBlocks blocks, float[] expected, float[] least)
    {
        var count = evidence.Count;
        var worse = new List<int>();
        var total = new Dictionary<(int, int), (int Worse, int Measured)>();
        for (var cell = 0; cell < expected.Length; cell++)
        {
            var difference = evidence.Value[cell] - Math.Min(expected[cell], least[cell]);
            if (float.IsNaN(difference)) continue;
            var isWorse = difference <= -Worse;
            if (isWorse) worse.Add(cell);
            var ends = (blocks.Of[cell / count], blocks.Of[cell % count]);
            var sum = total.GetValueOrDefault(ends);
            total[ends] = (sum.Worse + (isWorse && !evidence.HasFailed(cell) ? 1 : 0), sum.Measured + 1);
        }

        return
        [
            .. worse
                .Where(cell => total[(blocks.Of[cell / count], blocks.Of[cell % count])] is var sum && (evidence.HasFailed(cell) || sum.Worse <= Math.Max(FewLinks, MostOfBlock * sum.Measured)))
                .Select(cell => ToFinding(mesh, evidence, expected, cell)),
        ];
    }

    private static Finding ToFinding(Mesh mesh, Evidence evidence, float[] expected, int cell)
    {
        int source = cell / evidence.Count, destination = cell % evidence.Count;
        string from = mesh.Nodes[source].Name, to = mesh.Nodes[destination].Name;
        var causes = new List<SuspectCause> { new(SuspectKind.Link, Source: from, Destination: to) };
        if (evidence.HasFailed(cell) && evidence.Value[(destination * evidence.Count) + source] > Evidence.Failed)
            causes.Insert(0, new SuspectCause(SuspectKind.OneWay, Source: to, Destination: from));
        if (IsOnlyWitness(evidence, expected, cell, source * evidence.Count, 1)) causes.Add(new SuspectCause(SuspectKind.NodeEgress, Node: from));
        if (IsOnlyWitness(evidence, expected, cell, destination, evidence.Count)) causes.Add(new SuspectCause(SuspectKind.NodeIngress, Node: to));
        return new Finding(causes[0], [evidence.Value[cell]], [expected[cell]]) { AmbiguousWith = causes[1..] };
    }

    /// <summary>Whether no other link of the same end shows that the end carries more.</summary>
    private static bool IsOnlyWitness(Evidence evidence, float[] expected, int cell, int first, int step)
    {
        var cap = new CapacityFit(true, evidence.Value[cell], 0, 0, 0);
        for (int i = 0, other = first; i < evidence.Count; i++, other += step)
        {
            if (other == cell || float.IsNaN(expected[other])) continue;
            var carried = evidence.Value[other];
            if (evidence.AtLeast is { } bounds && float.IsNaN(carried)) carried = bounds[other];
            if (!float.IsNaN(carried) && carried > cap.Level + CapacityFit.Tolerance) return false;
        }

        return true;
    }
}
