namespace NetGraph.Lab.Topologies;

/// <summary>
/// Decides whether a collector must be told to run one test at a time. By itself it gives a host one test at a time, and lets
/// one test at a time cross the boundary of a group. That is enough unless two such tests can still meet on a link.
/// </summary>
internal static class Concurrency
{
    /// <summary>How many tests may run at once.</summary>
    /// <returns><see langword="null"/> when the collector's own rules keep tests apart, or 1.</returns>
    public static int? Limit(Topology topology, Paths paths)
    {
        var groups = topology.Groups
            .SelectMany(group => group.Hosts, (group, host) => (group.Name, Host: host))
            .ToDictionary(entry => entry.Host, entry => entry.Name, StringComparer.Ordinal);
        return TestsByLink(topology, paths, groups).Values.Any(CanMeet) ? 1 : null;
    }

    /// <summary>Host links are left out: whatever crosses them has that host as an end, and hosts have one test at a time.</summary>
    private static Dictionary<(string, string), HashSet<Test>> TestsByLink(
        Topology topology, Paths paths, Dictionary<string, string> groups)
    {
        var routers = topology.Routers.ToHashSet(StringComparer.Ordinal);
        var testsByLink = new Dictionary<(string, string), HashSet<Test>>();
        foreach (var (source, destination) in topology.Hosts.SelectMany(_ => topology.Hosts, (a, b) => (a, b)).Where(pair => pair.a != pair.b))
        {
            var path = paths.Between(source, destination);
            foreach (var (from, to) in path.Zip(path.Skip(1)).Where(hop => routers.Contains(hop.First) && routers.Contains(hop.Second)))
            {
                var link = InOrder(from, to);
                if (!testsByLink.TryGetValue(link, out var tests))
                    testsByLink[link] = tests = [];
                tests.Add(Test.Between(source, destination, groups));
            }
        }

        return testsByLink;
    }

    private static bool CanMeet(HashSet<Test> tests)
    {
        var inner = tests.Where(test => test.Boundaries is null).ToList();
        if (inner.Any(test => tests.Any(test.SharesNoHostWith)))
            return true;
        var crossed = tests.Select(test => test.Boundaries).OfType<(string, string)>().Distinct().ToList();
        return crossed.Any(one => crossed.Any(other => AreApart(one, other)));
    }

    private static bool AreApart((string A, string B) one, (string A, string B) other) =>
        one.A != other.A && one.A != other.B && one.B != other.A && one.B != other.B;

    private static (string A, string B) InOrder(string a, string b) => string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);

    /// <summary>A test between two hosts, in either direction.</summary>
    /// <param name="Hosts">Its ends.</param>
    /// <param name="Boundaries">The two groups whose boundaries it crosses, or null inside one group.</param>
    private sealed record Test((string A, string B) Hosts, (string A, string B)? Boundaries)
    {
        public static Test Between(string source, string destination, Dictionary<string, string> groups) =>
            new(InOrder(source, destination), groups[source] == groups[destination] ? null : InOrder(groups[source], groups[destination]));

        public bool SharesNoHostWith(Test other) => AreApart(Hosts, other.Hosts);
    }
}
