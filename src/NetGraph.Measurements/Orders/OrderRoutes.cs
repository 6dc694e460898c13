namespace NetGraph.Measurements.Orders;

/// <summary>Paths of the agent's order interface.</summary>
public static class OrderRoutes
{
    /// <summary>POST a <see cref="ServerOrder"/>; DELETE with the test's name behind it, which gives a <see cref="ServerReport"/>.</summary>
    public const string Servers = "/v1/servers";

    /// <summary>POST a <see cref="ThroughputOrder"/>.</summary>
    public const string Tests = "/v1/tests";

    /// <summary>POST a <see cref="FailureReport"/>.</summary>
    public const string Failures = "/v1/failures";

    /// <summary>POST a <see cref="QualityReport"/>.</summary>
    public const string Qualities = "/v1/qualities";

    /// <summary>PUT a <see cref="PeerList"/>; GET its <see cref="PeerListVersion"/>.</summary>
    public const string Peers = "/v1/peers";

    /// <summary>GET the list of <see cref="AgentLink"/>: what the agent knows of its links.</summary>
    public const string Links = "/v1/links";

    /// <summary>Name in the agents' certificates, whatever the address they are reached by.</summary>
    public const string CertificateName = "netgraph-agent";
}
