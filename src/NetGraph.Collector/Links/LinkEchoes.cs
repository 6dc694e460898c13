namespace NetGraph.Collector.Links;

/// <summary>Echoes of a link over a time.</summary>
/// <param name="Source">Name of the node that sent them.</param>
/// <param name="Destination">Name of the node that answered.</param>
/// <param name="Sent">How many were sent whose fate is known.</param>
/// <param name="Received">How many came back in time.</param>
/// <param name="RttSeconds">Their mean round-trip time in seconds; <see langword="null"/> when none came back.</param>
public sealed record LinkEchoes(string Source, string Destination, long Sent, long Received, double? RttSeconds);
