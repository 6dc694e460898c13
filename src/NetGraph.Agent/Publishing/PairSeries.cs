namespace NetGraph.Agent.Publishing;

/// <summary>What an agent publishes of its pairs in one scrape.</summary>
/// <param name="Pairs">The pairs that have series; <see langword="null"/> for all.</param>
/// <param name="Detail">Which series a pair has.</param>
internal readonly record struct PairSeries(IReadOnlySet<(string Source, string Destination)>? Pairs, PairDetail Detail)
{
    /// <summary>Whether a pair has series.</summary>
    public bool Include(string source, string destination) => Pairs?.Contains((source, destination)) ?? true;
}

/// <summary>How much is published of a pair.</summary>
public enum PairDetail
{
    /// <summary>
    /// What most questions need, eight series a pair: throughput, success, retransmits, quality and time of the last success, echoes sent and received and the sum of their round-trip
    /// times. UDP tests and one-way delay, where they are on, add theirs.
    /// </summary>
    Basic,

    /// <summary>Jitter of the echoes and path MTU too; with UDP tests and one-way delay sixteen series a pair.</summary>
    All,
}
