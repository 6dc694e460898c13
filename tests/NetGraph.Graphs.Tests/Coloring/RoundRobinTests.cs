using NetGraph.Graphs.Coloring;

namespace NetGraph.Graphs.Tests.Coloring;

public sealed class RoundRobinTests
{
    public static TheoryData<int> Counts => [.. Enumerable.Range(0, 33), 100, 101];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Every_pair_meets_once_nobody_twice_in_a_round_in_as_few_rounds_as_can_be(int count)
    {
        var rounds = RoundRobin.Rounds(count).ToList();

        Assert.Equal(count < 2 ? 0 : count % 2 == 0 ? count - 1 : count, rounds.Count);
        Assert.All(rounds, round => Assert.Equal(round.Length * 2, round.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().Count()));
        Assert.All(rounds, round => Assert.Equal(count / 2, round.Length));
        var pairs = rounds.SelectMany(round => round).ToList();
        Assert.Equal(count * (count - 1) / 2, pairs.Distinct().Count());
        Assert.Equal(pairs.Count, pairs.Distinct().Count());
        Assert.All(pairs, pair => Assert.True(0 <= pair.First && pair.First < pair.Second && pair.Second < count));
    }

    [Fact]
    public void Refuses_a_negative_number() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RoundRobin.Rounds(-1).Any());
}
