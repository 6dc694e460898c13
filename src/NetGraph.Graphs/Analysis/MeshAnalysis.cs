using System.Collections.Immutable;
using NetGraph.Graphs.Clusters;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Reachability;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Trees;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Analysis;

/// <summary>All that the engine can say of a mesh.</summary>
public sealed record MeshAnalysis
{
    /// <summary>What was analysed.</summary>
    public required Mesh Mesh { get; init; }

    /// <summary>Which groups could be suspects.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>What may be at fault, what explains most first; from a confidence of 0.5 on it is said to be.</summary>
    public required ImmutableArray<Suspect> Suspects { get; init; }

    /// <summary>Indexes of the worst links in <see cref="Mesh.Links"/>: failed ones first, then those of least throughput.</summary>
    public required ImmutableArray<int> WorstLinks { get; init; }

    /// <summary>What narrows the widest paths of most pairs.</summary>
    public required ImmutableArray<Bottleneck> Bottlenecks { get; init; }

    /// <summary>All nodes as one cluster, with what was found within; <see langword="null"/> when no pair has a trusted throughput.</summary>
    public required Cluster? Clusters { get; init; }

    /// <summary>Where the mesh is split, and who reaches whom in one direction only.</summary>
    public required MeshReachability Reachability { get; init; }

    /// <summary>Pairs whose round-trip time is so much better over a third node that the direct way itself must be at fault.</summary>
    public required ImmutableArray<TriangleViolation> Detours { get; init; }

    /// <summary>Analyses a mesh. The same mesh and options give the same result.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="options">What to look at.</param>
    public static MeshAnalysis Of(Mesh mesh, AnalysisOptions options)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Limit, 1);
        var group = options.Group ?? NaturalGroup.Of(mesh);
        return new MeshAnalysis
        {
            Mesh = mesh,
            Group = group,
            Suspects = SuspectSearch.Find(mesh, new SuspectOptions { Group = group, Expectations = options.Expectations }),
            WorstLinks = [.. WorstFirst(mesh).Take(options.Limit)],
            Bottlenecks = [.. BottleneckSearch.Find(mesh).Take(options.Limit)],
            Clusters = ClusterSearch.Find(mesh),
            Reachability = ReachabilitySearch.Find(mesh),
            Detours = TriangleViolations.Find(GraphMetric.RoundTripTime.Weigh(mesh), options.Limit),
        };
    }

    /// <summary>Indexes of a mesh's links: failed ones first, then from the least throughput on, results of doubtful quality last; links without any are left out.</summary>
    /// <param name="mesh">The mesh.</param>
    public static IEnumerable<int> WorstFirst(Mesh mesh)
    {
        var failed = Enumerable.Range(0, mesh.Links.Length).Where(i => mesh.Links[i].State == LinkState.Down).ToList();
        return failed.Concat(Skeleton.WorstLinks(mesh, GraphMetric.Bandwidth).Where(i => mesh.Links[i].State != LinkState.Down).OrderBy(i => mesh.Links[i].Quality != MeasurementQuality.Ok));
    }
}
