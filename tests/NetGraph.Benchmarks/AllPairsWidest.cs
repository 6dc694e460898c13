using System.Diagnostics;
using System.Globalization;
using NetGraph.Graphs;
using NetGraph.Graphs.Paths;
using NetGraph.Testing;

namespace NetGraph.Benchmarks;

/// <summary>All-pairs widest paths, against igraph's widths of all pairs (it finds no paths in this call) and against a bound of memory.</summary>
internal static class AllPairsWidest
{
    private const int Runs = 5;
    private const int PeerRuns = 2;
    private const double BarRatio = 60;
    private const double BarGigabytes = 1.5;

    /// <summary>Times both on one graph and compares every width.</summary>
    /// <param name="name">Words between "all-pairs widest" and the number of nodes, with a space at the end, or nothing.</param>
    /// <param name="graph">The graph.</param>
    public static async Task<Figure> CompareAsync(string name, WeightedGraph graph)
    {
        var table = AllPairsWidestPaths.Find(graph);
        var best = double.PositiveInfinity;
        for (var run = 0; run < Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            table = AllPairsWidestPaths.Find(graph);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"all-pairs widest {name}n={graph.VertexCount}: ours {best:0.0} ms");
        if (await IgraphPeer.RunAsync(graph, PeerRuns) is not { } peer) return new Figure($"{text}, igraph missing (libigraph-dev, cc, pkg-config)");
        var ratio = peer.Milliseconds / best;
        text += string.Create(CultureInfo.InvariantCulture, $", igraph {peer.Milliseconds:0} ms, ratio {ratio:0.0}");
        return FindDifference(table, peer.Widths) is { } difference ? new Figure($"{text}, WRONG: {difference}", Fails: true) : new Figure(text, Fails: ratio < BarRatio / 3);
    }

    /// <summary>Has a process of its own find all pairs of a large mesh, and reads its peak memory.</summary>
    public static async Task<Figure> MeasureMemoryAsync(int vertices)
    {
        var outcome = await Command.RunAsync(Environment.ProcessPath!, ["all-pairs-once", $"{vertices}"], patience: TimeSpan.FromMinutes(2));
        if (outcome.ExitCode != 0) return new Figure($"all-pairs widest n={vertices}: failed: {outcome.Error}", Fails: true);
        var parts = outcome.Output.Split(' ');
        double milliseconds = double.Parse(parts[0], CultureInfo.InvariantCulture), gigabytes = double.Parse(parts[1], CultureInfo.InvariantCulture) / 1e9;
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"all-pairs widest n={vertices}: ours {milliseconds:0} ms, peak memory {gigabytes:0.00} GB with the graph and its making (bar {BarGigabytes:0.0} GB)"),
            Fails: gigabytes > BarGigabytes);
    }

    /// <summary>The process behind <see cref="MeasureMemoryAsync"/>: prints milliseconds and the peak of resident bytes.</summary>
    public static int RunOnce(int vertices)
    {
        var graph = SampleGraphs.Uniform(vertices);
        var start = Stopwatch.GetTimestamp();
        var table = AllPairsWidestPaths.Find(graph);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (table.PathBetween(0, vertices - 1)?.Bottleneck.Weight != table.WidthOf(0, vertices - 1)) return 1;
        var peak = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} {long.Parse(peak, CultureInfo.InvariantCulture) * 1024}"));
        return 0;
    }

    private static string? FindDifference(WidestPathTable table, double[] widths)
    {
        for (var source = 0; source < table.VertexCount; source++)
        {
            for (var destination = 0; destination < table.VertexCount; destination++)
            {
                double ours = table.WidthOf(source, destination), theirs = widths[source * table.VertexCount + destination];
                if (ours != theirs && !(double.IsNaN(ours) && double.IsNegativeInfinity(theirs)))
                    return string.Create(CultureInfo.InvariantCulture, $"{source} to {destination} is {ours}, with igraph {theirs}");
            }
        }

        return null;
    }
}
