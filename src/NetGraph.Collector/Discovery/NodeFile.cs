using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Discovery;

/// <summary>A JSON file that lists the nodes; read anew each time, so that it may be edited while the collector runs.</summary>
/// <remarks>
/// Form: <c>{"nodes":[{"name":"h1","address":"10.0.0.1","managementAddress":"10.1.0.1","ordersPort":9877,"echoPort":9878,"metricsPort":9876,
/// "zone":"a","region":"r","rack":"1","instanceType":"t"},{"kind":"target","name":"t1","address":"iperf.example","serverPort":5201}],
/// "probes":{"pathMtuSeconds":300},"targets":[{"name":"gateway","probe":"icmp","address":"10.0.0.254"}]}</c>; only <c>name</c> and <c>address</c> are required,
/// unknown members are refused. A target has no agent; its address may be a host name.
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="hasNodes">Whether it lists nodes; else only what to probe, since the nodes come from elsewhere.</param>
public sealed class NodeFile(string path, bool hasNodes = true) : INodeSource
{
    private const string AgentKind = "agent";
    private const string TargetKind = "target";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MeshMember>> ReadAsync(CancellationToken cancellation) => (await ReadFileAsync(cancellation).ConfigureAwait(false)).Nodes;

    /// <inheritdoc/>
    public async Task<ProbeSettings> ReadProbesAsync(CancellationToken cancellation) => (await ReadFileAsync(cancellation).ConfigureAwait(false)).Probes;

    private async Task<(IReadOnlyList<MeshMember> Nodes, ProbeSettings Probes)> ReadFileAsync(CancellationToken cancellation)
    {
        NodeList? list;
        try
        {
            var file = File.OpenRead(path);
            await using (file.ConfigureAwait(false))
                list = await JsonSerializer.DeserializeAsync(file, NodeFileContext.Default.NodeList, cancellation).ConfigureAwait(false);
        }
        catch (JsonException exception)
        {
            throw new NodeSourceException($"The node file '{path}' is not a list of nodes: {exception.Message} Expected is {{\"nodes\":[{{\"name\":…,\"address\":…}}]}}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NodeSourceException($"The node file '{path}' cannot be read: {exception.Message} Name a readable file with --nodes.", exception);
        }

        var faults = new List<string>();
        var nodes = new List<MeshMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (hasNodes && list?.Nodes is null) faults.Add("it has no member 'nodes'");
        if (!hasNodes && list?.Nodes is not null) faults.Add("it has a member 'nodes', but the nodes are found in the cluster: only 'probes' and 'targets' are allowed");
        foreach (var (entry, index) in (list?.Nodes ?? []).Select((entry, index) => (entry, index)))
        {
            if (entry is null || string.IsNullOrWhiteSpace(entry.Name)) faults.Add($"node {index + 1} has no name");
            else if (!names.Add(entry.Name)) faults.Add($"the name '{entry.Name}' is given twice");
            else if (Read(entry, faults) is { } node) nodes.Add(node);
        }

        // Two names for one server would be two tests at once.
        foreach (var twice in nodes.OfType<TargetNode>().GroupBy(target => (target.Host.ToUpperInvariant(), target.ServerPort)).Where(same => same.Count() > 1))
            faults.Add($"{string.Join(" and ", twice.Select(target => $"'{target.Name}'"))} are the same iperf3 server");
        if (list?.Probes?.FindFault() is { } fault) faults.Add(fault);
        faults.AddRange(ProbeTarget.FindFaults(list?.Targets ?? []));
        if (faults.Count > 0) throw new NodeSourceException($"The node file '{path}' is wrong: {string.Join("; ", faults)}.");
        return (nodes, new ProbeSettings(list!.Probes ?? new PeerProbes(), [.. (list.Targets ?? []).OfType<ProbeTarget>()]));
    }

    private static MeshMember? Read(NodeEntry entry, List<string> faults)
    {
        switch (entry.Kind)
        {
            case AgentKind:
                return ReadAgent(entry, faults);
            case TargetKind:
                return ReadTarget(entry, faults);
            default:
                faults.Add($"the kind '{entry.Kind}' of '{entry.Name}' must be '{AgentKind}' or '{TargetKind}'");
                return null;
        }
    }

    private static TargetNode? ReadTarget(NodeEntry entry, List<string> faults)
    {
        var before = faults.Count;
        if (!OrderRules.IsHost(entry.Address)) faults.Add($"the address '{entry.Address}' of '{entry.Name}' is neither an IP address nor a host name");
        if (entry.ServerPort is < 1 or > 65535) faults.Add($"the serverPort of '{entry.Name}' must be 1 to 65535");
        if (entry.ManagementAddress is not null || entry.OrdersPort is not null || entry.EchoPort is not null || entry.MetricsPort is not null)
            faults.Add($"'{entry.Name}' is a target: managementAddress, ordersPort, echoPort and metricsPort are for nodes with an agent");
        return faults.Count > before ? null : new TargetNode(NodeOf(entry), entry.Address!) { ServerPort = entry.ServerPort ?? 5201 };
    }

    private static AgentNode? ReadAgent(NodeEntry entry, List<string> faults)
    {
        var before = faults.Count;
        if (!TryParse(entry.Address, out var address)) faults.Add($"the address '{entry.Address}' of '{entry.Name}' is not an IP address");
        var management = address;
        if (entry.ManagementAddress is not null && !TryParse(entry.ManagementAddress, out management))
            faults.Add($"the managementAddress '{entry.ManagementAddress}' of '{entry.Name}' is not an IP address");
        if (entry.OrdersPort is < 1 or > 65535) faults.Add($"the ordersPort of '{entry.Name}' must be 1 to 65535");
        if (entry.EchoPort is < 1 or > 65535) faults.Add($"the echoPort of '{entry.Name}' must be 1 to 65535");
        if (entry.MetricsPort is < 1 or > 65535) faults.Add($"the metricsPort of '{entry.Name}' must be 1 to 65535");
        if (entry.ServerPort is not null) faults.Add($"'{entry.Name}' has an agent: serverPort is for nodes of \"kind\": \"{TargetKind}\"");
        return faults.Count > before
            ? null
            : new AgentNode(NodeOf(entry), address!) { ManagementAddress = management!, OrdersPort = entry.OrdersPort ?? 9877, EchoPort = entry.EchoPort ?? 9878, MetricsPort = entry.MetricsPort ?? 9876 };
    }

    private static MeshNode NodeOf(NodeEntry entry) => new(entry.Name!) { Zone = entry.Zone, Region = entry.Region, Rack = entry.Rack, InstanceType = entry.InstanceType };

    // The parser of .NET alone takes "10" and "10.0.1" for addresses too.
    private static bool TryParse(string? text, out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == text);
}

internal sealed record NodeList(IReadOnlyList<NodeEntry?>? Nodes, PeerProbes? Probes = null, IReadOnlyList<ProbeTarget?>? Targets = null);

// Defaults are those of constructor parameters: the JSON reader would overwrite the default of an init-only member that is absent.
internal sealed record NodeEntry(
    string? Name = null,
    string? Address = null,
    string? ManagementAddress = null,
    int? OrdersPort = null,
    int? EchoPort = null,
    int? MetricsPort = null,
    string? Zone = null,
    string? Region = null,
    string? Rack = null,
    string? InstanceType = null,
    string Kind = "agent",
    int? ServerPort = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NodeList))]
internal sealed partial class NodeFileContext : JsonSerializerContext;
