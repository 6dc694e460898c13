namespace NetGraph.Lab.Topologies;

/// <summary>A link between two nodes, shaped in both directions.</summary>
/// <param name="AToB">The direction from the node the file calls a to the one it calls b.</param>
/// <param name="BToA">The other direction.</param>
public sealed record Link(LinkDirection AToB, LinkDirection BToA)
{
    /// <summary>Whether frames wait on the wire, which takes a relay.</summary>
    public bool HasDelay => AToB.DelaySeconds > 0;
}

/// <summary>One direction of a link.</summary>
/// <param name="Source">The sending node.</param>
/// <param name="Destination">The receiving node.</param>
/// <param name="RateBitsPerSecond">Capacity, counting whole Ethernet frames; above zero.</param>
/// <param name="QueueSeconds">The longest wait in a router's queue.</param>
/// <param name="DelaySeconds">One-way delay of the wire; the same in both directions.</param>
/// <param name="LossRatio">Share of the frames that are dropped at random, 0 to 1.</param>
public sealed record LinkDirection(
    string Source,
    string Destination,
    double RateBitsPerSecond,
    double QueueSeconds,
    double DelaySeconds,
    double LossRatio);
