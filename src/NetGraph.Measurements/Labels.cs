namespace NetGraph.Measurements;

/// <summary>Label names of our metrics. No other file spells one.</summary>
public static class Labels
{
    /// <summary>Node that sends the data.</summary>
    public const string SourceNode = "source_node";

    /// <summary>Node that receives the data.</summary>
    public const string DestinationNode = "destination_node";

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public const string Protocol = "protocol";

    /// <summary>End of a test: <c>local</c> (its client) or <c>remote</c> (its server).</summary>
    public const string End = "end";

    /// <summary>Why something failed or was rejected.</summary>
    public const string Reason = "reason";

    /// <summary>Name of a TestSchedule.</summary>
    public const string Schedule = "schedule";

    /// <summary>Network that an agent measures, where there are several: <c>host</c> or <c>pod</c>.</summary>
    public const string Network = "network";

    /// <summary>State of what is counted.</summary>
    public const string State = "state";

    /// <summary>Kind of an API resource, in the plural.</summary>
    public const string Resource = "resource";

    /// <summary>What was done to find out, such as <c>tcp</c>.</summary>
    public const string Probe = "probe";

    /// <summary>Something outside the mesh that agents probe.</summary>
    public const string Target = "target";

    /// <summary>A node.</summary>
    public const string Node = "node";

    /// <summary>Availability zone of a node.</summary>
    public const string Zone = "zone";

    /// <summary>Region of a node.</summary>
    public const string Region = "region";

    /// <summary>Rack of a node.</summary>
    public const string Rack = "rack";

    /// <summary>Machine type of a node.</summary>
    public const string InstanceType = "instance_type";

    /// <summary>Percentile, 0 to 100; Prometheus keeps the name quantile for summaries.</summary>
    public const string Percentile = "percentile";

    /// <summary>What kind of suspect it is, such as <c>node_egress</c>; what kind of node, <see cref="TargetKind"/> or absent.</summary>
    public const string Kind = "kind";

    /// <summary>Value of <see cref="Kind"/> for a node without an agent.</summary>
    public const string TargetKind = "target";

    /// <summary>A group of nodes, such as a rack.</summary>
    public const string Group = "group";

    /// <summary><c>hit</c>, <c>miss</c> or <c>stale</c>.</summary>
    public const string Outcome = "outcome";

    /// <summary><c>agent</c>, <c>collector</c> or <c>api</c>.</summary>
    public const string Component = "component";

    /// <summary>Version of the program.</summary>
    public const string Version = "version";
}
