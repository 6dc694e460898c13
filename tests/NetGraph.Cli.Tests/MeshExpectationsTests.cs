using NetGraph.Collector;
using NetGraph.Collector.Links;

namespace NetGraph.Cli.Tests;

public sealed class MeshExpectationsTests
{
    private static readonly TestReport Good = new("a", "b", 500e6, "ok", null);
    private static readonly TestReport Failed = new("b", "a", null, null, "timeout");
    private static readonly LinkEchoes Echoes = new("a", "b", 100, 99, 0.004);

    [Fact]
    public void Nothing_expected_is_nothing_broken() => Assert.Empty(Judge(new MeshExpectations(null, null, null), Failed));

    [Theory]
    [InlineData(500e6, null, null)]
    [InlineData(null, 0.004, null)]
    [InlineData(null, null, 0.0100001)]
    [InlineData(1e6, 1.0, 0.5)]
    public void What_is_as_expected_is_not_broken_and_the_limit_itself_is_allowed(double? least, double? longest, double? loss) =>
        Assert.Empty(Judge(new MeshExpectations(least, longest, loss), Good));

    [Theory]
    [InlineData(501e6, null, null, "500 Mbit/s, expected at least 501 Mbit/s")]
    [InlineData(null, 0.003, null, "round trip 4.00 ms, expected at most 3.00 ms")]
    [InlineData(null, null, 0.001, "1.00 % of 100 echoes lost, expected at most 0.10 %")]
    public void What_is_not_says_what_it_is_and_should_be(double? least, double? longest, double? loss, string expected) =>
        Assert.Equal([expected], Assert.Single(Judge(new MeshExpectations(least, longest, loss), Good)).Reasons);

    [Fact]
    public void All_that_is_wrong_with_a_link_is_said_at_once_and_doubt_beside_it()
    {
        var broken = Assert.Single(Judge(new MeshExpectations(1e9, 0.001, 0), Good with { Quality = "host_limited" }));

        Assert.Equal(3, broken.Reasons.Count);
        Assert.EndsWith("(quality host_limited)", broken.Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.0, null, null)]
    [InlineData(null, 10.0, null)]
    [InlineData(null, null, 1.0)]
    public void A_test_that_failed_breaks_any_expectation(double? least, double? longest, double? loss) =>
        Assert.Equal("the test failed (timeout)", Assert.Single(Judge(new MeshExpectations(least, longest, loss), Failed)).Reasons[0]);

    [Fact]
    public void What_nobody_knows_is_not_taken_for_good()
    {
        var expectations = new MeshExpectations(null, 1, 1);
        Assert.Equal(["no echo was sent in this time, so that nobody knows"], Assert.Single(Judge(expectations, new TestReport("a", "c", 1, "ok", null))).Reasons);

        var lost = new MeshOutcome(Summary, [Good], new Dictionary<(string, string), LinkEchoes> { [("a", "b")] = new("a", "b", 10, 0, null) });
        Assert.Equal(["none of 10 echoes came back"], Assert.Single(expectations.Judge(lost.Tests, lost.Echoes)).Reasons);
    }

    [Fact]
    public void At_most_twenty_broken_links_are_named_and_how_many_more()
    {
        TestReport[] tests = [.. Enumerable.Range(10, 25).Select(i => new TestReport($"n{i}", "b\u001b[2J", 1e6, "ok", null))];
        var outcome = new MeshOutcome(Summary, tests, new Dictionary<(string, string), LinkEchoes>());
        var expectations = new MeshExpectations(2e6, null, null);
        using var text = new StringWriter();
        MeshReport.WriteText(outcome, expectations, expectations.Judge(outcome.Tests, outcome.Echoes), 1, null, text);
        var lines = text.ToString().Split('\n');

        Assert.Contains("Not as expected: 25 of 25 links.", lines);
        Assert.Equal(20, lines.Count(line => line.EndsWith("1.00 Mbit/s, expected at least 2.00 Mbit/s", StringComparison.Ordinal)));
        Assert.Equal("  and 5 more", lines[^2]);
        Assert.DoesNotContain('\u001b', text.ToString());
    }

    private static CycleSummary Summary { get; } = new(1, DateTimeOffset.UnixEpoch, 10, 2, 2, 1, 1, 0, 0, 0, 0);

    private static IReadOnlyList<BrokenLink> Judge(MeshExpectations expectations, TestReport test) =>
        expectations.Judge([test], new Dictionary<(string, string), LinkEchoes> { [("a", "b")] = Echoes });
}
