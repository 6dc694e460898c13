using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>What is said of suspects.</summary>
internal static class SuspectText
{
    private const int MostNodesNamed = 5;

    /// <summary>The suspects that are said to be at fault, the surest first.</summary>
    public static IReadOnlyList<Suspect> Said(PictureOptions options) =>
        options.Suspects.IsDefaultOrEmpty ? [] : [.. options.Suspects.Where(suspect => suspect.IsSaid).OrderByDescending(suspect => suspect.Confidence)];

    /// <summary>The whole of what is known, for a tooltip.</summary>
    public static string Describe(Suspect suspect)
    {
        var what = suspect.Cause.Kind == SuspectKind.Partition && suspect.Nodes.Length > 1
            ? $"{suspect.Nodes.Length} nodes, which nothing joins with the rest: {string.Join(", ", suspect.Nodes.Take(MostNodesNamed))}{(suspect.Nodes.Length > MostNodesNamed ? ", …" : "")}"
            : Sentence(suspect.Cause);
        var rates = IsOfReach(suspect.Cause) ? "" : $": {Rates(suspect)}";
        var text = $"suspect: {what}{rates}, {suspect.Pairs} {(suspect.Pairs == 1 ? "pair" : "pairs")}, confidence {Quantities.Share(suspect.Confidence)}";
        return suspect.AmbiguousWith.IsDefaultOrEmpty ? text : $"{text}; or else {string.Join(", ", suspect.AmbiguousWith.Select(Sentence))}";
    }

    /// <summary>The suspect in few words, for a heading.</summary>
    public static string Short(Suspect suspect) => suspect.Cause.Kind switch
    {
        SuspectKind.Partition => $"{suspect.Cause.Group ?? (suspect.Nodes.Length > 1 ? $"{suspect.Cause.Node} and {suspect.Nodes.Length - 1} more" : suspect.Cause.Node)} cut off",
        SuspectKind.OneWay => $"{suspect.Cause.Destination} does not reach {suspect.Cause.Source}",
        _ => $"{Name(suspect.Cause)} {Rates(suspect)}",
    };

    private static bool IsOfReach(SuspectCause cause) => cause.Kind is SuspectKind.Partition or SuspectKind.OneWay;

    private static string Rates(Suspect suspect)
    {
        var observed = suspect.ObservedBitsPerSecond > 0 ? Quantities.Rate(suspect.ObservedBitsPerSecond) : "failed";
        return suspect.ExpectedBitsPerSecond > 0 ? $"{observed}, expected {Quantities.Rate(suspect.ExpectedBitsPerSecond)}" : observed;
    }

    private static string Name(SuspectCause cause) => cause.Kind switch
    {
        SuspectKind.NodeEgress => $"{cause.Node} egress",
        SuspectKind.NodeIngress => $"{cause.Node} ingress",
        SuspectKind.GroupEgress => $"group {cause.Group} egress",
        SuspectKind.GroupIngress => $"group {cause.Group} ingress",
        SuspectKind.Link => $"{cause.Source} → {cause.Destination}",
        _ => $"{cause.Node}",
    };

    private static string Sentence(SuspectCause cause) => cause.Kind switch
    {
        SuspectKind.Node => $"what {cause.Node} sends and receives",
        SuspectKind.NodeEgress => $"what {cause.Node} sends",
        SuspectKind.NodeIngress => $"what {cause.Node} receives",
        SuspectKind.GroupEgress => $"what leaves group {cause.Group}",
        SuspectKind.GroupIngress => $"what enters group {cause.Group}",
        SuspectKind.Link => $"the way from {cause.Source} to {cause.Destination}",
        SuspectKind.Partition => $"{cause.Group ?? cause.Node}, which nothing joins with the rest",
        _ => $"{cause.Destination} does not reach {cause.Source}, which reaches it",
    };
}
