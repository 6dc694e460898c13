using System.Collections.Immutable;

namespace NetGraph.Graphs.Coloring;

/// <summary>Rounds of a round-robin tournament: an edge colouring of the complete graph with as few colours as can be.</summary>
public static class RoundRobin
{
    /// <summary>How many rounds there are: n - 1 for even n, n for odd n, one then having a bye. Both are the chromatic index of K_n.</summary>
    /// <param name="count">How many take part, zero or more.</param>
    public static int RoundCount(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count < 2 ? 0 : count % 2 == 0 ? count - 1 : count;
    }

    /// <summary>Pairs everyone with everyone once, in rounds in which nobody occurs twice.</summary>
    /// <remarks>O(1) space beside the round.</remarks>
    /// <param name="count">How many take part, zero or more.</param>
    /// <returns>The rounds, made one at a time; in each pair the lower number first.</returns>
    public static IEnumerable<ImmutableArray<(int First, int Second)>> Rounds(int count)
    {
        var rounds = RoundCount(count);
        for (var round = 0; round < rounds; round++) yield return Round(count, round);
    }

    /// <summary>Makes one of the rounds.</summary>
    /// <remarks>
    /// The circle method (E. Lucas, "Recreations mathematiques" vol. 2, 1883): one stands still, the others walk round a circle, and who faces each
    /// other meets.
    /// </remarks>
    /// <param name="count">How many take part, 2 or more.</param>
    /// <param name="round">Which round, 0 to <see cref="RoundCount"/> - 1.</param>
    /// <returns>Its pairs, half of <paramref name="count"/>, the lower number first.</returns>
    public static ImmutableArray<(int First, int Second)> Round(int count, int round)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(round);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(round, RoundCount(count));
        var walking = count % 2 == 0 ? count - 1 : count;
        var pairs = ImmutableArray.CreateBuilder<(int, int)>(count / 2);
        // For odd n the one that stands still is nobody: its partner has the bye.
        if (count % 2 == 0) pairs.Add((round, walking));
        for (var step = 1; step <= walking / 2; step++)
        {
            var a = (round + step) % walking;
            var b = (round - step + walking) % walking;
            pairs.Add(a < b ? (a, b) : (b, a));
        }

        return pairs.MoveToImmutable();
    }
}
