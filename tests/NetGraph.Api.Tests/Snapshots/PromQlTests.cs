using NetGraph.Api.Snapshots;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Api.Tests.Snapshots;

public sealed class PromQlTests
{
    [Fact]
    public void Expressions_are_the_approved_ones()
    {
        var window = TimeSpan.FromMinutes(15);
        var lines = new List<string> { PromQl.Nodes(), PromQl.NodesSeenWithin(window), PromQl.CycleInterval(), PromQl.MeanRoundTripTime(window), PromQl.LossRatio(TimeSpan.FromMilliseconds(10)) };
        lines.AddRange(Enum.GetValues<Statistic>().Select(statistic => PromQl.OfThroughputTests(Metrics.IperfBandwidth, new SnapshotQuery { Statistic = statistic }, window)));
        lines.Add(PromQl.OfThroughputTests(Metrics.IperfSuccess, new SnapshotQuery { Statistic = Statistic.Mean, Protocol = "udp" }, TimeSpan.FromDays(366), Statistic.Last));

        var sources = PromQl.Sources("a|b");
        var tcp = new SnapshotQuery();
        lines.AddRange([PromQl.Failed(tcp, window, sources), PromQl.Doubtful(tcp, window, ""), PromQl.MeanRoundTripTime(window, sources), PromQl.LossRatio(window, sources)]);

        var pair = PromQl.Pair("a\"b", "c\\d\ne\ufffd.*");
        lines.AddRange([PromQl.OfThroughputTests(Metrics.IperfBandwidth, tcp, window, sources: pair), PromQl.MeanRoundTripTime(window, pair), PromQl.SilentAgent("a\"b"), PromQl.IsTarget("a\"b")]);

        lines.AddRange([PromQl.Newest(Metrics.CollectorCoverage), PromQl.OfDay(Metrics.CollectorTestBytes), PromQl.OfDay(Metrics.CollectorTestsFailed), PromQl.FailuresOfDay()]);

        Approved.Matches("expressions.promql", string.Concat(lines.Select(line => line + "\n")));
    }

    [Theory]
    [InlineData("worker-1", "worker-1")]
    [InlineData("a.b", @"a\\.b")]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData(@"a\b", @"a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("(é|x)*", @"\\(é\\|x\\)\\*")]
    public void A_name_stands_for_itself_in_an_expression(string name, string word) => Assert.Equal(word, PromQl.Word(name));
}
