using System.Collections.Immutable;
using NetGraph.Graphs.Grouping;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>How a mesh is drawn.</summary>
public sealed record PictureOptions
{
    /// <summary>Which value colours the links.</summary>
    public GraphMetric Metric { get; init; } = GraphMetric.Bandwidth;

    /// <summary>What puts nodes side by side.</summary>
    public GroupKey Group { get; init; } = GroupKey.Zone;

    /// <summary>Colours for a light or a dark ground, or those that the viewer prefers.</summary>
    public PictureTheme Theme { get; init; } = PictureTheme.Auto;

    /// <summary>Width in pixels, 200 to 8000.</summary>
    public int Width { get; init; } = 960;

    /// <summary>Height in pixels, 200 to 8000.</summary>
    public int Height { get; init; } = 760;

    /// <summary>Indexes of the links to draw, or <see langword="null"/> for all.</summary>
    public ImmutableArray<int>? Links { get; init; }

    /// <summary>A path to stress, with its bottleneck, or <see langword="null"/>.</summary>
    public GraphPath? Highlight { get; init; }

    /// <summary>What may be at fault; of these only what is said to be, with a confidence of 0.5 or more, is marked. Empty where nothing was found, and <see langword="default"/> where nothing was looked for.</summary>
    public ImmutableArray<Suspect> Suspects { get; init; }

    /// <summary>An earlier mesh and what changed since: links are then coloured by change; <see langword="null"/> to colour them by value. The mesh to draw must be the <see cref="Comparison.Union"/> of both.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>What the mesh's nodes stand for when they are groups, else <see langword="null"/>.</summary>
    public GroupedMesh? Groups { get; init; }

    /// <summary>A place for each node, as another program laid them out, or <see langword="null"/> for a circle by groups. Graphs only.</summary>
    public ImmutableArray<NodePlace>? Places { get; init; }

    /// <summary>A warning to show as a badge, such as the age of stale data, or <see langword="null"/>.</summary>
    public string? Notice { get; init; }
}

/// <summary>Where a node lies, in any unit: only the proportions count.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
public readonly record struct NodePlace(double X, double Y);

/// <summary>Colours of a picture.</summary>
public enum PictureTheme
{
    /// <summary>What the viewer prefers.</summary>
    Auto,

    /// <summary>For a light ground.</summary>
    Light,

    /// <summary>For a dark ground.</summary>
    Dark,
}
