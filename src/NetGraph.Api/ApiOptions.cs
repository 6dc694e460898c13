using System.Net;

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
}
