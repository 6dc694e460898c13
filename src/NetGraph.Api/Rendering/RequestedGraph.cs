using System.Collections.Immutable;
using System.Globalization;
using NetGraph.Api.Snapshots;
using NetGraph.Graphs;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Api.Rendering;

/// <summary>The mesh that a request asked for, filtered, with how it is grouped, and the earlier mesh to compare it with if one was asked for.</summary>
internal sealed record RequestedGraph(Mesh Mesh, GraphParameters Parameters, GroupKey Group, Snapshot Snapshot, Mesh? Before, Mesh? Deviation, Expectations? Expectations)
{
    /// <summary>Filters what was read as the parameters say.</summary>
    /// <exception cref="UnknownNodeException">A node that a parameter names is not in the mesh.</exception>
    public static RequestedGraph Of(RequestedSnapshots read, GraphParameters parameters, Expectations? expectations)
    {
        var mesh = Filter(read.Now.Mesh, parameters);
        foreach (var name in new[] { parameters.Source, parameters.Destination }.OfType<string>())
        {
            if (mesh.IndexOf(name) < 0) throw new UnknownNodeException(name, mesh);
        }

        if (parameters.Metric.Name == LinkHealth.Name) parameters = parameters with { Metric = LinkHealth.In(mesh) };
        return new RequestedGraph(mesh, parameters, parameters.Group ?? NaturalGroup.Of(mesh), read.Now, read.Before is { } before ? Filter(before.Mesh, parameters) : null, read.Deviation?.Mesh, expectations);
    }

    /// <summary>The view that was asked for, or else the usual one for a mesh of this size.</summary>
    public MeshView View() => MeshView.Of(Mesh, Parameters.View ?? MeshView.Usual(Mesh, Group), Parameters.Metric, Group, Before, Spread);

    /// <summary>What is written as data: everything, unless a view was asked for.</summary>
    public Mesh Selection() => Parameters.View is { } view ? MeshView.Of(Mesh, view, Parameters.Metric, Group).Selection() : Mesh;

    /// <summary>The widest path between the two nodes that the parameters name, if they do and there is one; the direct link, unless a detour is clearly wider.</summary>
    public GraphPath? FindPath() =>
        Parameters is { Source: { } source, Destination: { } destination } ? TellingPath.Find(Mesh, Mesh.IndexOf(source), Mesh.IndexOf(destination)) : null;

    /// <summary>The same in a view, whose nodes may be groups.</summary>
    public GraphPath? FindPath(MeshView view)
    {
        if (Parameters is not { Source: { } source, Destination: { } destination }) return null;
        int IndexOf(string name) => view.Mesh.IndexOf(view.Groups is { } groups ? Graphs.Grouping.GroupMesh.NameOf(Mesh.Nodes[Mesh.IndexOf(name)], groups.Key) : name);
        return TellingPath.Find(view.Mesh, IndexOf(source), IndexOf(destination));
    }

    /// <summary>How much each pair's throughput varied by itself, as a share of what it carries, by the names of its ends; <see langword="null"/> when that was not read.</summary>
    public Func<string, string, double>? Spread
    {
        get
        {
            if (Deviation is not { } mesh) return null;
            var deviations = mesh.Links.ToDictionary(link => (mesh.Nodes[link.Source].Name, mesh.Nodes[link.Destination].Name), link => link.ThroughputBitsPerSecond);
            var throughputs = Mesh.Links.ToDictionary(link => (Mesh.Nodes[link.Source].Name, Mesh.Nodes[link.Destination].Name), link => link.ThroughputBitsPerSecond);
            // A single test in the window deviates from nothing: that is not known, not quiet.
            return (source, destination) =>
                deviations.GetValueOrDefault((source, destination), double.NaN) is > 0 and var deviation ? deviation / throughputs.GetValueOrDefault((source, destination), double.NaN) : double.NaN;
        }
    }

    /// <summary>What in the mesh may be at fault.</summary>
    public ImmutableArray<Suspect> FindSuspects() => SuspectSearch.Find(Mesh, new SuspectOptions { Group = Group, Expectations = Expectations });

    /// <summary>What to say of data that is not fresh; <see langword="null"/> when it is.</summary>
    public string? Notice(TimeProvider clock) => Snapshot.Notice(clock);

    private static Mesh Filter(Mesh mesh, GraphParameters parameters) =>
        parameters.Node is { } pattern ? MeshBuilder.Select(mesh.Nodes, mesh.Links, mesh.MeasuredAt, node => pattern.IsMatch(node.Name)) : mesh;
}

