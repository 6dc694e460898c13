using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace NetGraph.Hosting;

/// <summary>Where a program listens.</summary>
/// <param name="Address">Local address; <see cref="IPAddress.Any"/> for all.</param>
/// <param name="Port">Port; 0 lets the system choose.</param>
/// <param name="PortOption">The option that sets the port, to be named when the port is taken.</param>
/// <param name="Certificate">Certificate for TLS, or <see langword="null"/> for plain HTTP.</param>
public sealed record Listener(IPAddress Address, int Port, string PortOption, X509Certificate2? Certificate = null);
