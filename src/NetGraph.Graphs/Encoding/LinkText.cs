using NetGraph.Graphs.Grouping;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>What a tooltip says of a link or node.</summary>
internal static class LinkText
{
    public static string Describe(Mesh mesh, in LinkMeasurement link) =>
        $"{mesh.Nodes[link.Source].Name} → {mesh.Nodes[link.Destination].Name}: {Values(mesh, link)}";

    public static string Describe(Mesh mesh, NodeGroup group)
    {
        var text = $"{group.Name}: {group.Nodes} {(group.Nodes == 1 ? "node" : "nodes")}";
        return group.Pairs.All == 0 ? text : $"{text}, {group.Pairs.Up} of {group.Pairs.All} pairs inside measured, {group.Pairs.Failed} failed: {Values(mesh, group.Inside)}";
    }

    private static string Values(Mesh mesh, in LinkMeasurement link)
    {
        var text = link.State switch
        {
            LinkState.Down => "the last throughput test failed",
            LinkState.Unknown => "throughput unknown",
            _ => Quantities.Rate(link.ThroughputBitsPerSecond),
        };
        if (!double.IsNaN(link.RoundTripTimeSeconds)) text += $", RTT {Quantities.Duration(link.RoundTripTimeSeconds)}";
        if (!double.IsNaN(link.LossRatio)) text += $", loss {Quantities.Share(link.LossRatio)}";
        if (!double.IsNaN(link.JitterSeconds)) text += $", jitter {Quantities.Duration(link.JitterSeconds)}";
        if (!double.IsNaN(link.OneWayDelaySeconds)) text += $", one-way delay {Quantities.Duration(link.OneWayDelaySeconds)}";
        if (!double.IsNaN(link.RetransmittedSegments)) text += $", {Quantities.Segments(link.RetransmittedSegments)} retransmitted";
        if (link.Quality != MeasurementQuality.Ok) text += $", quality {link.Quality.ToName()}";
        var age = mesh.AgeSeconds(link);
        if (!double.IsNaN(age)) text += $", {Ages.Words(age)} old";
        return text;
    }

    public static string Describe(MeshNode node) =>
        node.Name + string.Concat(NodeField.All
            .Where(field => field.Value(node) is not null)
            .Select(field => $", {field.JsonName} {field.Value(node)}"));
}
