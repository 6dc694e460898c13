using System.Text;

namespace NetGraph.Api.Snapshots;

/// <summary>Cuts the question for all pairs of a large mesh into several, by source.</summary>
internal static class Shards
{
    /// <summary>Series in an answer at most: 25 to 50 MB of JSON, and what VictoriaMetrics lets a query touch by default (300,000).</summary>
    public const int MostSeries = 250_000;

    /// <summary>Characters of the names in a question at most: VictoriaMetrics takes 16 KiB for a query, and some name the sources twice.</summary>
    public const int MostCharacters = 7_000;

    /// <summary>Chooses the shards.</summary>
    /// <param name="sources">Names of the nodes that measure.</param>
    /// <param name="destinations">How many nodes each of them may measure.</param>
    /// <returns>A matcher for each shard; one that is empty when a single question will do.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<string> sources, int destinations)
    {
        if ((long)sources.Count * destinations <= MostSeries) return [""];
        // All about as large, so that two at a time end together.
        var most = Math.Max(1, MostSeries / destinations);
        var least = (sources.Count + most - 1) / most;
        var perShard = (sources.Count + least - 1) / least;
        var shards = new List<string>();
        var pattern = new StringBuilder();
        var count = 0;
        foreach (var word in sources.Order(StringComparer.Ordinal).Select(PromQl.Word))
        {
            if (count > 0 && (count == perShard || pattern.Length + word.Length + 1 > MostCharacters))
            {
                shards.Add(PromQl.Sources(pattern.ToString()));
                pattern.Clear();
                count = 0;
            }

            pattern.Append(count++ > 0 ? "|" : "").Append(word);
        }

        shards.Add(PromQl.Sources(pattern.ToString()));
        return shards;
    }
}
