using System.Net;
using NetGraph.Agent.Ping;
using NetGraph.Hosting;

namespace NetGraph.Agent;

/// <summary>Settings of an agent.</summary>
public sealed record AgentOptions
{
    /// <summary>Name of the node that the agent runs on.</summary>
    public required string NodeName { get; init; }

    /// <summary>Local address of the tests and echoes; <see langword="null"/> for any.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>Port of <c>/metrics</c> and <c>/healthz</c>.</summary>
    public int MetricsPort { get; init; } = 9876;

    /// <summary>Port of the orders.</summary>
    public int OrdersPort { get; init; } = 9877;

    /// <summary>UDP port of the echo responder.</summary>
    public int EchoPort { get; init; } = 9878;

    /// <summary>First port of one-off iperf3 servers.</summary>
    public int FirstServerPort { get; init; } = 5201;

    /// <summary>Last port of one-off iperf3 servers.</summary>
    public int LastServerPort { get; init; } = 5210;

    /// <summary>Name or path of iperf3.</summary>
    public string Iperf3 { get; init; } = "iperf3";

    /// <summary>The secret that orders must carry.</summary>
    public required SharedToken Token { get; init; }

    /// <summary>PEM file of the certificate for the orders; without one they are plain HTTP.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the certificate's key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What ICMP echoes are sent with.</summary>
    public IcmpMode Icmp { get; init; }

    /// <summary>Name or path of fping.</summary>
    public string Fping { get; init; } = "fping";

    /// <summary>Name or path of irtt.</summary>
    public string Irtt { get; init; } = "irtt";

    /// <summary>UDP port of the irtt servers, the same on all nodes.</summary>
    public int IrttPort { get; init; } = 2112;

    /// <summary>Name or path of chronyc.</summary>
    public string Chronyc { get; init; } = "chronyc";

    /// <summary>Most that this node's clock differs from true time, for those who know it; <see langword="null"/> to ask chrony and the kernel.</summary>
    public TimeSpan? ClockErrorBound { get; init; }

    /// <summary>How much longer than its own time a test may take before it is killed. Default 3 s.</summary>
    public TimeSpan Overrun { get; init; } = TimeSpan.FromSeconds(3);
}
