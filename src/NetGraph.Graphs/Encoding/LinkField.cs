using System.Globalization;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>A numeric attribute of a link: its name with the unit in it, how to read it from a link, and how to put it there.</summary>
/// <param name="Name">Its name in GraphML, DOT and CSV.</param>
/// <param name="JsonName">Its name in JSON.</param>
/// <param name="Allowed">What a file may say, as part of a sentence.</param>
/// <param name="Most">Largest value that a file may say; the smallest is always zero.</param>
/// <param name="Value">Reads it; NaN when not measured.</param>
/// <param name="With">A link with this value. An age becomes a time before the mesh's own, which only the whole file tells: <see cref="MeshDraft"/> adds it.</param>
internal sealed record LinkField(
    string Name, string JsonName, string Allowed, double Most, Func<Mesh, LinkMeasurement, double> Value, Func<LinkMeasurement, double, LinkMeasurement> With)
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static IReadOnlyList<LinkField> All { get; } =
    [
        new("throughput_bps", "throughputBitsPerSecond", "a number of bits per second, zero or more, such as 9.4e8", double.MaxValue,
            (_, link) => link.ThroughputBitsPerSecond, (link, value) => link with { ThroughputBitsPerSecond = value }),
        new("rtt_seconds", "rttSeconds", "a number of seconds, zero or more, such as 0.00025", double.MaxValue,
            (_, link) => link.RoundTripTimeSeconds, (link, value) => link with { RoundTripTimeSeconds = value }),
        new("loss_ratio", "lossRatio", "a number from 0 to 1, such as 0.02 for two per cent", 1,
            (_, link) => link.LossRatio, (link, value) => link with { LossRatio = value }),
        new("retransmits", "retransmits", "a number of segments, zero or more", double.MaxValue,
            (_, link) => link.RetransmittedSegments, (link, value) => link with { RetransmittedSegments = value }),
        new("age_seconds", "ageSeconds", "a number of seconds, zero or more", double.MaxValue,
            (mesh, link) => mesh.AgeSeconds(link), (link, value) => link with { LastSuccessUnixSeconds = -value }),
        new("jitter_seconds", "jitterSeconds", "a number of seconds, zero or more", double.MaxValue,
            (_, link) => link.JitterSeconds, (link, value) => link with { JitterSeconds = value }),
        new("one_way_delay_seconds", "oneWayDelaySeconds", "a number of seconds, zero or more", double.MaxValue,
            (_, link) => link.OneWayDelaySeconds, (link, value) => link with { OneWayDelaySeconds = value }),
    ];

    /// <summary>Whether a file may say this.</summary>
    public bool Allows(double value) => double.IsFinite(value) && value >= 0 && value <= Most;

    /// <summary>Reads a number as the writers write it, in any culture.</summary>
    public bool TryParse(ReadOnlySpan<char> text, out double value) => double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out value) && Allows(value);

    public static string NameOf(LinkState state) => state switch
    {
        LinkState.Up => "up",
        LinkState.Down => "down",
        _ => "unknown",
    };
}

/// <summary>A text attribute of a node in GraphML, DOT, JSON and CSV.</summary>
internal sealed record NodeField(string Name, string JsonName, Func<MeshNode, string?> Value, Func<MeshNode, string, MeshNode> With)
{
    public static IReadOnlyList<NodeField> All { get; } =
    [
        new("zone", "zone", node => node.Zone, (node, value) => node with { Zone = value }),
        new("region", "region", node => node.Region, (node, value) => node with { Region = value }),
        new("rack", "rack", node => node.Rack, (node, value) => node with { Rack = value }),
        new("instance_type", "instanceType", node => node.InstanceType, (node, value) => node with { InstanceType = value }),
    ];
}
