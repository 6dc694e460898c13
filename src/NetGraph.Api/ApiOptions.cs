using System.Net;
using NetGraph.Graphs.Suspects;

namespace NetGraph.Api;

/// <summary>Settings of an api.</summary>
public sealed record ApiOptions
{
    /// <summary>Address to listen on; <see langword="null"/> for all.</summary>
    public IPAddress? ListenAddress { get; init; }

    /// <summary>Port of everything. Default 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>How long a graph is served from memory. Default 5 s.</summary>
    public TimeSpan FreshFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time from one analysis, whose suspects are published as metrics, to the next. Default 60 s.</summary>
    public TimeSpan AnalysisInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What nodes, groups and links should carry; <see langword="null"/> when only the rest of the mesh can tell.</summary>
    public Expectations? Expectations { get; init; }
}
