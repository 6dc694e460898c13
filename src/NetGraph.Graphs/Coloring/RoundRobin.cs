using System.Collections.Immutable;

namespace NetGraph.Graphs.Coloring;

/// <summary>Rounds of a round-robin tournament: an edge colouring of the complete graph with as few colours as can be.</summary>
public static class RoundRobin
{
    /// <summary>Pairs everyone with everyone once, in rounds in which nobody occurs twice.</summary>
    /// <remarks>
    /// The circle method (E. Lucas, "Recreations mathematiques" vol. 2, 1883): one stands still, the others walk round a circle, and who faces each
    /// other meets. n - 1 rounds for even n, n for odd n, one then having a bye: both are the chromatic index of K_n. O(1) space beside the round.
    /// </remarks>
    /// <param name="count">How many take part, zero or more.</param>
    /// <returns>The rounds, made one at a time; in each pair the lower number first.</returns>
    public static IEnumerable<ImmutableArray<(int First, int Second)>> Rounds(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count < 2) yield break;
        var walking = (count % 2 == 0 ? count : count + 1) - 1;
        for (var round = 0; round < walking; round++)
        {
            var pairs = ImmutableArray.CreateBuilder<(int, int)>(count / 2);
            // For odd n the one that stands still is nobody: its partner has the bye.
            if (count % 2 == 0) pairs.Add((round, walking));
            for (var step = 1; step <= walking / 2; step++)
            {
                var a = (round + step) % walking;
                var b = (round - step + walking) % walking;
                pairs.Add(a < b ? (a, b) : (b, a));
            }

            yield return pairs.ToImmutable();
        }
    }
}
