using FsCheck;
using FsCheck.Fluent;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Topologies;

public sealed class ConcurrencyTests
{
    [Theory]
    [InlineData("racks8", null)]
    [InlineData("star16", null)]
    [InlineData("line4", 1)]
    public void Limits_tests_where_groups_alone_do_not_keep_them_apart(string sample, int? limit)
    {
        var topology = Samples.Read(sample);

        Assert.Equal(limit, Concurrency.Limit(topology, new Paths(topology)));
    }

    [Fact]
    public void Agrees_with_its_definition_on_any_network() =>
        Prop.ForAll<int>(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var topology = RandomTopology.Of(seed);
            var paths = new Paths(topology);
            return (Concurrency.Limit(topology, paths) == 1) == TwoAllowedTestsMeet(topology, paths);
        }).QuickCheckThrowOnFailure();

    private static bool TwoAllowedTestsMeet(Topology topology, Paths paths)
    {
        var group = topology.Groups.SelectMany(group => group.Hosts, (group, host) => (host, group.Name)).ToDictionary();
        var tests = topology.Hosts.SelectMany(_ => topology.Hosts, (source, destination) => (source, destination))
            .Where(test => test.source != test.destination)
            .Select(test => (
                Hosts: new[] { test.source, test.destination },
                Crossed: group[test.source] == group[test.destination] ? [] : new[] { group[test.source], group[test.destination] },
                Links: Links(paths.Between(test.source, test.destination))))
            .ToList();
        return tests.Any(one => tests.Any(other =>
            !one.Hosts.Intersect(other.Hosts).Any() && !one.Crossed.Intersect(other.Crossed).Any() && one.Links.Overlaps(other.Links)));
    }

    private static HashSet<string> Links(List<string> path) =>
        [.. path.Zip(path.Skip(1), (a, b) => string.CompareOrdinal(a, b) < 0 ? $"{a}-{b}" : $"{b}-{a}")];
}
