using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>Explains worse links by what single nodes send or receive: greedily, the direction that explains most first.</summary>
internal static class NodeFaults
{
    /// <summary>Finds the faults and lowers the expected values to what they leave.</summary>
    /// <remarks>Lazy greedy (M. Minoux, 1978): an old gain is an upper bound, for explained links are explained once. O(V^2) for a healthy mesh, and about as much again per ten faults.</remarks>
    /// <param name="mesh">The mesh.</param>
    /// <param name="evidence">What was measured.</param>
    /// <param name="expected">What links should carry; lowered.</param>
    /// <param name="least">The same; lowered by each fault in turn, for a link between two faulty nodes may suffer from both.</param>
    public static List<Finding> Explain(Mesh mesh, Evidence evidence, float[] expected, float[] least)
    {
        var count = evidence.Count;
        var scope = new Scope(evidence, expected, least);
        var fits = new CapacityFit?[2 * count];
        var isOld = new bool[2 * count];
        for (var cause = 0; cause < fits.Length; cause++) fits[cause] = scope.Fit(cause);

        var findings = new SortedDictionary<int, Finding>();
        while (true)
        {
            var best = -1;
            for (var cause = 0; cause < fits.Length; cause++)
            {
                if (fits[cause] is { } fit && (best < 0 || fit.Gain > fits[best]!.Value.Gain)) best = cause;
            }

            if (best < 0) return [.. findings.Values];
            if (isOld[best])
            {
                fits[best] = scope.Fit(best);
                isOld[best] = false;
                continue;
            }

            if (!findings.TryGetValue(best, out var finding)) findings.Add(best, finding = New(mesh, best));
            var isNew = scope.Accept(best, fits[best]!.Value, finding);
            if (isNew) isOld[best] = true;
            else fits[best] = null;
            // Only the other direction shares links with it.
            Array.Fill(isOld, true, best < count ? count : 0, count);
        }
    }

    private static Finding New(Mesh mesh, int cause)
    {
        var isEgress = cause < mesh.Nodes.Length;
        return new Finding(new SuspectCause(isEgress ? SuspectKind.NodeEgress : SuspectKind.NodeIngress, Node: mesh.Nodes[cause % mesh.Nodes.Length].Name), [], []);
    }

    /// <summary>The links of one node and direction: cause i is what node i sends, cause V + i what it receives.</summary>
    private sealed class Scope(Evidence evidence, float[] expected, float[] least)
    {
        private readonly float[] _healthy = (float[])expected.Clone();
        private readonly float[] _values = new float[evidence.Count];
        private readonly float[] _expected = new float[evidence.Count];
        private readonly float[] _atLeast = evidence.AtLeast is null ? [] : new float[evidence.Count];

        public CapacityFit? Fit(int cause)
        {
            for (var other = 0; other < evidence.Count; other++)
            {
                var cell = Cell(cause, other);
                _values[other] = evidence.Value[cell];
                _expected[other] = expected[cell];
                // A link that another fault explains already says nothing against this one.
                if (expected[cell] < _healthy[cell] - CapacityFit.Tolerance && _values[other] >= expected[cell] - CapacityFit.Worse) _expected[other] = float.NaN;
                if (evidence.AtLeast is not null) _atLeast[other] = evidence.AtLeast[cell];
            }

            return CapacityFit.Find(_values, _expected, _atLeast, minimum: 2);
        }

        /// <summary>Lowers what the links should carry, and notes those that the fault explains for the first time.</summary>
        /// <returns>Whether there are such; a fault that is neither quite a cap nor a factor takes several steps.</returns>
        public bool Accept(int cause, CapacityFit fit, Finding finding)
        {
            var known = finding.Values.Count;
            for (var other = 0; other < evidence.Count; other++)
            {
                var cell = Cell(cause, other);
                if (float.IsNaN(expected[cell])) continue;
                var isFirst = expected[cell] >= _healthy[cell] - CapacityFit.Worse;
                if (isFirst && fit.Explains(evidence.Value[cell], expected[cell]))
                {
                    finding.Values.Add(evidence.Value[cell]);
                    finding.Expected.Add(expected[cell]);
                }

                expected[cell] = fit.Apply(expected[cell]);
                least[cell] -= _healthy[cell] - fit.Apply(_healthy[cell]);
            }

            finding.Contradictions += fit.Contradictions;
            return finding.Values.Count > known;
        }

        private int Cell(int cause, int other) => cause < evidence.Count ? (cause * evidence.Count) + other : (other * evidence.Count) + cause - evidence.Count;
    }
}
