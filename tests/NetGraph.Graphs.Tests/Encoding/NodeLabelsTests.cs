using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class NodeLabelsTests
{
    [Theory]
    [InlineData("worker-1 worker-2", 200, "…1 …2")]
    [InlineData("h1 h2", 200, "h1 h2")]
    [InlineData("a-1 a-2", 200, "a-1 a-2")]
    [InlineData("cluster-a-worker-1 cluster-a-worker-2 cluster-b-worker-1", 200, "…a-worker-1 …a-worker-2 …b-worker-1")]
    [InlineData("worker-12 worker-13", 200, "…12 …13")]
    [InlineData("ip-10-0-0-7.eu.internal ip-10-0-1-7.eu.internal", 200, "…0-7… …1-7…")]
    [InlineData("a.example.org b.example.org", 200, "a… b…")]
    [InlineData("x.example.org example.org", 200, "x.example.org example.org")]
    [InlineData("a-pool-general b-pool-general", 200, "a… b…")]
    [InlineData("node-000-pool.example.org node-001-pool.example.org", 90, "node-000… node-001…")]
    [InlineData("node-000-purpose.example.org node-001-purpose.example.org", 75, "…000… …001…")]
    [InlineData("nodexnodexnode000purposexpurpose nodexnodexnode001purposexpurpose", 60, "…0… …1…")]
    [InlineData("alone-in-the-cluster", 80, "alon…ster")]
    [InlineData("a-000-of-the-general-purpose-pool a-001-of-the-general-purpose-pool gpu-7-of-another-kind", 60, "a-000… a-001… gpu-7…")]
    [InlineData("", 90, "")]
    public void Leaves_out_what_all_names_share_and_cuts_where_they_stay_apart(string names, int width, string expected) =>
        Assert.Equal(expected, string.Join(' ', NodeLabels.Shorten([.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new MeshNode(name))], 12, width)));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10)]
    public void What_is_different_in_the_middle_of_long_names_survives(int width)
    {
        ImmutableArray<MeshNode> nodes = [.. Enumerable.Range(0, 10).Select(i => new MeshNode($"prod-eu-kubernetes-worker-node-{i:0000}-general-purpose.dc1.corp.example.com"))];

        Assert.Equal(10, NodeLabels.Shorten(nodes, 12, 60 + (15 * width)).Distinct().Count());
    }

    [Fact]
    public void Different_names_have_different_labels_wherever_what_is_different_has_room()
    {
        var pieces = Gen.Elements("a", "0", "-", ".", "node-", "😀", "…", "\n", "\ufffd", "W", "<&>");
        var text = pieces.ListOf().Select(list => string.Concat(list));
        Prop.ForAll(Gen.Zip(text, text).ToArbitrary(), pieces.NonEmptyListOf().Select(list => string.Concat(list)).NonEmptyListOf().ToArbitrary(), Gen.Choose(30, 260).ToArbitrary(), (around, middles, width) =>
        {
            string[] names = [.. middles.Select(middle => around.Item1 + middle + around.Item2).Distinct().Order(StringComparer.Ordinal)];
            var labels = NodeLabels.Shorten([.. names.Select(name => new MeshNode(name))], 12, width);
            if (labels.Any(label => TextWidth.Of(label, 12, isBold: true) > width)) return false;
            // What is different stands between the longest beginning and the longest end that all share; of each name one character is left at least.
            var least = names.Min(name => name.Length) - 1;
            var begin = Enumerable.Range(0, least + 1).Last(length => names.All(name => name.StartsWith(names[0][..length], StringComparison.Ordinal)));
            var end = Enumerable.Range(0, least - begin + 1).Last(length => names.All(name => name.EndsWith(names[0][^length..], StringComparison.Ordinal)));
            // A character of two UTF-16 units is not cut through.
            if (begin > 0 && char.IsHighSurrogate(names[0][begin - 1])) begin--;
            if (end > 0 && char.IsLowSurrogate(names[0][^end])) end--;
            var hasRoom = names.All(name => TextWidth.Of($"…{name[begin..^end]}…", 12, isBold: true) <= width);
            return !hasRoom || labels.Distinct().Count() == names.Length;
        }).QuickCheckThrowOnFailure();
    }

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
                && TextWidth.Of(TextWidth.Cut(text, 12, width, keeps: KeptPart.End), 12) <= width;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Labels_are_never_too_long_nor_cut_through_a_character() =>
        Prop.ForAll(Gen.Elements("a", "-", ".", "😀", "node-").NonEmptyListOf().Select(pieces => string.Concat(pieces)).ArrayOf().ToArbitrary(), Gen.Choose(20, 260).ToArbitrary(), (names, width) =>
        {
            var nodes = names.Distinct().Order(StringComparer.Ordinal).Select(name => new MeshNode(name)).ToArray();
            var labels = NodeLabels.Shorten([.. nodes], 12, width);
            return labels.All(label => TextWidth.Of(label, 12, isBold: true) <= width && SafeText.Printable(label) == label);
        }).QuickCheckThrowOnFailure();
}
