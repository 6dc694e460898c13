namespace NetGraph.Graphs.Layout;

/// <summary>Places on a line, moved apart as little as possible.</summary>
public static class Spacing
{
    /// <summary>Finds places in the order of what was wanted, none nearer to the next than a gap, all within bounds.</summary>
    /// <remarks>
    /// Without the gaps this is isotonic regression: pool adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman 1955), least squares. O(n).
    /// Where the bounds leave no room for the gap, the gap shrinks to what there is.
    /// </remarks>
    /// <param name="wanted">Where each place would be by itself; the order is kept, whatever the values.</param>
    /// <param name="gap">Least distance of neighbours, zero or more.</param>
    /// <param name="low">Lower bound of all places.</param>
    /// <param name="high">Upper bound, not below <paramref name="low"/>.</param>
    /// <returns>As many places, ascending.</returns>
    public static double[] Spread(IReadOnlyList<double> wanted, double gap, double low, double high)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (wanted.Count > 1) gap = Math.Min(gap, (high - low) / (wanted.Count - 1));
        var pools = new Stack<(double Sum, int Count)>();
        for (var i = 0; i < wanted.Count; i++)
        {
            (double Sum, int Count) pool = (wanted[i] - (i * gap), 1);
            while (pools.TryPeek(out var before) && before.Sum / before.Count >= pool.Sum / pool.Count)
            {
                pool = (pool.Sum + before.Sum, pool.Count + before.Count);
                pools.Pop();
            }

            pools.Push(pool);
        }

        var places = new double[wanted.Count];
        var last = Math.Max(low, high - ((wanted.Count - 1) * gap));
        var next = 0;
        foreach (var (sum, count) in pools.Reverse())
        {
            var begin = Math.Clamp(sum / count, low, last);
            for (var i = 0; i < count; i++, next++) places[next] = begin + (next * gap);
        }

        return places;
    }
}
