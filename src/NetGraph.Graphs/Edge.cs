namespace NetGraph.Graphs;

/// <summary>A directed edge.</summary>
/// <param name="Source">Index of the vertex it leaves.</param>
/// <param name="Destination">Index of the vertex it enters.</param>
/// <param name="Weight">Its weight; what that means, and its unit, is up to whoever built the graph. Finite.</param>
public readonly record struct Edge(int Source, int Destination, double Weight);
