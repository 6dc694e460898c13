using System.Net;
using System.Net.Sockets;
using NetGraph.Collector.Graphite;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli.Polling;

/// <summary>An iperf3 server to poll.</summary>
/// <param name="Host">IP address or host name.</param>
/// <param name="Name">What it is called in metrics and in Graphite's paths.</param>
internal sealed record PolledServer(string Host, string Name)
{
    /// <summary>Makes a server of an address and the name it was given.</summary>
    /// <param name="host">IP address or host name.</param>
    /// <param name="name">Taken as it is; when there is none, one is made of the address, with underscores for dots and colons: each dot would begin another part of Graphite's path.</param>
    public static PolledServer Of(string host, string? name) => new(host, string.IsNullOrEmpty(name) ? GraphitePaths.Part(host) : name);

    /// <summary>Reads a list such as <c>10.0.0.1:azure,iperf.example,[fd00::1]:home</c>.</summary>
    /// <remarks>
    /// An address of IPv6 stands in brackets when a name follows it. Without brackets a text that is an address of IPv6 is one, without a name; else what is
    /// behind the last colon is the name.
    /// </remarks>
    /// <param name="list">The list; empty items do not count.</param>
    public static IEnumerable<PolledServer> ReadList(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ReadItem);

    /// <summary>What is wrong with the server, as a sentence, or <see langword="null"/>.</summary>
    public string? FindFault() =>
        !OrderRules.IsHost(Host) ? $"'{Host}' is no address of an iperf3 server: it must be an IP address or a host name, with the name to show behind a colon, such as 10.0.0.1:azure or [fd00::1]:home."
        : GraphitePaths.FindFault(Name) is { } fault ? $"The name '{Name}' of server {Host} cannot be used: it {fault}."
        : null;

    private static PolledServer ReadItem(string item)
    {
        if (item[0] == '[' && item.IndexOf(']', StringComparison.Ordinal) is var end and > 0 && (end == item.Length - 1 || item[end + 1] == ':'))
            return Of(item[1..end], item[Math.Min(end + 2, item.Length)..]);
        if (IsIPv6(item)) return Of(item, null);
        var colon = item.LastIndexOf(':');
        if (colon < 0) return Of(item, null);
        // The first colon ends an address of IPv4 or a host name: who has a colon in a name is told that it is no address.
        return Of(item[..colon], item[(colon + 1)..]);
    }

    private static bool IsIPv6(string text) => text[0] != '[' && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
}
