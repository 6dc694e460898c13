using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>What is said of suspects.</summary>
internal static class SuspectText
{
    /// <summary>From this confidence on a suspect is said to be at fault.</summary>
    private const double LeastConfidence = 0.5;

    /// <summary>The suspects that are said to be at fault, the surest first.</summary>
    public static IReadOnlyList<Suspect> Said(PictureOptions options) =>
        options.Suspects.IsDefaultOrEmpty ? [] : [.. options.Suspects.Where(suspect => suspect.Confidence >= LeastConfidence).OrderByDescending(suspect => suspect.Confidence)];

    /// <summary>The whole of what is known, for a tooltip.</summary>
    public static string Describe(Suspect suspect)
    {
        var text = $"suspect: {Sentence(suspect.Cause)}: {Rates(suspect)}, {suspect.Pairs} {(suspect.Pairs == 1 ? "pair" : "pairs")}, confidence {Quantities.Share(suspect.Confidence)}";
        return suspect.AmbiguousWith.IsDefaultOrEmpty ? text : $"{text}; or else {string.Join(", ", suspect.AmbiguousWith.Select(Sentence))}";
    }

    /// <summary>The suspect in few words, for a heading.</summary>
    public static string Short(Suspect suspect) => $"{Name(suspect.Cause)} {Rates(suspect)}";

    private static string Rates(Suspect suspect) => suspect.Cause.Kind is SuspectKind.Partition or SuspectKind.OneWay
        ? "not reached"
        : $"{(suspect.ObservedBitsPerSecond > 0 ? Quantities.Rate(suspect.ObservedBitsPerSecond) : "failed")}, expected {Quantities.Rate(suspect.ExpectedBitsPerSecond)}";

    private static string Name(SuspectCause cause) => cause.Kind switch
    {
        SuspectKind.NodeEgress => $"{cause.Node} egress",
        SuspectKind.NodeIngress => $"{cause.Node} ingress",
        SuspectKind.GroupEgress => $"group {cause.Group} egress",
        SuspectKind.GroupIngress => $"group {cause.Group} ingress",
        SuspectKind.Link or SuspectKind.OneWay => $"{cause.Source} → {cause.Destination}",
        SuspectKind.Partition => $"{cause.Node ?? cause.Group} cut off",
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
        SuspectKind.Partition => $"{cause.Node ?? cause.Group}, which nothing joins with the rest",
        _ => $"{cause.Source} reaches {cause.Destination}, but not the other way",
    };
}
