using FsCheck;
using FsCheck.Fluent;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Topologies;

public sealed class PathsTests
{
    [Fact]
    public void Takes_the_link_that_comes_first_in_the_file_among_equals()
    {
        const string links =
            """
            { "a": "h1", "b": "r1" }, { "a": "h2", "b": "r2" },
            { "a": "r1", "b": "RX" }, { "a": "r1", "b": "RY" }, { "a": "r2", "b": "RX" }, { "a": "r2", "b": "RY" }
            """;
        string Way(string first, string second) => string.Join(' ', new Paths(Topology.Parse(
            $$"""
            { "name": "t", "hosts": ["h1", "h2"], "routers": ["r1", "r2", "x", "y"], "defaults": { "rate_mbit": 1 },
              "links": [{{links.Replace("RX", first, StringComparison.Ordinal).Replace("RY", second, StringComparison.Ordinal)}}] }
            """,
            "test")).Between("h1", "h2"));

        Assert.Equal("h1 r1 x r2 h2", Way("x", "y"));
        Assert.Equal("h1 r1 y r2 h2", Way("y", "x"));
    }

    [Fact]
    public void Walks_along_links_and_visits_no_node_twice_on_any_network() =>
        Prop.ForAll<int>(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var topology = RandomTopology.Of(seed);
            var paths = new Paths(topology);
            var links = topology.Directions.Select(direction => (direction.Source, direction.Destination)).ToHashSet();
            return topology.Hosts.All(source => topology.Hosts.Where(host => host != source).All(destination =>
            {
                var path = paths.Between(source, destination);
                return path.Distinct().Count() == path.Count && path.Zip(path.Skip(1)).All(links.Contains);
            }));
        }).QuickCheckThrowOnFailure();
}
