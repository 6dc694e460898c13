namespace NetGraph.Cli;

/// <summary>Finds what was probably meant.</summary>
internal static class Spelling
{
    /// <summary>The word nearest to what was typed.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="words">What it may have meant.</param>
    /// <returns>The nearest word, the first of equals; <see langword="null"/> when none is near: more than a third of its letters, dashes not counted, would have to change.</returns>
    public static string? Nearest(string typed, IEnumerable<string> words)
    {
        var bare = typed.TrimStart('-');
        var nearest = words
            .Select(word => (Word: word, Bare: word.TrimStart('-')))
            .Select(item => (item.Word, item.Bare, Distance: item.Bare.StartsWith(bare, StringComparison.OrdinalIgnoreCase) && bare.Length >= 3 ? 0 : Distance(bare.ToUpperInvariant(), item.Bare.ToUpperInvariant())))
            .OrderBy(item => item.Distance).FirstOrDefault();
        return nearest.Word is not null && nearest.Distance <= Math.Max(1, nearest.Bare.Length / 3) && nearest.Distance < bare.Length ? nearest.Word : null;
    }

    /// <summary>Letters to change, add, leave out or swap with their neighbour. F. J. Damerau, CACM 7(3), 1964, in the form that changes no letter twice.</summary>
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[a.Length, b.Length];
    }
}
