using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;

namespace NetGraph.Graphs.Paths;

/// <summary>An ordered pair of nodes that is slower directly than over a third.</summary>
/// <param name="Direct">The direct way; its weight is its round-trip time in seconds.</param>
/// <param name="Relay">The node over which the way is shortest; of equals the lowest number.</param>
/// <param name="RelayedSeconds">The round-trip time over that node: the sum of both hops, in seconds.</param>
public readonly record struct TriangleViolation(Edge Direct, int Relay, double RelayedSeconds)
{
    /// <summary>How many times the direct way is slower: more than 1; infinite when the relayed one takes no time at all.</summary>
    public double Severity => Direct.Weight / RelayedSeconds;
}

/// <summary>Finds pairs whose direct way is slower than one over a third node.</summary>
public static class TriangleViolations
{
    /// <summary>Finds the pairs that violate the triangle inequality most.</summary>
    /// <remarks>
    /// Distances on a map never do so; routes do, see G. Wang, B. Zhang, T. S. E. Ng, "Towards network triangle inequality violation aware distributed systems", IMC 2007. In a
    /// flat network it means that the direct way is at fault (a detour, a full queue), not that packets should go over the relay. All relays of
    /// all pairs are looked at, row by row with vector instructions: O(V³) time, O(V²) space; 1,000 nodes take under a second.
    /// </remarks>
    /// <param name="roundTripTimes">Weights are seconds: zero or more. Loops are ignored.</param>
    /// <param name="limit">How many pairs to return at most.</param>
    /// <param name="minimumSeverity">How many times slower than over the relay the direct way must be: more than 1. Below 1.2 or so noise is found rather than routes.</param>
    /// <returns>The pairs, the most severe first; of equals in order of source and destination.</returns>
    /// <exception cref="ArgumentException">A weight is negative.</exception>
    public static ImmutableArray<TriangleViolation> Find(WeightedGraph roundTripTimes, int limit, double minimumSeverity = 1.5)
    {
        ArgumentNullException.ThrowIfNull(roundTripTimes);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        if (!(minimumSeverity > 1)) throw new ArgumentOutOfRangeException(nameof(minimumSeverity), minimumSeverity, "It must be more than 1.");
        var count = roundTripTimes.VertexCount;
        var times = Rows(roundTripTimes);
        var best = new double[count];
        var worst = new PriorityQueue<TriangleViolation, TriangleViolation>(Comparer<TriangleViolation>.Create(static (a, b) => -BySeverity(a, b)));
        for (var source = 0; source < count; source++)
        {
            Array.Fill(best, double.PositiveInfinity);
            foreach (var hop in roundTripTimes.EdgesFrom(source))
            {
                if (hop.Destination != source) Relax(best, times[hop.Destination], hop.Weight);
            }

            foreach (var direct in roundTripTimes.EdgesFrom(source))
            {
                var relayed = best[direct.Destination];
                if (direct.Destination == source || !(direct.Weight > 0 && direct.Weight >= minimumSeverity * relayed)) continue;
                var violation = new TriangleViolation(direct, -1, relayed);
                worst.Enqueue(violation, violation);
                if (worst.Count > limit) worst.Dequeue();
            }
        }

        return [.. worst.UnorderedItems.Select(item => item.Element).Order(Comparer<TriangleViolation>.Create(BySeverity)).Select(found => found with { Relay = FindRelay(times, found) })];
    }

    // Row of each source; infinite where nothing was measured, and from a node to itself, so that no node relays for itself.
    private static double[][] Rows(WeightedGraph roundTripTimes)
    {
        var times = new double[roundTripTimes.VertexCount][];
        for (var source = 0; source < times.Length; source++)
        {
            times[source] = new double[times.Length];
            Array.Fill(times[source], double.PositiveInfinity);
            foreach (var edge in roundTripTimes.EdgesFrom(source))
            {
                if (edge.Weight < 0) throw new ArgumentException($"A time must not be negative, as that from vertex {edge.Source} to {edge.Destination} is.", nameof(roundTripTimes));
                if (edge.Destination != source) times[source][edge.Destination] = edge.Weight;
            }
        }

        return times;
    }

    private static void Relax(Span<double> best, ReadOnlySpan<double> onward, double hop)
    {
        var added = new Vector<double>(hop);
        var bestVectors = MemoryMarshal.Cast<double, Vector<double>>(best);
        var onwardVectors = MemoryMarshal.Cast<double, Vector<double>>(onward);
        for (var i = 0; i < bestVectors.Length; i++) bestVectors[i] = Vector.Min(bestVectors[i], onwardVectors[i] + added);
        for (var i = bestVectors.Length * Vector<double>.Count; i < best.Length; i++) best[i] = Math.Min(best[i], onward[i] + hop);
    }

    private static int FindRelay(double[][] times, TriangleViolation found)
    {
        for (var relay = 0; ; relay++)
        {
            if (times[found.Direct.Source][relay] + times[relay][found.Direct.Destination] == found.RelayedSeconds) return relay;
        }
    }

    private static int BySeverity(TriangleViolation a, TriangleViolation b) =>
        a.Severity != b.Severity ? b.Severity.CompareTo(a.Severity)
        : a.Direct.Source != b.Direct.Source ? a.Direct.Source.CompareTo(b.Direct.Source)
        : a.Direct.Destination.CompareTo(b.Direct.Destination);
}
