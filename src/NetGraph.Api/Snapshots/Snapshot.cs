using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>A mesh as it was read from the source.</summary>
/// <param name="Mesh">The mesh.</param>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Failure">Why it is not newer: what went wrong when it should have been read again; <see langword="null"/> when it is fresh.</param>
internal sealed record Snapshot(Mesh Mesh, DateTimeOffset ReadAt, string? Failure);
