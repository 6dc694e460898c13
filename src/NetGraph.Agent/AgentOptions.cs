using System.Net;
using NetGraph.Agent.Ping;
using NetGraph.Agent.Publishing;
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

    /// <summary>First of the four UDP ports that echoes are sent from; 0, the default, for any that are free.</summary>
    public int EchoSourcePort { get; init; }

    /// <summary>Time from one echo train to the next, at least 100 ms. Default 10 s.</summary>
    public TimeSpan EchoInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Which metrics there are of each pair of nodes. Default <see cref="PairDetail.Basic"/>.</summary>
    public PairDetail PairDetail { get; init; }

    /// <summary>Of which pairs metrics are published.</summary>
    public MetricsLevel MetricsLevel { get; init; }

    /// <summary>First port of one-off iperf3 servers.</summary>
    public int FirstServerPort { get; init; } = 5201;

    /// <summary>Last port of one-off iperf3 servers.</summary>
    public int LastServerPort { get; init; } = 5210;

    /// <summary>Name or path of iperf3.</summary>
    public string Iperf3 { get; init; } = "iperf3";

    /// <summary>Whether the agent refuses to start without iperf3. Default true.</summary>
    public bool NeedsIperf3 { get; init; } = true;

    /// <summary>Name or path of netperf, for tests that ask for it.</summary>
    public string Netperf { get; init; } = "netperf";

    /// <summary>Name or path of netserver, for tests that ask for it.</summary>
    public string Netserver { get; init; } = "netserver";

    /// <summary>Port of netserver while a test needs it.</summary>
    public int NetserverPort { get; init; } = 12865;

    /// <summary>Network that this agent measures, as a label of all its metrics; <see langword="null"/> where there is but one.</summary>
    public string? Network { get; init; }

    /// <summary>Whether the inherited gauges are 0 after a failure, as iperf3-monitor has them, instead of absent. Default absent.</summary>
    public bool IsZeroOnFailure { get; init; }

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

    /// <summary>Whether only this process orders tests: orders and echoes are then on loopback, whatever the address of tests and metrics. Default false.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Writes the metrics of other parts that live in this process behind the agent's own; <see langword="null"/> when there are none.</summary>
    public Action<ExpositionWriter>? OtherMetrics { get; init; }

    /// <summary>How much longer than its own time a test may take before it is killed. Default 3 s.</summary>
    public TimeSpan Overrun { get; init; } = TimeSpan.FromSeconds(3);
}
