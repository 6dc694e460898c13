using System.Net;
using NetGraph.Hosting;
using NetGraph.Prometheus.Exposition;

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

    /// <summary>The option that sets that port, to be named when the port is taken.</summary>
    public string MetricsPortOption { get; init; } = "--metrics-port";

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

    /// <summary>Whether only this process orders tests: orders and echoes are then on loopback, whatever the address of tests and metrics. Default false.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Writes the metrics of other parts that live in this process behind the agent's own; <see langword="null"/> when there are none.</summary>
    public Action<ExpositionWriter>? OtherMetrics { get; init; }

    /// <summary>How much longer than its own time a test may take before it is killed. Default 3 s.</summary>
    public TimeSpan Overrun { get; init; } = TimeSpan.FromSeconds(3);
}