/// <summary>What was read for a request.</summary>
/// <param name="Now">The mesh of the time that was asked for.</param>
/// <param name="Before">The earlier mesh to compare it with, if one was asked for.</param>
/// <param name="Deviation">How much throughput varied by itself, for a comparison of it; <see langword="null"/> when not needed or not to be had.</param>
internal sealed record RequestedSnapshots(Snapshot Now, Snapshot? Before, Snapshot? Deviation = null)
{
    private static readonly TimeSpan DeviationWindow = TimeSpan.FromHours(6);

    /// <summary>Reads what the parameters ask for.</summary>
    /// <exception cref="MeasurementSourceException">The source is away and there is no last good graph.</exception>
    /// <exception cref="NoHistoryException">The source knows only the present.</exception>
    public static async Task<RequestedSnapshots> ReadAsync(SnapshotCache cache, GraphParameters parameters, TimeProvider clock, CancellationToken cancellation)
    {
        var needsHistory = parameters.Snapshot.At is not null || parameters.Snapshot.Statistic != Statistic.Last || parameters.Compare is not null;
        if (needsHistory && !cache.Source.HasHistory) throw new NoHistoryException();
        var now = cache.GetAsync(parameters.Snapshot, cancellation);
        var before = parameters.Compare is { } offset ? cache.GetAsync(parameters.Snapshot with { At = Earlier(parameters.Snapshot.At, offset, clock) }, cancellation) : null;
        if (before is null) return new RequestedSnapshots(await now.ConfigureAwait(false), null);
        var deviation = parameters.Metric == GraphMetric.Bandwidth && (await now.ConfigureAwait(false)).Mesh.Nodes.Length <= SnapshotQuery.ReadWholeUpTo
            ? await ReadDeviationAsync(cache, parameters, clock, cancellation).ConfigureAwait(false)
            : null;
        var then = await before.ConfigureAwait(false);
        // Of another time it would be a comparison that nobody asked for.
        if (then.Failure is { } failure) throw new MeasurementSourceException(SourceFailure.Failed, failure);
        if (!then.Mesh.Links.Any(link => !double.IsNaN(link.ThroughputBitsPerSecond) || !double.IsNaN(link.RoundTripTimeSeconds) || link.State == LinkState.Down)) throw new NothingMeasuredException(then.Mesh.MeasuredAt);
        return new RequestedSnapshots(await now.ConfigureAwait(false), then, deviation);
    }

    // What it tells is a help, without which noise is learned from the two meshes: a store that cannot say it ends no comparison.
    private static async Task<Snapshot?> ReadDeviationAsync(SnapshotCache cache, GraphParameters parameters, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            var query = parameters.Snapshot with { At = Earlier(parameters.Snapshot.At, TimeSpan.Zero, clock), Window = DeviationWindow, Statistic = Statistic.StandardDeviation, Detail = SnapshotDetail.ThroughputOnly };
            return await cache.GetAsync(query, cancellation).ConfigureAwait(false);
        }
        catch (MeasurementSourceException)
        {
            return null;
        }
    }

    // Of "now" whole minutes only: the past does not change from second to second, so that many viewers cost one query.
    private static DateTimeOffset Earlier(DateTimeOffset? at, TimeSpan offset, TimeProvider clock)
    {
        if (at is { } time) return time - offset;
        var earlier = clock.GetUtcNow() - offset;
        return new DateTimeOffset(earlier.Ticks - (earlier.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
    }
}

internal static class SnapshotNotice
{
    /// <summary>What to say of data that is not fresh; <see langword="null"/> when it is.</summary>
    public static string? Notice(this Snapshot snapshot, TimeProvider clock) =>
        snapshot.Failure is null ? null : $"Source away: data is {(clock.GetUtcNow() - snapshot.ReadAt).TotalSeconds:0} s old";
}

/// <summary>A node that a request names is not in the mesh.</summary>
internal sealed class UnknownNodeException(string name, Mesh mesh)
    : Exception($"There is no node '{name}' in this graph of {mesh.Nodes.Length} nodes: /api/v1/nodes lists them.");

/// <summary>There is nothing to compare with.</summary>
internal sealed class NothingMeasuredException(DateTimeOffset at)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"Nothing was measured by {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC to compare with: choose a 'compare' that leads to a time of which there are measurements."));

/// <summary>A request for the past, or for a statistic over time, to a source that knows only the present.</summary>
internal sealed class NoHistoryException() : Exception("This api reads a collector or the agents themselves and knows only the present: 'at', 'stat', 'compare' and the history of a pair need Prometheus (start the api with --prometheus URL).");
