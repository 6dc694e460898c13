using System.Globalization;
using System.Text.RegularExpressions;

namespace NetGraph.Lab.Topologies;

/// <summary>What a topology must obey so that it can be built; every violation is one sentence.</summary>
internal static partial class TopologyRules
{
    public static IEnumerable<string> Violations(TopologyDraft draft)
    {
        var errors = Names(draft).Concat(draft.Links.SelectMany(Figures)).Concat(Sizes(draft));
        if (!draft.IsShapeKnown)
            return errors;
        var linkErrors = Ends(draft).ToList();
        errors = errors.Concat(linkErrors).Concat(Degrees(draft)).Concat(Groups(draft));
        return linkErrors.Count == 0 ? errors.Concat(Connection(draft)) : errors;
    }

    private static IEnumerable<string> Names(TopologyDraft draft)
    {
        if (draft.Name is { } name && !LabName().IsMatch(name))
            yield return $"The name \"{name}\" must be 1 to 6 of a-z and 0-9 (interface names are limited to 15 characters): shorten or change it.";
        var nodes = draft.Hosts.Concat(draft.Routers).ToList();
        foreach (var node in nodes.Where(node => !NodeName().IsMatch(node)).Distinct())
            yield return $"The node name \"{node}\" must be 1 to 12 of a-z and 0-9 (interface names are limited to 15 characters): shorten or change it.";
        foreach (var twice in Repeated(nodes))
            yield return $"The node {twice} is listed more than once in hosts and routers: remove all but one.";
        if (draft.HasManagementNetwork && nodes.Contains("mgmt"))
            yield return "The node name \"mgmt\" is taken by the management network: rename the node or set mgmt to false.";
    }

    private static IEnumerable<string> Sizes(TopologyDraft draft)
    {
        if (draft.Hosts.Count > AddressPlan.MaxHosts)
            yield return $"There are {draft.Hosts.Count} hosts and the address plan has room for {AddressPlan.MaxHosts}: remove some.";
        else if (draft.HasManagementNetwork && draft.Hosts.Count > AddressPlan.MaxManagedHosts)
            yield return $"There are {draft.Hosts.Count} hosts and the management network has room for {AddressPlan.MaxManagedHosts}: remove some or set mgmt to false.";
        if (draft.Routers.Count > AddressPlan.MaxRouters)
            yield return $"There are {draft.Routers.Count} routers and the address plan has room for {AddressPlan.MaxRouters}: remove some.";
    }

    private static IEnumerable<string> Figures(LinkDraft link)
    {
        foreach (var (key, value) in link.Numbers)
        {
            var written = value.ToString(CultureInfo.InvariantCulture);
            if (value < 0)
                yield return $"{link}: {key} is {written} and must not be negative: correct it.";
            else if (value > 100 && key.EndsWith("_pct", StringComparison.Ordinal))
                yield return $"{link}: {key} is {written} and must be from 0 to 100: correct it.";
        }

        foreach (var (direction, rate) in new[] { ("a to b", link.RateAToBBitsPerSecond), ("b to a", link.RateBToABitsPerSecond) })
        {
            if (rate is null)
                yield return $"{link} has no rate from {direction}: add rate_mbit to the link or to defaults.";
            else if (rate is >= 0 and < 8)
                yield return $"{link} has a rate of {rate.Value.ToString(CultureInfo.InvariantCulture)} bit/s from {direction} and must have at least 8: raise it, or use loss_pct 100 for a dead link.";
            else if (rate > MaxRateBitsPerSecond)
                yield return $"{link} has a rate above 10 Tbit/s from {direction}, more than a token bucket can hold: lower it.";
            else if (rate * link.QueueSeconds / 8 > MaxQueueBytes)
                yield return $"{link} would queue more than {MaxQueueBytes} bytes from {direction}: lower queue_ms or the rate.";
        }
    }

