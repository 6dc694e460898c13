using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Discovery;

/// <summary>What every agent probes beside throughput and UDP echoes.</summary>
/// <param name="Peers">Probes towards each peer.</param>
/// <param name="Targets">Targets outside the mesh, with different names.</param>
public sealed record ProbeSettings(PeerProbes Peers, IReadOnlyList<ProbeTarget> Targets)
{
    /// <summary>Only the probes of peers that are on by default.</summary>
    public static ProbeSettings Default { get; } = new(new PeerProbes(), []);
}
