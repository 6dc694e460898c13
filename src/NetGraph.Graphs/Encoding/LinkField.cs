using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>A numeric attribute of a link in GraphML, DOT and CSV; the unit is in its name.</summary>
internal sealed record LinkField(string Name, Func<Mesh, LinkMeasurement, double> Value)
{
    public static IReadOnlyList<LinkField> All { get; } =
    [
        new("throughput_bps", (_, link) => link.ThroughputBitsPerSecond),
        new("rtt_seconds", (_, link) => link.RoundTripTimeSeconds),
        new("loss_ratio", (_, link) => link.LossRatio),
        new("retransmits", (_, link) => link.RetransmittedSegments),
        new("age_seconds", (mesh, link) => mesh.AgeSeconds(link)),
    ];

    public static string NameOf(LinkState state) => state switch
    {
        LinkState.Up => "up",
        LinkState.Down => "down",
        _ => "unknown",
    };
}

/// <summary>A text attribute of a node in GraphML, DOT, JSON and CSV.</summary>
internal sealed record NodeField(string Name, string JsonName, Func<MeshNode, string?> Value)
{
    public static IReadOnlyList<NodeField> All { get; } =
    [
        new("zone", "zone", node => node.Zone),
        new("region", "region", node => node.Region),
        new("rack", "rack", node => node.Rack),
        new("instance_type", "instanceType", node => node.InstanceType),
    ];
}
