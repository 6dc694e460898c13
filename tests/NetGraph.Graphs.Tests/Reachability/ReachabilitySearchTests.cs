using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Reachability;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Reachability;

public sealed class ReachabilitySearchTests
{
    // A square of one character a pair, row by source: u up, d down, . not measured, e only echoes answered, l only echoes, all lost, - not in the mesh,
    // b down but echoes come back.
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "whole", ".uu u.u uu.", "", "" },
        { "cut in two", ".udd u.dd dd.u ddu.", "0 1 | 2 3", "" },
        { "cut in two, some unknown", ".ud. u.dd dd.u d.u.", "0 1 | 2 3", "" },
        { "one node off", ".uud u.ud uu.d ddd.", "0 1 2 | 3", "" },
        { "three parts", ".udd u.dd dd.d ddd.", "0 1 | 2 | 3", "" },
        { "two nodes", ".d d.", "0 | 1", "" },
        { "two nodes, one direction unknown", ".d ..", "", "" },
        { "nothing measured", "... ... ...", "", "" },
        { "two groups not measured against each other", ".u.. u... ...u ..u.", "", "" },
        { "one failed pair of a sparse sample", ".u.. u.d. .d.u ..u.", "", "" },
        { "a dead node whose own tests are unknown", ".uud u.ud uu.d ....", "", "" },
        { "a node that only sends", ".uud u.ud uu.d uuu.", "", "3>0 3>1 3>2" },
        { "one pair one way", ".ud u.u uu.", "", "2>0" },
        { "failed one way, unknown back", ".ud u.u .u.", "", "" },
        { "a failed pair within a part", ".d u.", "", "1>0" },
        { "cut in two as echoes tell", ".ell e.ll ll.e lle.", "0 1 | 2 3", "" },
        { "tests fail but echoes come back", ".bb b.b bb.", "", "" },
        { "links are missing altogether", ".u-- u--- ---u --u-", "", "" },
        { "an unmeasured node beside a cut", ".udd. u.dd. dd.u. ddu.. .....", "0 1 | 2 3", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says_what_the_tests_show(string name, string rows, string partitions, string oneWay)
    {
        var found = ReachabilitySearch.Find(Read(rows.Split(' ')));

        Assert.True(partitions == string.Join(" | ", found.Partitions.Select(part => string.Join(' ', part))), name);
        Assert.True(oneWay == string.Join(' ', found.OneWay.Select(pair => $"{pair.Source}>{pair.Destination}")), name);
    }

    [Fact]
    public void No_working_link_joins_two_partitions_and_failures_prove_each_cut() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var random = new Random(seed);
        var share = random.NextDouble();
        var count = random.Next(2, 8);
        var mesh = Read([.. Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, count).Select(_ => random.NextDouble() < share / 3 ? 'u' : "d.l"[random.Next(3)])))]);
        var found = ReachabilitySearch.Find(mesh);
        var part = Enumerable.Range(0, count).Select(node => found.Partitions.ToList().FindIndex(nodes => nodes.Contains(node))).ToArray();
        return found.Partitions.Length != 1
            && mesh.Links.Where(link => ReachabilitySearch.IsWorking(link)).All(link => part[link.Source] == part[link.Destination])
            && found.Partitions.Skip(1).All(nodes => nodes.All(node => mesh.Links.Any(link => ReachabilitySearch.IsFailing(link) && (link.Source == node) != (link.Destination == node))))
            && found.OneWay.All(pair => mesh.Links.Any(link => link.Source == pair.Destination && link.Destination == pair.Source && ReachabilitySearch.IsFailing(link)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Forgetting_tests_between_nodes_that_stay_joined_never_invents_a_partition() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var random = new Random(seed);
        var count = random.Next(3, 10);
        // A mesh in which everything works but single links, of which only a sample was tested.
        var rows = Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10) switch { < 5 => '.', 5 => 'd', _ => 'u' })));
        var mesh = Read([.. rows]);
        var isJoined = Components.Weak(Working(mesh)).Length == 1;
        return !isJoined || ReachabilitySearch.Find(mesh).Partitions.IsEmpty;
    }).QuickCheckThrowOnFailure();

    private static WeightedGraph Working(Mesh mesh)
    {
        var builder = new WeightedGraphBuilder(mesh.Nodes.Length);
        foreach (var link in mesh.Links.Where(link => ReachabilitySearch.IsWorking(link))) builder.AddEdge(link.Source, link.Destination, 1);
        return builder.Build();
    }

    private static Mesh Read(string[] rows)
    {
        var links =
            from a in Enumerable.Range(0, rows.Length)
            from b in Enumerable.Range(0, rows.Length)
            where a != b && rows[a][b] != '-'
            let link = new LinkMeasurement(a, b)
            select rows[a][b] switch
            {
                'u' => link with { State = LinkState.Up, ThroughputBitsPerSecond = 1e9 },
                'd' => link with { State = LinkState.Down },
                'b' => link with { State = LinkState.Down, RoundTripTimeSeconds = 0.001, LossRatio = 0 },
                'e' => link with { RoundTripTimeSeconds = 0.001, LossRatio = 0.1 },
                'l' => link with { LossRatio = 1 },
                _ => link,
            };
        return new([.. Enumerable.Range(0, rows.Length).Select(i => new MeshNode($"n{i}"))], [.. links], default);
    }
}
