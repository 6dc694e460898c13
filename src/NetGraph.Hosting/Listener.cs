using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace NetGraph.Hosting;

/// <summary>Where a program listens.</summary>
/// <param name="Address">Local address; <see cref="EveryAddress"/> for all.</param>
/// <param name="Port">Port; 0 lets the system choose.</param>
/// <param name="PortOption">The option that sets the port, to be named when the port is taken.</param>
/// <param name="Certificate">Certificate for TLS, asked for at each connection; <see langword="null"/> for plain HTTP.</param>
public sealed record Listener(IPAddress Address, int Port, string PortOption, Func<X509Certificate2>? Certificate = null)
{
    /// <summary>All local addresses: of IPv6 and IPv4 where the system has both.</summary>
    public static IPAddress EveryAddress { get; } = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
}
