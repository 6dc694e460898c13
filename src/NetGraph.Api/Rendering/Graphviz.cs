using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Api.Rendering;

/// <summary>Asks Graphviz where to put nodes, where it is installed. Drawing stays ours: nothing that Graphviz writes but numbers reaches a picture.</summary>
/// <param name="program">The program to run.</param>
/// <param name="patience">Longest time for a layout, waiting for others included; 5 s when <see langword="null"/>.</param>
internal sealed class Graphviz(string program = "dot", TimeSpan? patience = null)
{
    // Layouts cost a core each, which all askers of this process share.
    private static readonly SemaphoreSlim Free = new(2);
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(5);

    /// <summary>The layouts that can be asked for.</summary>
    public static IReadOnlyList<string> Layouts { get; } = ["dot", "neato", "fdp", "sfdp", "circo"];

    /// <summary>Finds a place for each node of a view.</summary>
    /// <param name="view">What is drawn; only its links pull at nodes.</param>
    /// <param name="layout">One of <see cref="Layouts"/>.</param>
    /// <returns>A place a node, in the order of the view's mesh.</returns>
    /// <exception cref="GraphvizException">It is not installed, too slow, or failed.</exception>
    public async Task<ImmutableArray<NodePlace>> PlaceAsync(MeshView view, string layout)
    {
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            await Free.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                return Parse(await RunAsync(layout, Describe(view), limit.Token).ConfigureAwait(false), view.Mesh.Nodes.Length);
            }
            finally
            {
                Free.Release();
            }
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            throw new GraphvizException(GraphvizFailure.TooSlow, string.Create(CultureInfo.InvariantCulture,
                $"Graphviz did not finish the layout '{layout}' of {view.Mesh.Nodes.Length} nodes within {_patience.TotalSeconds:0.#} s: use layout=groups, which is drawn at once, another layout, view=skeleton or view=groups."), exception);
        }
    }

    private async Task<string> RunAsync(string layout, string graph, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, [$"-K{layout}", "-Tplain"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new GraphvizException(GraphvizFailure.Missing, $"layout={layout} needs Graphviz, whose program '{program}' cannot be started here: install the package graphviz beside the api, or use layout=groups.", exception);
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await FeedAsync(process, graph, cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (process.ExitCode == 0) return await output.ConfigureAwait(false);
            throw new GraphvizException(GraphvizFailure.Failed, $"Graphviz ended with {process.ExitCode}: {(await error.ConfigureAwait(false)).Split('\n')[0]} Use layout=groups.");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static async Task FeedAsync(Process process, string graph, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(graph.AsMemory(), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It went away before it had read everything: its exit code says why.
        }
    }

    // Nodes have numbers for names, so that no name can do harm, and one edge stands for both directions.
    private static string Describe(MeshView view)
    {
        var dot = new StringBuilder("digraph {\n  graph [start=1, overlap=false, splines=false, nodesep=0.6, ranksep=0.9];\n  node [shape=circle, label=\"\", width=0.5, fixedsize=true];\n  edge [dir=none];\n");
        var clusters = view.Mesh.Nodes.Select((node, index) => (Group: node.GroupBy(view.Group), Index: index)).GroupBy(node => node.Group).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        for (var i = 0; i < clusters.Count; i++)
        {
            var isGroup = clusters.Count > 1 && clusters[i].Key.Length > 0;
            if (isGroup) dot.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{i} {{");
            foreach (var (_, index) in clusters[i]) dot.Append(CultureInfo.InvariantCulture, $" n{index};");
            dot.Append(isGroup ? "}\n" : "\n");
        }

        var links = view.Links is { } shown ? shown.Select(i => view.Mesh.Links[i]) : view.Mesh.Links;
        foreach (var (low, high) in links.Where(link => link.State != LinkState.Down).Select(link => (Math.Min(link.Source, link.Destination), Math.Max(link.Source, link.Destination))).Distinct().Order())
            dot.Append(CultureInfo.InvariantCulture, $"  n{low} -> n{high};\n");
        return dot.Append("}\n").ToString();
    }

    // Lines as "node n12 x y width height ...", y upwards (graphviz.org/docs/outputs/plain).
    private static ImmutableArray<NodePlace> Parse(string plain, int count)
    {
        var places = new NodePlace?[count];
        foreach (var line in plain.Split('\n'))
        {
            var words = line.Split(' ');
            if (words is ["node", ['n', .. var number], var x, var y, ..]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count
                && double.TryParse(x, NumberStyles.Float, CultureInfo.InvariantCulture, out var right) && double.IsFinite(right)
                && double.TryParse(y, NumberStyles.Float, CultureInfo.InvariantCulture, out var up) && double.IsFinite(up))
            {
                places[index] = new NodePlace(right, -up);
            }
        }

        if (places.Any(place => place is null)) throw new GraphvizException(GraphvizFailure.Failed, "Graphviz gave no place to some nodes: use layout=groups.");
        return [.. places.Select(place => place!.Value)];
    }
}

/// <summary>Graphviz did not lay out a graph. The message says what to do.</summary>
internal sealed class GraphvizException(GraphvizFailure kind, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public GraphvizFailure Kind { get; } = kind;
}

/// <summary>How Graphviz can fail.</summary>
internal enum GraphvizFailure
{
    Missing,
    TooSlow,
    Failed,
}
