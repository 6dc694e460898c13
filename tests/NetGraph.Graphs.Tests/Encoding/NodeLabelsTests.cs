using System.Collections.Immutable;
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
    [InlineData("ip-10-0-0-7.eu.internal ip-10-0-1-7.eu.internal", 20, "…0-7… …1-7…")]
    [InlineData("a.example.org b.example.org", 20, "a… b…")]
    [InlineData("x.example.org example.org", 20, "x.example.org example.org")]
    [InlineData("a-pool-general b-pool-general", 20, "a… b…")]
    [InlineData("alone-in-the-cluster", 9, "alon…ster")]
    [InlineData("", 9, "")]
    public void Leaves_out_what_all_names_share_and_cuts_the_middle(string names, int maxLength, string expected) =>
        Assert.Equal(expected, string.Join(' ', NodeLabels.Shorten([.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new MeshNode(name))], maxLength)));

    [Fact]
    public void Where_cutting_the_middle_makes_names_one_their_ends_are_kept()
    {
        ImmutableArray<MeshNode> nodes = [.. Enumerable.Range(0, 20).Select(i => new MeshNode($"{new string('w', 30)}{i:00}-and-what-else-there-is-{i:00}")).OrderBy(node => node.Name, StringComparer.Ordinal)];

        Assert.Equal(20, NodeLabels.Shorten(nodes, 12, 40).Distinct().Count());
    }

    [Fact]
    public void Lines_are_never_wider_than_they_may_be() =>
        Prop.ForAll(Gen.Elements("a", "W", " ", "😀", "-", "…", "node ", "\0").NonEmptyListOf().Select(pieces => string.Concat(pieces)).ToArbitrary(), Gen.Choose(20, 300).ToArbitrary(), (text, width) =>
        {
            var lines = TextWidth.Wrap(text, 12, width, 3);
            return lines.Count is >= 1 and <= 3
                && lines.All(line => TextWidth.Of(line, 12) <= width)
                && TextWidth.Of(TextWidth.Cut(text, 12, width), 12) <= width
                && TextWidth.Of(TextWidth.Cut(text, 12, width, keepsEnd: true), 12) <= width;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Labels_are_never_too_long_nor_cut_through_a_character() =>
        Prop.ForAll(Gen.Elements("a", "-", ".", "😀", "node-").NonEmptyListOf().Select(pieces => string.Concat(pieces)).ArrayOf().ToArbitrary(), Gen.Choose(8, 26).ToArbitrary(), (names, maxLength) =>
        {
            var nodes = names.Distinct().Order(StringComparer.Ordinal).Select(name => new MeshNode(name)).ToArray();
            var labels = NodeLabels.Shorten([.. nodes], maxLength);
            return labels.All(label => label.Length <= maxLength && SafeText.Printable(label) == label);
        }).QuickCheckThrowOnFailure();
}
