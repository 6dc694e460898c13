using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Reachability;

/// <summary>Who reaches whom, as far as it was measured. Node numbers are indexes into <see cref="Mesh.Nodes"/>.</summary>
/// <param name="Partitions">
/// The parts into which failures split the mesh, the largest first, of equals that of the first node: no working link joins two of them in either direction. At least two, or none.
/// Nodes of which too little was measured to say where they belong are in no part.
/// </param>
/// <param name="OneWay">Ordered pairs of which the first node reaches the second, whose own tests to the first fail; in order.</param>
public sealed record MeshReachability(ImmutableArray<ImmutableArray<int>> Partitions, ImmutableArray<(int Source, int Destination)> OneWay);

/// <summary>Finds partitions and one-way links of a mesh. What was not measured is no failure: where the tests do not show a split, nothing is said.</summary>
public static class ReachabilitySearch
{
    /// <summary>From so many failed counterparts on (or all there are), a node has no link by which it belongs to the other side.</summary>
    private const int TellingFailures = 2;

    /// <summary>Below this loss the echoes of a link whose throughput test failed prove that it was the test, not the way: a way that broke loses more within seconds.</summary>
    private const double NothingLost = 0.01;

    /// <summary>Whether a link works: its last throughput test succeeded or, where none is known, echoes come back; if it failed, nearly all echoes do.</summary>
    /// <param name="link">A link.</param>
    public static bool IsWorking(in LinkMeasurement link) => link.State switch
    {
        LinkState.Up => true,
        LinkState.Down => link.LossRatio < NothingLost,
        _ => link.ThroughputBitsPerSecond > 0 || !double.IsNaN(link.RoundTripTimeSeconds) || link.LossRatio < 1,
    };

    /// <summary>Whether a link is known not to work: its last throughput test failed or, where none is known, no echo comes back. Not the contrary of working: a link may be unknown.</summary>
    /// <param name="link">A link.</param>
    public static bool IsFailing(in LinkMeasurement link) => !IsWorking(link) && (link.State == LinkState.Down || link.LossRatio >= 1);

    /// <summary>Finds the partitions and one-way links of a mesh.</summary>
    /// <remarks>
    /// The working links, taken without direction, join nodes to components (see <see cref="Components.Weak"/>). A component is a part of its own only on
    /// evidence: tests of it with the rest failed in both directions, and each of its nodes failed with at least two nodes outside (or with all, where there is but one),
    /// either way. So one failed pair of a sampled mesh splits nothing, nor does a dead node whose own tests are unknown; other analyses tell of those.
    /// The component that holds the most nodes is what the parts are split from. O(V + E).
    /// </remarks>
    /// <param name="mesh">The mesh.</param>
    public static MeshReachability Find(Mesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var working = new WeightedGraphBuilder(mesh.Nodes.Length, mesh.Links.Length);
        foreach (var link in mesh.Links.Where(link => IsWorking(link))) working.AddEdge(link.Source, link.Destination, 1);
        var graph = working.Build();
        var oneWay = mesh.Links
            .Where(link => IsFailing(link) && graph.FindEdge(link.Destination, link.Source) is not null)
            .Select(link => (link.Destination, link.Source));
        return new(FindPartitions(mesh, Components.Weak(graph)), [.. oneWay.Order()]);
    }

    private static ImmutableArray<ImmutableArray<int>> FindPartitions(Mesh mesh, ImmutableArray<ImmutableArray<int>> components)
    {
        if (components.Length < 2) return [];
        var component = new int[mesh.Nodes.Length];
        for (var i = 0; i < components.Length; i++)
        {
            foreach (var node in components[i]) component[node] = i;
        }

        var counterparts = mesh.Nodes.Select(_ => new HashSet<int>()).ToArray();
        bool[] failsOut = new bool[components.Length], failsIn = new bool[components.Length];
        foreach (var link in mesh.Links)
        {
            if (component[link.Source] == component[link.Destination] || !IsFailing(link)) continue;
            counterparts[link.Source].Add(link.Destination);
            counterparts[link.Destination].Add(link.Source);
            failsOut[component[link.Source]] = failsIn[component[link.Destination]] = true;
        }

        bool IsProven(int i) => failsOut[i] && failsIn[i]
            && components[i].All(node => counterparts[node].Count >= Math.Min(TellingFailures, mesh.Nodes.Length - components[i].Length));

        // The large rest need not prove itself node by node: what is split from it proves the split.
        ImmutableArray<ImmutableArray<int>> parts = [.. components.Where((_, i) => i == 0 || IsProven(i))];
        return parts.Length > 1 ? parts : [];
    }
}
