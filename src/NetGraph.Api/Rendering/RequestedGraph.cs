using NetGraph.Api.Snapshots;
using NetGraph.Graphs;
using NetGraph.Graphs.Paths;
using NetGraph.Measurements;

namespace NetGraph.Api.Rendering;

/// <summary>The mesh that a request asked for, filtered, with how it is grouped.</summary>
internal sealed record RequestedGraph(Mesh Mesh, GraphParameters Parameters, GroupKey Group, Snapshot Snapshot)
{
    /// <summary>Reads what the parameters ask for.</summary>
    /// <exception cref="MeasurementSourceException">The source is away and there is no last good graph.</exception>
    /// <exception cref="NoHistoryException">The source knows only the present.</exception>
    /// <exception cref="UnknownNodeException">A node that a parameter names is not in the mesh.</exception>
    public static async Task<RequestedGraph> ReadAsync(SnapshotCache cache, GraphParameters parameters, CancellationToken cancellation)
    {
        if (!cache.Source.HasHistory && (parameters.Snapshot.At is not null || parameters.Snapshot.Statistic != Statistic.Last)) throw new NoHistoryException();
        var snapshot = await cache.GetAsync(parameters.Snapshot, cancellation).ConfigureAwait(false);
        var mesh = parameters.Node is { } pattern
            ? MeshBuilder.Select(snapshot.Mesh.Nodes, snapshot.Mesh.Links, snapshot.Mesh.MeasuredAt, node => pattern.IsMatch(node.Name))
            : snapshot.Mesh;
        foreach (var name in new[] { parameters.Source, parameters.Destination }.OfType<string>())
        {
            if (mesh.IndexOf(name) < 0) throw new UnknownNodeException(name, mesh);
        }

        return new RequestedGraph(mesh, parameters, parameters.Group ?? NaturalGroup(mesh), snapshot);
    }

    /// <summary>The widest path between the two nodes that the parameters name, if they do and there is one.</summary>
    public GraphPath? FindPath() =>
        Parameters.Source is { } source && Parameters.Destination is { } destination
            ? WidestPath.Find(GraphMetric.Bandwidth.Weigh(Mesh), Mesh.IndexOf(source), Mesh.IndexOf(destination))
            : null;

    /// <summary>What to say of data that is not fresh; <see langword="null"/> when it is.</summary>
    public string? Notice(TimeProvider clock) =>
        Snapshot.Failure is null ? null : $"Source away: data is {(clock.GetUtcNow() - Snapshot.ReadAt).TotalSeconds:0} s old";

    // Zones are the usual groups; where all nodes are of one zone, racks tell more.
    private static GroupKey NaturalGroup(Mesh mesh) =>
        mesh.Nodes.Select(node => node.Zone).Distinct().Count() < 2 && mesh.Nodes.Select(node => node.Rack).Distinct().Count() > 1 ? GroupKey.Rack : GroupKey.Zone;
}

/// <summary>A node that a request names is not in the mesh.</summary>
internal sealed class UnknownNodeException(string name, Mesh mesh)
    : Exception($"There is no node '{name}' in this graph of {mesh.Nodes.Length} nodes: /api/v1/nodes lists them.");

/// <summary>A request for the past, or for a statistic over time, to a source that knows only the present.</summary>
internal sealed class NoHistoryException() : Exception("This api reads the agents directly and knows only the present: 'at' and 'stat' need Prometheus (start the api with --prometheus URL).");
