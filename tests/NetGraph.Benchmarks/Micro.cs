using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using NetGraph.Graphs;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Trees;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Benchmarks;

/// <summary>The graph engine's parts one by one, by mesh size, measured with BenchmarkDotNet.</summary>
public class Micro
{
    private WeightedGraph _graph = null!;
    private WidestPathTable _table = null!;
    private Mesh _mesh = null!;

    /// <summary>Nodes of the full mesh, in ten racks.</summary>
    [Params(100, 1000)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Build()
    {
        _graph = SampleGraphs.Racks(Nodes, racks: 10);
        _table = AllPairsWidestPaths.Find(_graph);
        var links = _graph.Edges.ToArray().Select(edge => new LinkMeasurement(edge.Source, edge.Destination) { ThroughputBitsPerSecond = edge.Weight, RoundTripTimeSeconds = 1e-4 });
        _mesh = new Mesh([.. Enumerable.Range(0, Nodes).Select(i => new MeshNode($"node-{i:0000}"))], [.. links], DateTimeOffset.UnixEpoch);
    }

    [Benchmark]
    public WidestPathTable AllPairsWidest() => AllPairsWidestPaths.Find(_graph);

    [Benchmark]
    public GraphPath? PathFromTable() => _table.PathBetween(0, Nodes - 1);

    [Benchmark]
    public GraphPath? OneWidestPath() => WidestPath.Find(_graph, 0, Nodes - 1);

    [Benchmark]
    public int SpanningForest() => MaximumSpanningForest.Find(_graph).Length;

    [Benchmark]
    public void GraphML() => GraphMLWriter.Write(_mesh, Stream.Null);

    /// <summary>Runs them all, in this process, which has the settings of the shipped program.</summary>
    internal static int Run()
    {
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts/benchmarks"))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance));
        Summary summary = BenchmarkRunner.Run<Micro>(config);
        return summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success) ? 1 : 0;
    }
}
