using NetGraph.Measurements;

namespace NetGraph.Agent.Publishing;

/// <summary>Chooses the pairs that get series of their own.</summary>
internal static class PublishedPairs
{
    /// <summary>Up to so many peers every pair is published unless told otherwise: 100 nodes of 8 series a pair are 80,000 series.</summary>
    public const int FullUpToPeers = 100;

    /// <summary>Most pairs of a node that are published as exceptions: an outage of a rack must not flood the store.</summary>
    public const int MostExceptions = 20;

    /// <summary>Loss from which on a pair counts as bad. A train is 10 datagrams: one lost in five minutes of them is 0.3 %.</summary>
    public const double BadLossRatio = 0.01;

    /// <summary>Share of the node's median throughput below which a pair counts as bad.</summary>
    public const double BadThroughputShare = 0.5;

    /// <summary>Chooses.</summary>
    /// <param name="level">How much is published.</param>
    /// <param name="peerCount">How many peers the node has.</param>
    /// <param name="links">What is known of the node's links.</param>
    /// <param name="recent">Echoes of the last minutes, by peer.</param>
    /// <returns>The pairs to publish; <see langword="null"/> for all of them.</returns>
    public static IReadOnlySet<(string Source, string Destination)>? Choose(
        MetricsLevel level, int peerCount, IReadOnlyList<AgentLink> links, IReadOnlyDictionary<string, RecentEcho> recent)
    {
        if (level == MetricsLevel.Auto) level = peerCount <= FullUpToPeers ? MetricsLevel.Full : MetricsLevel.Exceptions;
        return level switch
        {
            MetricsLevel.Full => null,
            MetricsLevel.Summary => new HashSet<(string, string)>(),
            _ => Worst(links, recent).Take(MostExceptions).Select(link => (link.Source, link.Destination)).ToHashSet(),
        };
    }

    /// <summary>How many pairs are in a bad state.</summary>
    public static int CountBad(IReadOnlyList<AgentLink> links, IReadOnlyDictionary<string, RecentEcho> recent) => Worst(links, recent).Count();

    /// <summary>The pairs in a bad state, the worst first: what failed, then what carries or answers least.</summary>
    private static IEnumerable<AgentLink> Worst(IReadOnlyList<AgentLink> links, IReadOnlyDictionary<string, RecentEcho> recent)
    {
        var usual = Quantiles.Of(links.Where(link => link.Quality == MeasurementQuality.Ok).Select(link => link.ThroughputBitsPerSecond).OfType<double>()).Median;
        double Badness(AgentLink link)
        {
            if (link.IsSuccess == false) return double.PositiveInfinity;
            var slow = usual / link.ThroughputBitsPerSecond is { } times && times > 1 / BadThroughputShare ? times : 0;
            var lossy = recent.TryGetValue(link.Destination, out var echo) && echo.LossRatio is { } loss && loss > BadLossRatio ? 1 + (loss / BadLossRatio) : 0;
            return Math.Max(slow, lossy);
        }

        return links.Select(link => (Link: link, Badness: Badness(link))).Where(pair => pair.Badness > 0)
            .OrderByDescending(pair => pair.Badness).ThenBy(pair => pair.Link.Source, StringComparer.Ordinal).ThenBy(pair => pair.Link.Destination, StringComparer.Ordinal)
            .Select(pair => pair.Link);
    }
}
