using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;

namespace NetGraph.Agent.Connecting;

/// <summary>The address of a host, by the resolver of this machine.</summary>
internal static class HostAddress
{
    /// <summary>Finds the first address of a host.</summary>
    /// <param name="host">IP address or name.</param>
    /// <param name="end">Ends waiting for the resolver.</param>
    /// <returns>The address, or what a probe of that host found instead.</returns>
    public static async Task<(IPAddress? Address, ProbeOutcome? Fault)> FindAsync(string host, CancellationToken end)
    {
        if (IPAddress.TryParse(host, out var address)) return (address, null);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, end).ConfigureAwait(false);
            return addresses.Length > 0 ? (addresses[0], null) : (null, ProbeOutcome.Fault(ProbeFailure.NameNotResolved, $"'{host}' has no address"));
        }
        catch (SocketException exception)
        {
            return (null, ProbeOutcome.Fault(ProbeFailure.NameNotResolved, $"'{host}': {exception.Message}"));
        }
    }
}
