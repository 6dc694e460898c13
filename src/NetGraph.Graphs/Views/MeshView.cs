using System.Collections.Immutable;
using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Grouping;
using NetGraph.Graphs.Trees;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Views;

/// <summary>What of a mesh is shown.</summary>
public sealed record MeshView
{
    private const int MostNodesByDefaultAsGraph = 12;
    private const int MostNodesByDefaultAsSkeleton = 200;
    private const int MostNodesAsGraph = 60;
    private const int MostNodesAsSkeleton = 500;
    private const int MostGroups = 200;
    private const int MostNodesAsMatrix = 300;
    private const int WorstLinks = 12;
    private const int MostChangedLinks = 60;

    /// <summary>Which view it is.</summary>
    public required GraphView View { get; init; }

    /// <summary>The mesh that is shown: of nodes, or of groups; with a comparison, of what was there before too.</summary>
    public required Mesh Mesh { get; init; }

    /// <summary>What to put side by side in <see cref="Mesh"/>.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>Indexes of the links of <see cref="Mesh"/> that are drawn, or <see langword="null"/> for all. Of many groups no more than the skeleton can be read.</summary>
    public ImmutableArray<int>? Links { get; init; }

    /// <summary>What the nodes of <see cref="Mesh"/> stand for in <see cref="GraphView.Groups"/>, else <see langword="null"/>.</summary>
    public GroupedMesh? Groups { get; init; }

    /// <summary>The mesh with which it is compared, and the result, or <see langword="null"/>.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>The view for a mesh when none is asked for: by the number of its nodes, and groups only where there are some.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="group">What would join its nodes.</param>
    public static GraphView Usual(Mesh mesh, GroupKey group)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        if (mesh.Nodes.Length <= MostNodesByDefaultAsGraph) return GraphView.Graph;
        if (mesh.Nodes.Length <= MostNodesByDefaultAsSkeleton || group == GroupKey.None) return GraphView.Skeleton;
        return mesh.Nodes.Select(node => node.GroupBy(group)).Distinct().Skip(1).Any() ? GraphView.Groups : GraphView.Skeleton;
    }

    /// <summary>The view for a matrix when none is asked for: all pairs have room in it for longer than in a graph.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="group">What would join its nodes.</param>
    public static GraphView UsualMatrix(Mesh mesh, GroupKey group)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        return mesh.Nodes.Length > MostNodesAsMatrix && Usual(mesh, group) == GraphView.Groups ? GraphView.Groups : GraphView.Graph;
    }

    /// <summary>Chooses what is shown.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="view">Which view.</param>
    /// <param name="metric">What makes a link good or bad.</param>
    /// <param name="group">What joins nodes or puts them side by side.</param>
    /// <param name="before">An earlier mesh to compare with, or <see langword="null"/>.</param>
    /// <param name="relativeSpread">How much pairs vary by themselves, as for <see cref="MeshComparison.Compare"/>.</param>
    public static MeshView Of(Mesh mesh, GraphView view, GraphMetric metric, GroupKey group, Mesh? before = null, Func<string, string, double>? relativeSpread = null)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(metric);
        var groups = view == GraphView.Groups ? GroupMesh.Join(mesh, group) : null;
        var shown = groups?.Mesh ?? mesh;
        Comparison? comparison = null;
        if (before is not null)
        {
            if (groups is not null) before = GroupMesh.Of(before, group);
            comparison = new Comparison(before, MeshComparison.Compare(before, shown, metric, groups is null ? relativeSpread : null));
            shown = Comparison.Union(before, shown);
        }

        return new MeshView
        {
            View = view,
            Mesh = shown,
            Group = groups is null ? group : Wider(mesh, group),
            Links = view == GraphView.Skeleton || shown.Nodes.Length > MostNodesByDefaultAsGraph && view == GraphView.Groups ? Few(shown, metric, comparison) : null,
            Groups = groups,
            Comparison = comparison,
        };
    }

    /// <summary>The mesh with none but the links of this view; of groups all.</summary>
    public Mesh Selection() =>
        View == GraphView.Skeleton && Links is { } links ? new Mesh(Mesh.Nodes, [.. links.Select(i => Mesh.Links[i])], Mesh.MeasuredAt) : Mesh;

    /// <summary>Completes the options of a picture of this view.</summary>
    /// <param name="options">Everything else.</param>
    public PictureOptions Complete(PictureOptions options) =>
        options with { Group = Group, Links = Links, Groups = Groups, Comparison = Comparison };

    /// <summary>Checks that a picture of this view can be read.</summary>
    /// <exception cref="TooLargeToDrawException">It cannot: too much is in it.</exception>
    public void CheckGraph()
    {
        var nodes = Mesh.Nodes.Length;
        if (View == GraphView.Graph && nodes > MostNodesAsGraph)
            throw new TooLargeToDrawException($"A picture of all links between {nodes} nodes cannot be read: use {(nodes <= MostNodesAsSkeleton ? "view=skeleton" : "view=groups")}, /matrix.svg, or 'node' to choose at most {MostNodesAsGraph} nodes.");
        if (View == GraphView.Skeleton && nodes > MostNodesAsSkeleton)
            throw new TooLargeToDrawException($"A picture of {nodes} nodes cannot be read: use view=groups (where 'group' tells them apart), 'node' to choose at most {MostNodesAsSkeleton}, or /graph.graphml with a program for large graphs.");
        if (View == GraphView.Groups && nodes > MostGroups)
            throw new TooLargeToDrawException($"A picture of {nodes} groups cannot be read: use another 'group' to have at most {MostGroups}, such as view=groups&group=zone.");
    }

    /// <summary>Checks that a matrix of this view can be read.</summary>
    /// <exception cref="TooLargeToDrawException">It cannot: too much is in it.</exception>
    public void CheckMatrix()
    {
        var nodes = Mesh.Nodes.Length;
        if (nodes > MostNodesAsMatrix)
            throw new TooLargeToDrawException($"A matrix of {nodes} {(View == GraphView.Groups ? "groups" : "nodes")} cannot be read: use view=groups, 'node' to choose at most {MostNodesAsMatrix}, or /graph.csv.");
    }

    private static ImmutableArray<int> Few(Mesh mesh, GraphMetric metric, Comparison? comparison)
    {
        var few = Skeleton.Choose(mesh, metric, WorstLinks);
        return comparison is null ? few : [.. few.Union(comparison.ChangedLinks(mesh, metric).Take(MostChangedLinks)).Order()];
    }

    // Racks stand side by side by zone, where there are zones.
    private static GroupKey Wider(Mesh mesh, GroupKey group) =>
        group == GroupKey.Rack && mesh.Nodes.Select(node => node.Zone).Distinct().Skip(1).Any() ? GroupKey.Zone : GroupKey.None;
}

/// <summary>A view has too much in it to be drawn. The message names the view to use.</summary>
/// <param name="message">The sentence.</param>
public sealed class TooLargeToDrawException(string message) : Exception(message);
