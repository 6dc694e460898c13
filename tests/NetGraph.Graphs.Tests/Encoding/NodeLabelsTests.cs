using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class NodeLabelsTests
{
    [Theory]
    [InlineData("worker-1 worker-2", 20, "…1 …2")]
    [InlineData("h1 h2", 20, "h1 h2")]
    [InlineData("a-1 a-2", 20, "a-1 a-2")]
    [InlineData("cluster-a-worker-1 cluster-a-worker-2 cluster-b-worker-1", 20, "…a-worker-1 …a-worker-2 …b-worker-1")]
    [InlineData("worker-12 worker-13", 20, "…12 …13")]
    [InlineData("alone-in-the-cluster", 9, "alon…ster")]
    [InlineData("", 9, "")]
    public void Leaves_out_what_all_names_share_and_cuts_the_middle(string names, int maxLength, string expected) =>
        Assert.Equal(expected, string.Join(' ', NodeLabels.Shorten([.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new MeshNode(name))], maxLength)));

    [Fact]
    public void Labels_are_never_too_long_nor_cut_through_a_character() =>
        Prop.ForAll(Gen.Elements("a", "-", ".", "😀", "node-").NonEmptyListOf().Select(pieces => string.Concat(pieces)).ArrayOf().ToArbitrary(), Gen.Choose(8, 26).ToArbitrary(), (names, maxLength) =>
        {
            var nodes = names.Distinct().Order(StringComparer.Ordinal).Select(name => new MeshNode(name)).ToArray();
            var labels = NodeLabels.Shorten([.. nodes], maxLength);
            return labels.All(label => label.Length <= maxLength && SafeText.Printable(label) == label);
        }).QuickCheckThrowOnFailure();
}
