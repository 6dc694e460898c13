using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace NetGraph.Api.Rendering;

/// <summary>The query parameters that all views of the graph share, as they come; <see cref="GraphParameters"/> checks them.</summary>
internal sealed record GraphQuery
{
    [FromQuery(Name = "metric"), Description("What weighs and colours links: bandwidth, rtt, loss, jitter, delay, retransmits, or health (0 to 1, the worst of reachability, loss, RTT and bandwidth). Default bandwidth.")]
    public string? Metric { get; init; }

    [FromQuery(Name = "view"), Description("graph (all links), skeleton (maximum spanning tree, failed and worst links), or groups (one node a zone or rack). Default of pictures: graph up to 12 nodes, skeleton up to 200, else groups; of everything else: all links.")]
    public string? View { get; init; }

    [FromQuery(Name = "at"), Description("Time to show: RFC 3339, or Unix time in seconds or milliseconds. Default now.")]
    public string? At { get; init; }

    [FromQuery(Name = "window"), Description("How far to look back, such as 15m or 2h. Default two mesh cycles, at least 15m.")]
    public string? Window { get; init; }

    [FromQuery(Name = "stat"), Description("Which value in the window counts: last, mean, min, max, p05, p50, p95. Default last.")]
    public string? Stat { get; init; }

    [FromQuery(Name = "compare"), Description("How much earlier the mesh to compare with is, such as 24h or 7d: links are coloured by change since then. Pictures only; needs a source with history.")]
    public string? Compare { get; init; }

    [FromQuery(Name = "protocol"), Description("tcp or udp. Default tcp.")]
    public string? Protocol { get; init; }

    [FromQuery(Name = "node"), Description("Regular expression, anchored at both ends: only nodes whose names match, and links between them.")]
    public string? Node { get; init; }

    [FromQuery(Name = "group"), Description("Grouping key: zone, rack, region, none. Default zone, or rack when all nodes are of one zone.")]
    public string? Group { get; init; }

    [FromQuery(Name = "source"), Description("With destination: the two nodes of a path or history. Pictures highlight the widest path between them and its bottleneck.")]
    public string? Source { get; init; }

    [FromQuery(Name = "destination"), Description("With source: the two nodes of a path or history. Pictures highlight the widest path between them and its bottleneck.")]
    public string? Destination { get; init; }

    [FromQuery(Name = "layout"), Description("groups (nodes on a circle by group; a node keeps its place), or where Graphviz is installed one of its layouts: dot, neato, fdp, sfdp, circo. Default groups. Pictures of graphs only.")]
    public string? Layout { get; init; }

    [FromQuery(Name = "theme"), Description("light, dark, or auto (what the viewer prefers). Default auto. Pictures only.")]
    public string? Theme { get; init; }

    [FromQuery(Name = "width"), Description("Width in pixels, 200 to 8000. Pictures only.")]
    public string? Width { get; init; }

    [FromQuery(Name = "height"), Description("Height in pixels, 200 to 8000. Pictures only.")]
    public string? Height { get; init; }

    [FromQuery(Name = "limit"), Description("How many links to return, 1 to 1000. Default 10. Bottlenecks only.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "from"), Description("First time to show: RFC 3339, or Unix time in seconds or milliseconds. Default 24 h before to.")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Last time to show: RFC 3339, or Unix time in seconds or milliseconds. Default now, which a later time counts as.")]
    public string? To { get; init; }

    [FromQuery(Name = "step"), Description("Time from one point to the next, such as 1m. Default a 300th of the time shown, at least 15s; it makes at most 11,000 points.")]
    public string? Step { get; init; }
}
