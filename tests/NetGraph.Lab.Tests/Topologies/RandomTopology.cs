using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Topologies;

/// <summary>Small connected networks with hosts and groups strewn at random.</summary>
internal static class RandomTopology
{
    public static Topology Of(int seed)
    {
        var random = new Random(seed);
        var routers = Enumerable.Range(0, random.Next(1, 6)).Select(number => $"r{number}").ToList();
        var hosts = Enumerable.Range(0, random.Next(2, 8)).Select(number => $"h{number}").ToList();
        var links = routers.Skip(1).Select((router, above) => (router, routers[random.Next(above + 1)])).ToList();
        for (var extra = random.Next(3); extra > 0; extra--)
        {
            var (a, b) = (routers[random.Next(routers.Count)], routers[random.Next(routers.Count)]);
            if (a != b && !links.Contains((a, b)) && !links.Contains((b, a)))
                links.Add((a, b));
        }

        links.AddRange(hosts.Select(host => (host, routers[random.Next(routers.Count)])));
        var groups = hosts.GroupBy(_ => $"g{random.Next(4)}").Select(group => new HostGroup(group.Key, [.. group])).ToList();
        return new("t", false, hosts, routers, [.. links.Select(link => Link(link.Item1, link.Item2))], groups);
    }

    private static Link Link(string a, string b) => new(new(a, b, 1e6, 0.05, 0, 0), new(b, a, 1e6, 0.05, 0, 0));
}
