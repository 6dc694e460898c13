using System.Collections.Immutable;

namespace NetGraph.Graphs.Changes;

/// <summary>How a link changed.</summary>
public enum LinkChangeKind
{
    /// <summary>It carries now and did not before: new, or failed before.</summary>
    Appeared,

    /// <summary>It carried before and does not now: gone, or failed.</summary>
    Vanished,

    /// <summary>It is worse by more than noise explains.</summary>
    Worse,

    /// <summary>It is better by more than noise explains.</summary>
    Better,
}

/// <summary>A link that changed by more than noise.</summary>
/// <param name="Source">Name of the sending node.</param>
/// <param name="Destination">Name of the receiving node.</param>
/// <param name="Kind">How it changed.</param>
/// <param name="Before">The metric's value then, in the metric's unit; NaN when there was none.</param>
/// <param name="After">The metric's value now, in the metric's unit; NaN when there is none.</param>
/// <param name="Threshold">
/// The change that noise alone may cause on this link, in the direction that it took; more than it is said. A share of the value before for throughput and times;
/// for loss and counts, which are often zero, in the metric's own unit. 0 or more; NaN for links that appeared or vanished.
/// </param>
public sealed record LinkChange(string Source, string Destination, LinkChangeKind Kind, double Before, double After, double Threshold);

/// <summary>What changed between two meshes.</summary>
/// <param name="AppearedNodes">Names of nodes that only the later one has, in order.</param>
/// <param name="VanishedNodes">Names of nodes that only the earlier one has, in order.</param>
/// <param name="Links">The links that changed, in order of source and destination; links of nodes that came or went are among them.</param>
/// <param name="Unchanged">How many links were measured in both, can be compared, and changed by no more than noise.</param>
public sealed record MeshDifference(ImmutableArray<string> AppearedNodes, ImmutableArray<string> VanishedNodes, ImmutableArray<LinkChange> Links, int Unchanged);
