using System.Globalization;
using System.Runtime.InteropServices;
using NetGraph.Graphs;
using NetGraph.Testing;

namespace NetGraph.Benchmarks;

/// <summary>igraph's C core, compiled against this machine's library and run on the same graph.</summary>
internal static class IgraphPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>What igraph found.</summary>
    /// <param name="Milliseconds">The best run.</param>
    /// <param name="Widths">Of all pairs, by source, then destination; negative infinity where there is no path.</param>
    public sealed record Outcome(double Milliseconds, double[] Widths);

    /// <summary>Runs igraph.</summary>
    /// <returns>What it found, or <see langword="null"/> when there is no igraph or no compiler.</returns>
    public static async Task<Outcome?> RunAsync(WeightedGraph graph, int runs)
    {
        if (!Command.Exists("cc") || !Command.Exists("pkg-config")) return null;
        var options = await Command.RunAsync("pkg-config", ["--cflags", "--libs", "igraph"]);
        if (options.ExitCode != 0) return null;

        var folder = Directory.CreateTempSubdirectory("netgraph-bench-").FullName;
        try
        {
            string program = $"{folder}/igraph-peer", edges = $"{folder}/edges", widths = $"{folder}/widths";
            await RunAsync("cc", ["-O2", "-o", program, Path.Combine(Repository.Root, "tests/NetGraph.Benchmarks/igraph-peer.c"), .. options.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), "-lm"]);
            using (var file = File.Create(edges)) file.Write(MemoryMarshal.AsBytes(graph.Edges));
            var best = await RunAsync(program, [edges, $"{graph.VertexCount}", $"{runs}", widths]);
            return new Outcome(double.Parse(best, CultureInfo.InvariantCulture), MemoryMarshal.Cast<byte, double>(await File.ReadAllBytesAsync(widths)).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        var outcome = await Command.RunAsync(program, arguments, patience: Patience);
        return outcome.ExitCode == 0 ? outcome.Output : throw new InvalidOperationException($"{program} failed: {outcome.Error}");
    }
}
