using System.Collections.Immutable;

namespace NetGraph.Graphs.Suspects;

/// <summary>What may be at fault.</summary>
public enum SuspectKind
{
    /// <summary>A node altogether: what it sends and what it receives.</summary>
    Node,

    /// <summary>What a node sends.</summary>
    NodeEgress,

    /// <summary>What a node receives.</summary>
    NodeIngress,

    /// <summary>What leaves a group: its uplink, outwards.</summary>
    GroupEgress,

    /// <summary>What enters a group: its uplink, inwards.</summary>
    GroupIngress,

    /// <summary>The way from one node to another, which both share with no other pair.</summary>
    Link,

    /// <summary>Nodes that no measured way joins with the rest, in either direction.</summary>
    Partition,

    /// <summary>One node reaches another, which cannot reach it.</summary>
    OneWay,
}

/// <summary>One thing that may be at fault, by name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Node">The node, for the kinds about a node; for <see cref="SuspectKind.Partition"/> the first of its nodes; else <see langword="null"/>.</param>
/// <param name="Group">The group, for the kinds about a group, and for a <see cref="SuspectKind.Partition"/> that is just a group; else <see langword="null"/>.</param>
/// <param name="Source">Where a link begins, for <see cref="SuspectKind.Link"/>; for <see cref="SuspectKind.OneWay"/> the node that still reaches the other; else <see langword="null"/>.</param>
/// <param name="Destination">Where it ends; for <see cref="SuspectKind.OneWay"/> the node that cannot answer; else <see langword="null"/>.</param>
public readonly record struct SuspectCause(SuspectKind Kind, string? Node = null, string? Group = null, string? Source = null, string? Destination = null)
{
    /// <summary>Names of kinds in answers and metrics, such as <c>node_egress</c>.</summary>
    /// <param name="kind">A kind.</param>
    public static string NameOf(SuspectKind kind) => kind switch
    {
        SuspectKind.Node => "node",
        SuspectKind.NodeEgress => "node_egress",
        SuspectKind.NodeIngress => "node_ingress",
        SuspectKind.GroupEgress => "group_egress",
        SuspectKind.GroupIngress => "group_ingress",
        SuspectKind.Link => "link",
        SuspectKind.Partition => "partition",
        _ => "one_way",
    };
}

/// <summary>Something that explains links which are worse than the rest of the mesh, with the evidence.</summary>
public sealed record Suspect
{
    /// <summary>What is suspected.</summary>
    public required SuspectCause Cause { get; init; }

    /// <summary>Median throughput of the links that it explains, in bits per second; zero when they failed.</summary>
    public required double ObservedBitsPerSecond { get; init; }

    /// <summary>Median throughput that these links would have without the fault, in bits per second; zero when nothing in the mesh tells.</summary>
    public required double ExpectedBitsPerSecond { get; init; }

    /// <summary>How many measured, trusted, ordered pairs of nodes it explains.</summary>
    public required int Pairs { get; init; }

    /// <summary>How sure this is, 0 to 1; from 0.5 on it is said to be at fault.</summary>
    public required double Confidence { get; init; }

    /// <summary>Whether it is sure enough to be said to be at fault.</summary>
    public bool IsSaid => Confidence >= 0.5;

    /// <summary>For <see cref="SuspectKind.Partition"/> the names of the nodes cut off, in ordinal order; else empty.</summary>
    public ImmutableArray<string> Nodes { get; init; } = [];

    /// <summary>Other causes that explain the same pairs, which the measured pairs cannot tell from this one.</summary>
    public ImmutableArray<SuspectCause> AmbiguousWith { get; init; } = [];
}
