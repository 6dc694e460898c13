namespace NetGraph.Collector.Planning;

/// <summary>Pseudo-random numbers that are the same everywhere and for ever, unlike those of a library: SplitMix64 (G. L. Steele et al., OOPSLA 2014).</summary>
/// <param name="seed">Where to start; each start gives another sequence.</param>
internal struct SeededNumbers(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from zero to one less than <paramref name="limit"/>.</summary>
    public int Below(int limit)
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)(((mixed ^ (mixed >> 31)) >> 32) * (ulong)limit >> 32);
    }

    /// <summary>The numbers from zero to <paramref name="count"/> - 1 in an order of chance (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (var i = count - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
