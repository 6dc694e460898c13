using NetGraph.Agent.Publishing;
using NetGraph.Measurements;

namespace NetGraph.Agent.Tests.Publishing;

public sealed class PublishedPairsTests
{
    private static readonly Dictionary<string, RecentEcho> NoEchoes = [];

    [Theory]
    [InlineData(MetricsLevel.Auto, 100, true)]
    [InlineData(MetricsLevel.Auto, 101, false)]
    [InlineData(MetricsLevel.Full, 5000, true)]
    [InlineData(MetricsLevel.Exceptions, 2, false)]
    [InlineData(MetricsLevel.Summary, 2, false)]
    public void All_pairs_are_published_up_to_a_hundred_peers_or_when_told_so(MetricsLevel level, int peers, bool isAll) =>
        Assert.Equal(isAll, PublishedPairs.Choose(level, peers, [Link("b", 100)], NoEchoes) is null);

    [Fact]
    public void Publishes_no_healthy_pair_as_an_exception()
    {
        var links = Enumerable.Range(0, 200).Select(i => Link($"n{i}", 100 + (i % 10))).ToList();

        Assert.Empty(Exceptions(links, links.ToDictionary(link => link.Destination, _ => new RecentEcho(0.001, 0.003))));
    }

    [Fact]
    public void Publishes_what_failed_is_slow_or_loses_the_worst_first()
    {
        List<AgentLink> links = [.. Enumerable.Range(0, 200).Select(i => Link($"n{i}", 100))];
        links[7] = links[7] with { ThroughputBitsPerSecond = null, IsSuccess = false };
        links[9] = Link("n9", 40);
        links[11] = Link("n11", 51);
        var echoes = new Dictionary<string, RecentEcho> { ["n20"] = new(0.001, 0.02), ["n21"] = new(0.001, 0.01), ["n22"] = new(null, 1) };

        Assert.Equal(["n20", "n22", "n7", "n9"], Exceptions(links, echoes).Select(pair => pair.Destination).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Publishes_at_most_twenty_exceptions_and_failures_before_slow_pairs()
    {
        List<AgentLink> links =
        [
            .. Enumerable.Range(0, 300).Select(i => Link($"ok{i}", 100)),
            .. Enumerable.Range(0, 30).Select(i => Link($"slow{i}", 10)),
            .. Enumerable.Range(0, 15).Select(i => Link($"failed{i}", 0) with { ThroughputBitsPerSecond = null, IsSuccess = false }),
        ];

        var pairs = Exceptions(links, NoEchoes);

        Assert.Equal(PublishedPairs.MostExceptions, pairs.Count);
        Assert.Equal(15, pairs.Count(pair => pair.Destination.StartsWith("failed", StringComparison.Ordinal)));
    }

    [Fact]
    public void Doubtful_results_do_not_set_the_measure()
    {
        List<AgentLink> links = [Link("a", 100), Link("b", 100), Link("c", 90), .. Enumerable.Range(0, 10).Select(i => Link($"x{i}", 1000) with { Quality = MeasurementQuality.Interfered })];

        Assert.Empty(Exceptions(links, NoEchoes));
    }

    private static IReadOnlySet<(string Source, string Destination)> Exceptions(List<AgentLink> links, Dictionary<string, RecentEcho> echoes) =>
        PublishedPairs.Choose(MetricsLevel.Exceptions, links.Count, links, echoes)!;

    private static AgentLink Link(string destination, double megabits) => new("me", destination) { ThroughputBitsPerSecond = megabits * 1e6, IsSuccess = true };
}
