using FsCheck;
using FsCheck.Fluent;
using NetGraph.Api.Snapshots;

namespace NetGraph.Api.Tests.Snapshots;

public sealed class ShardsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(500, 500)]
    [InlineData(1, 250_000)]
    public void One_question_does_for_what_fits_into_one_answer(int sources, int destinations) => Assert.Equal([""], Shards.Of([.. Names(sources, 4)], destinations));

    [Theory]
    [InlineData(501, 2)]
    [InlineData(1000, 4)]
    [InlineData(5000, 100)]
    public void A_mesh_has_as_many_shards_as_its_size_asks_for(int nodes, int shards) => Assert.Equal(shards, Shards.Of([.. Names(nodes, 4)], nodes).Count);

    [Fact]
    public void Every_source_is_in_one_shard_and_no_shard_is_too_large() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var names = Names(random.Next(501, 2000), random.Next(4, 64)).ToList();
            var shards = Shards.Of(names, names.Count);
            var words = shards.Select(shard => shard["source_node=~\"".Length..^1].Split('|')).ToList();
            return words.SelectMany(word => word).Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal))
                && words.All(word => word.Length * names.Count <= Shards.MostSeries)
                && shards.All(shard => shard.Length <= Shards.MostCharacters + 20);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_name_too_long_for_a_shard_has_one_of_its_own() =>
        Assert.Equal(3, Shards.Of([.. Enumerable.Range(0, 3).Select(i => i + new string('x', Shards.MostCharacters))], 100_000).Count);

    private static IEnumerable<string> Names(int count, int length) => Enumerable.Range(0, count).Select(i => $"{i:0000}".PadRight(length, 'x'));
}
