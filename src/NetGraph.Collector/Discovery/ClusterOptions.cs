namespace NetGraph.Collector.Discovery;

/// <summary>How nodes are found in a Kubernetes cluster.</summary>
public sealed record ClusterOptions
{
    /// <summary>Label that says of which network an agent measures, where there are agents of both.</summary>
    public const string NetworkLabel = "netgraph.io/network";

    /// <summary>Namespace of the agents' pods.</summary>
    public required string AgentNamespace { get; init; }

    /// <summary>Selector of the agents' pods.</summary>
    public string AgentSelector { get; init; } = "app.kubernetes.io/name=netgraph,app.kubernetes.io/component=agent";

    /// <summary>
    /// Networks whose agents take part, by the label <see cref="NetworkLabel"/> of their pods; a pod without it belongs to each. Cycles of the collector's own mesh take turns
    /// among them; schedules are of the first. Default: the nodes' network.
    /// </summary>
    public IReadOnlyList<string> Networks { get; init; } = ["host"];

    /// <summary>Namespace of bare iperf3 servers; <see langword="null"/> for that of the agents.</summary>
    public string? ServerNamespace { get; init; }

    /// <summary>Selector of bare iperf3 servers' pods; <see langword="null"/> when there are none.</summary>
    public string? ServerSelector { get; init; }

    /// <summary>Label of nodes that names their rack. Zone, region and machine type have labels of Kubernetes' own.</summary>
    public string RackLabel { get; init; } = "topology.netgraph.io/rack";

    /// <summary>How long a node that has just become ready is left alone. Default 30 s.</summary>
    public TimeSpan NodeGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>File with what to probe beside throughput and echoes, in the form of a node file without nodes; <see langword="null"/> for the defaults.</summary>
    public string? ProbesFile { get; init; }

    /// <summary>Namespace of the lease by which one of several collectors leads; <see langword="null"/> when there is but one.</summary>
    public string? LeaseNamespace { get; init; }

    /// <summary>Name of that lease.</summary>
    public string LeaseName { get; init; } = "netgraph-collector";

    /// <summary>This collector's name in the lease.</summary>
    public string Identity { get; init; } = Environment.MachineName;
}
