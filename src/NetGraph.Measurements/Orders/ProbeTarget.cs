namespace NetGraph.Measurements.Orders;

/// <summary>Something outside the mesh that every agent probes: a gateway, a DNS server, the API server, a site.</summary>
/// <remarks>Members have setters, since the JSON reader overwrites the default of an init-only member that is absent.</remarks>
public sealed record ProbeTarget
{
    internal const int MaxIntervalSeconds = 86400;

    /// <summary>Name in metrics, the label <c>target</c>; 1 to 253 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>What to do, a name of <see cref="ProbeNames"/> that is meant for targets: <c>icmp</c>, <c>tcp</c>, <c>http</c> or <c>dns</c>.</summary>
    public string Probe { get; set; } = "";

    /// <summary>Host name or IP address for <c>icmp</c> and <c>tcp</c>; the server's IP address for <c>dns</c>, absent for the resolvers of the agent's host.</summary>
    public string? Address { get; set; }

    /// <summary>Port, 1 to 65535, for <c>tcp</c>; also for <c>dns</c>, where it is 53 when absent.</summary>
    public int? Port { get; set; }

    /// <summary>Absolute http or https address for <c>http</c>, without user and password. Redirects are not followed.</summary>
    public string? Url { get; set; }

    /// <summary>Whether <c>http</c> asks with HEAD instead of GET.</summary>
    public bool Head { get; set; }

    /// <summary>Whether <c>http</c> takes an answer whatever the certificate. Nothing secret is sent.</summary>
    public bool AnyCertificate { get; set; }

    /// <summary>Name that <c>dns</c> asks for, taken as absolute.</summary>
    public string? QueryName { get; set; }

    /// <summary>What <c>dns</c> asks for: <c>A</c> or <c>AAAA</c>.</summary>
    public string QueryType { get; set; } = "A";

    /// <summary>Time from one run to the next in seconds, 1 to 86400. Default 30.</summary>
    public int IntervalSeconds { get; set; } = 30;

    /// <summary>Checks a list of targets.</summary>
    /// <param name="targets">The list as it was read.</param>
    /// <returns>What is wrong, as clauses without a full stop.</returns>
    public static IEnumerable<string> FindFaults(IReadOnlyList<ProbeTarget?> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count > PeerList.MaxTargets) yield return $"there are {targets.Count} targets, at most {PeerList.MaxTargets} are allowed";
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < targets.Count; i++)
        {
            if (targets[i] is not { Name.Length: > 0 and <= 253 } target || string.IsNullOrWhiteSpace(target.Name)) yield return $"target {i + 1} has no name of 1 to 253 characters";
            else if (!names.Add(target.Name)) yield return $"the target '{target.Name}' is given twice";
            else if (target.FindFault() is { } fault) yield return $"target '{target.Name}': {fault}";
        }
    }

    /// <summary>Checks what the probe needs.</summary>
    /// <returns>What is wrong, as a clause without a full stop, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        if (IntervalSeconds is < 1 or > MaxIntervalSeconds) return $"intervalSeconds must be 1 to {MaxIntervalSeconds}";
        if (Port is < 1 or > 65535) return "port must be 1 to 65535";
        return Probe switch
        {
            ProbeNames.Icmp => FindAddressFault() ?? Unused(Port is not null, "port") ?? NotHttp() ?? NotDns(),
            ProbeNames.Tcp => FindAddressFault() ?? (Port is null ? "the probe tcp needs a port" : null) ?? NotHttp() ?? NotDns(),
            ProbeNames.Http => FindUrlFault() ?? Unused(Address is not null, "address") ?? Unused(Port is not null, "port") ?? NotDns(),
            ProbeNames.Dns => FindQueryFault() ?? NotHttp(),
            _ => $"probe must be {ProbeNames.Icmp}, {ProbeNames.Tcp}, {ProbeNames.Http} or {ProbeNames.Dns}",
        };
    }

    private string? FindAddressFault() => Address is not null && OrderRules.IsHost(Address) ? null : $"the probe {Probe} needs an address, an IP address or a host's name";

    private string? FindUrlFault() =>
        Url is { Length: <= 2048 } && Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? null
            : "the probe http needs a url that begins with http:// or https:// and has no user or password";

    private string? FindQueryFault()
    {
        if (QueryName is null || !OrderRules.IsHostName(QueryName)) return "the probe dns needs a queryName of letters, digits, dashes, underscores and dots";
        if (QueryType is not ("A" or "AAAA")) return "queryType must be A or AAAA";
        return Address is not null && !System.Net.IPAddress.TryParse(Address, out _) ? "address must be the IP address of a DNS server, or absent for the resolvers of the agent's host" : null;
    }

    private string? NotHttp() => Unused(Url is not null, "url") ?? Unused(Head, "head") ?? Unused(AnyCertificate, "anyCertificate");

    private string? NotDns() => Unused(QueryName is not null, "queryName") ?? Unused(QueryType != "A", "queryType");

    private string? Unused(bool isSet, string member) => isSet ? $"the probe {Probe} has no use for {member}" : null;
}

/// <summary>Names of the probes, in orders and in the label <c>probe</c>.</summary>
public static class ProbeNames
{
    /// <summary>A train of ICMP echoes.</summary>
    public const string Icmp = "icmp";

    /// <summary>Making a TCP connection.</summary>
    public const string Tcp = "tcp";

    /// <summary>An HTTP request, up to the head of the answer.</summary>
    public const string Http = "http";

    /// <summary>A DNS query by UDP.</summary>
    public const string Dns = "dns";

    /// <summary>One-way delay between agents.</summary>
    public const string OneWayDelay = "one_way_delay";

    /// <summary>The largest packet that reaches a peer.</summary>
    public const string PathMtu = "path_mtu";
}
