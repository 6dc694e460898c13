namespace NetGraph.Graphs.Suspects;

/// <summary>What one look at a mesh found.</summary>
/// <param name="Groups">Uplinks of groups.</param>
/// <param name="Nodes">Nodes, each direction for itself.</param>
/// <param name="Links">Single links.</param>
/// <param name="IsExplained">For each link whether a fault of a node or its own explains it.</param>
/// <param name="Noise">Usual difference between measured and expected among the rest, as a base-2 logarithm.</param>
/// <param name="References">How many links the rest is.</param>
internal sealed record Explanation(List<Finding> Groups, List<Finding> Nodes, List<Finding> Links, bool[] IsExplained, double Noise, int References)
{
    // What 5 % of multiplicative noise is, as a base-2 logarithm.
    private const double LeastNoise = 0.07;

    public static Explanation Of(Evidence evidence, float[] healthy, float[] expected, List<Finding> groups, List<Finding> nodes, List<Finding> links)
    {
        var isExplained = new bool[healthy.Length];
        var rest = new List<float>();
        for (var cell = 0; cell < isExplained.Length; cell++)
        {
            var difference = evidence.Value[cell] - expected[cell];
            isExplained[cell] = expected[cell] < healthy[cell] - CapacityFit.Tolerance || difference < -CapacityFit.Worse;
            if (!isExplained[cell] && !float.IsNaN(difference)) rest.Add(Math.Abs(difference));
        }

        var noise = rest.Count == 0 ? 0.25 : Math.Max(LeastNoise, 1.4826 * BlockLevels.Quantile(rest, 0.5));
        return new Explanation(groups, nodes, links, isExplained, noise, rest.Count);
    }
}
