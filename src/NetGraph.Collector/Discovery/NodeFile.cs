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
/// "zone":"a","region":"r","rack":"1","instanceType":"t"}],"probes":{"pathMtuSeconds":300},"targets":[{"name":"gateway","probe":"icmp","address":"10.0.0.254"}]}</c>; only <c>name</c> and <c>address</c> are required, unknown members are refused.
/// </remarks>
/// <param name="path">The file.</param>
public sealed class NodeFile(string path) : INodeSource
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<AgentNode>> ReadAsync(CancellationToken cancellation) => (await ReadFileAsync(cancellation).ConfigureAwait(false)).Nodes;

    /// <inheritdoc/>
    public async Task<ProbeSettings> ReadProbesAsync(CancellationToken cancellation) => (await ReadFileAsync(cancellation).ConfigureAwait(false)).Probes;

    private async Task<(IReadOnlyList<AgentNode> Nodes, ProbeSettings Probes)> ReadFileAsync(CancellationToken cancellation)
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
        var nodes = new List<AgentNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (list?.Nodes is null) faults.Add("it has no member 'nodes'");
        foreach (var (entry, index) in (list?.Nodes ?? []).Select((entry, index) => (entry, index)))
        {
            if (entry is null || string.IsNullOrWhiteSpace(entry.Name)) faults.Add($"node {index + 1} has no name");
            else if (!names.Add(entry.Name)) faults.Add($"the name '{entry.Name}' is given twice");
            else if (Read(entry, faults) is { } node) nodes.Add(node);
        }

        if (list?.Probes?.FindFault() is { } fault) faults.Add(fault);
        faults.AddRange(ProbeTarget.FindFaults(list?.Targets ?? []));
        if (faults.Count > 0) throw new NodeSourceException($"The node file '{path}' is wrong: {string.Join("; ", faults)}.");
        return (nodes, new ProbeSettings(list!.Probes ?? new PeerProbes(), [.. (list.Targets ?? []).OfType<ProbeTarget>()]));
    }

    private static AgentNode? Read(NodeEntry entry, List<string> faults)
    {
        var before = faults.Count;
        if (!TryParse(entry.Address, out var address)) faults.Add($"the address '{entry.Address}' of '{entry.Name}' is not an IP address");
        var management = address;
        if (entry.ManagementAddress is not null && !TryParse(entry.ManagementAddress, out management))
            faults.Add($"the managementAddress '{entry.ManagementAddress}' of '{entry.Name}' is not an IP address");
        if (entry.OrdersPort is < 1 or > 65535) faults.Add($"the ordersPort of '{entry.Name}' must be 1 to 65535");
        if (entry.EchoPort is < 1 or > 65535) faults.Add($"the echoPort of '{entry.Name}' must be 1 to 65535");
        if (entry.MetricsPort is < 1 or > 65535) faults.Add($"the metricsPort of '{entry.Name}' must be 1 to 65535");
        if (faults.Count > before) return null;

        var node = new MeshNode(entry.Name!) { Zone = entry.Zone, Region = entry.Region, Rack = entry.Rack, InstanceType = entry.InstanceType };
        return new AgentNode(node, address!) { ManagementAddress = management!, OrdersPort = entry.OrdersPort, EchoPort = entry.EchoPort, MetricsPort = entry.MetricsPort };
    }

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
    int OrdersPort = 9877,
    int EchoPort = 9878,
    int MetricsPort = 9876,
    string? Zone = null,
    string? Region = null,
    string? Rack = null,
    string? InstanceType = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NodeList))]
internal sealed partial class NodeFileContext : JsonSerializerContext;