    private static IEnumerable<string> Ends(TopologyDraft draft)
    {
        var nodes = draft.Hosts.Concat(draft.Routers).ToHashSet(StringComparer.Ordinal);
        var pairs = new Dictionary<(string, string), LinkDraft>();
        foreach (var link in draft.Links)
        {
            var isWhole = true;
            foreach (var (key, end) in new[] { ("a", link.A), ("b", link.B) })
            {
                isWhole &= end is not null && nodes.Contains(end);
                if (end is null)
                    yield return $"{link} has no {key}: add the name of a host or router.";
                else if (!nodes.Contains(end))
                    yield return $"{link} leads to {end}, which is neither in hosts nor in routers: correct the name or list the node.";
            }

            if (!isWhole)
                continue;
            if (link.A == link.B)
                yield return $"{link} leads from a node to itself, which no link may: correct or remove it.";
            else if (!pairs.TryAdd(string.CompareOrdinal(link.A, link.B) < 0 ? (link.A!, link.B!) : (link.B!, link.A!), link))
                yield return $"{link} is a second link between the same nodes, of which there may be one: remove it.";
        }
    }

    private static IEnumerable<string> Degrees(TopologyDraft draft)
    {
        var degrees = draft.Links.SelectMany(link => new[] { link.A, link.B }).OfType<string>().CountBy(node => node).ToDictionary();
        foreach (var host in draft.Hosts.Distinct())
        {
            var links = degrees.GetValueOrDefault(host);
            if (links != 1)
                yield return $"The host {host} has {links} links and must have exactly one: make it a router or correct its links.";
        }

        foreach (var router in draft.Routers.Distinct().Where(router => !degrees.ContainsKey(router)))
            yield return $"The router {router} has no link: link it or remove it.";
    }

    private static IEnumerable<string> Groups(TopologyDraft draft)
    {
        if (draft.Groups is null)
            yield break;
        foreach (var (name, hosts) in draft.Groups)
        {
            if (!GroupName().IsMatch(name))
                yield return $"The group name \"{name}\" must be 1 to 32 of a-z, 0-9 and -: change it.";
            foreach (var unknown in hosts.Except(draft.Hosts, StringComparer.Ordinal))
                yield return $"The group {name} lists {unknown}, which is not in hosts: correct the name or remove it.";
        }

        var grouped = draft.Groups.SelectMany(group => group.Hosts).ToList();
        foreach (var host in Repeated(grouped))
        {
            var groups = draft.Groups.Where(group => group.Hosts.Contains(host)).Select(group => group.Name);
            yield return $"The host {host} is listed more than once in groups ({string.Join(", ", groups)}) and must be in exactly one: remove it from the others.";
        }

        foreach (var host in draft.Hosts.Distinct().Except(grouped, StringComparer.Ordinal))
            yield return $"The host {host} is in no group and must be in exactly one: add it to a group, or remove groups to group hosts by router.";
    }

    private static IEnumerable<string> Connection(TopologyDraft draft)
    {
        var neighbours = draft.Links
            .SelectMany(link => new[] { (link.A, link.B), (A: link.B, B: link.A) })
            .ToLookup(end => end.A!, end => end.B!, StringComparer.Ordinal);
        var nodes = draft.Hosts.Concat(draft.Routers).Distinct().Where(neighbours.Contains).ToList();
        if (nodes.Count == 0)
        {
            yield return "The network has no nodes with links: list at least one host and one router, and a link.";
            yield break;
        }

        var reached = new HashSet<string>(StringComparer.Ordinal) { nodes[0] };
        var waiting = new Queue<string>(reached);
        while (waiting.TryDequeue(out var node))
        {
            foreach (var neighbour in neighbours[node].Where(reached.Add))
                waiting.Enqueue(neighbour);
        }

        var cut = nodes.Where(node => !reached.Contains(node)).ToList();
        if (cut.Count > 0)
            yield return $"The network is in pieces: {nodes[0]} cannot reach {string.Join(", ", cut)}; add the links that are missing.";
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.CountBy(name => name).Where(count => count.Value > 1).Select(count => count.Key);

    /// <summary>The kernel keeps the limit of a token bucket in 32 bits; this leaves room for the bucket.</summary>
    private const double MaxQueueBytes = 4_000_000_000;

    private const double MaxRateBitsPerSecond = 10e12;

    [GeneratedRegex("^[a-z0-9]{1,6}\\z")]
    private static partial Regex LabName();

    [GeneratedRegex("^[a-z0-9]{1,12}\\z")]
    private static partial Regex NodeName();

    [GeneratedRegex("^[a-z0-9-]{1,32}\\z")]
    private static partial Regex GroupName();
}
