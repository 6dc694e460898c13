using FsCheck;
using FsCheck.Fluent;
using NetGraph.Api.Snapshots;
using NetGraph.Measurements;

namespace NetGraph.Api.Tests.Snapshots;

public sealed class MeshBuilderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly LinkSetter[] Setters =
    [
        (ref link, value) => link = link with { ThroughputBitsPerSecond = value, State = LinkState.Up },
        (ref link, value) => link = link with { LossRatio = value },
        (ref link, value) => link = link with { LastSuccessUnixSeconds = value },
        (ref link, _) => link = link with { State = LinkState.Down },
    ];

    [Fact]
    public void Builds_what_a_dictionary_of_pairs_gives() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var nodes = Enumerable.Range(0, random.Next(1, 12)).Select(i => new MeshNode($"n{(i * 7) % 13}") { IsTarget = i % 5 == 2 }).ToList();
            var isSilent = (string name) => name == "n7";
            var expected = new Dictionary<(string, string), LinkMeasurement>();
            var columns = new List<LinkColumn>();
            foreach (var set in Setters)
            {
                var column = new LinkColumn(new PairSamples(isLarge: random.Next(2) == 0), set);
                columns.Add(column);
                var pairs = from source in Enumerable.Range(0, nodes.Count) from destination in Enumerable.Range(0, nodes.Count) where random.Next(3) > 0 select (source, destination);
                foreach (var (source, destination) in pairs.OrderBy(_ => random.Next()).ToList())
                {
                    var value = random.Next(1000);
                    column.Samples.Add(source, destination, value);
                    if (source == destination) continue;
                    var ends = (nodes[source].Name, nodes[destination].Name);
                    var link = expected.GetValueOrDefault(ends, new LinkMeasurement(0, 0));
                    set(ref link, value);
                    expected[ends] = link;
                }
            }

            var mesh = MeshBuilder.Build(nodes, columns, isSilent, Noon);
            return mesh.Links.Length == expected.Count && mesh.Links.All(link =>
            {
                var ends = (mesh.Nodes[link.Source].Name, mesh.Nodes[link.Destination].Name);
                var raw = expected[ends] with { Source = link.Source, Destination = link.Destination };
                var teller = mesh.Nodes[link.Source].IsTarget ? ends.Item2 : ends.Item1;
                var wanted = isSilent(teller) ? new LinkMeasurement(link.Source, link.Destination) { LastSuccessUnixSeconds = raw.LastSuccessUnixSeconds }
                    : raw.State == LinkState.Down ? raw with { ThroughputBitsPerSecond = double.NaN }
                    : raw;
                return link == wanted;
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_filtered_mesh_keeps_the_links_between_what_is_kept()
    {
        var mesh = FakeSource.Mesh("a b c", "a>b:1 a>c:2 c>a:3 b>c:down");
        var kept = MeshBuilder.Select(mesh.Nodes, mesh.Links, Noon, node => node.Name != "b");

        Assert.Equal(["a", "c"], kept.Nodes.Select(node => node.Name));
        Assert.Equal([(0, 1, 2.0), (1, 0, 3.0)], kept.Links.Select(link => (link.Source, link.Destination, link.ThroughputBitsPerSecond)));
    }
}
