using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NetGraph.Graphs;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Grouping;
using NetGraph.Graphs.Suspects;
using NetGraph.Graphs.Views;
using NetGraph.Hosting;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary><c>netgraph graph</c>: draws a mesh that was measured, or writes it in another format.</summary>
internal static class GraphCommand
{
    private static readonly UTF8Encoding Utf8 = new(false);

    private enum Form
    {
        Svg,
        Dot,
        GraphML,
        Json,
        Csv,
    }

    /// <summary>What is asked for beside the format.</summary>
    /// <param name="Mesh">What is drawn or written.</param>
    /// <param name="View">Which view; <see langword="null"/> for the usual one.</param>
    /// <param name="IsMatrix">Whether a picture is a matrix.</param>
    /// <param name="Ends">Between which nodes the widest path is highlighted.</param>
    /// <param name="Before">What to compare with.</param>
    private sealed record Request(Mesh Mesh, GraphView? View, bool IsMatrix, (string Source, string Destination)? Ends, Mesh? Before)
    {
        public required GraphMetric Metric { get; init; }

        public required GroupKey Group { get; init; }

        public PictureTheme Theme { get; init; }

        public int? Width { get; init; }

        public int? Height { get; init; }
    }

    public static Command Create()
    {
        var input = new MeshInput();
        var format = Options.OptionalChoice<Form?>(
            "--format", "Format to write", "by the ending of the file to write", ("svg", Form.Svg), ("dot", Form.Dot), ("graphml", Form.GraphML), ("json", Form.Json), ("csv", Form.Csv));
        var output = new Option<string?>("--out", "-o") { Description = "File to write; it is there whole or not at all (default: standard output)", HelpName = "file" };
        var metric = Options.OptionalChoice("--metric", "What weighs and colours links", GraphMetric.Bandwidth.Name, [.. GraphMetric.All.Select(item => (item.Name, item))]);
        var view = Options.OptionalChoice<(GraphView? View, bool IsMatrix)>(
            "--view", "What is shown: all links, the maximum spanning tree with the worst links, zones or racks, a matrix of all pairs", "by the number of nodes",
            ("graph", (GraphView.Graph, false)), ("skeleton", (GraphView.Skeleton, false)), ("groups", (GraphView.Groups, false)), ("matrix", (null, true)));
        var group = Options.Group("What joins nodes, or puts them side by side");
        var theme = Options.OptionalChoice("--theme", "Colours of a picture", "auto, what the viewer prefers", ("auto", PictureTheme.Auto), ("light", PictureTheme.Light), ("dark", PictureTheme.Dark));
        var width = Options.OptionalWhole("--width", 200, 8000, "Width of a picture in pixels", "pixels");
        var height = Options.OptionalWhole("--height", 200, 8000, "Height of a picture in pixels", "pixels");
        var source = new Option<string?>("--source") { Description = "With --destination: highlight the widest path between the two nodes, and its bottleneck", HelpName = "node" };
        var destination = new Option<string?>("--destination") { Description = "Where that path ends", HelpName = "node" };
        var compare = new Option<string?>("--compare") { Description = "Colour links of a picture by change: since an earlier file, or with --prometheus how long ago, such as 24h", HelpName = "file|duration" };
        var open = new Option<bool>("--open") { Description = "Show the picture with the desktop's program for it, or that in variable BROWSER; without -o it goes to a file in the folder for temporary files" };
        var command = new Verb("graph", "Draw a mesh that was measured, or write it in another format.")
        {
            Examples =
            [
                ("netgraph graph mesh.csv --open", "draw it, and look at it"),
                ("netgraph graph mesh.csv -o mesh.svg", "draw it into a file"),
                ("netgraph graph mesh.json --format dot | dot -Tpng > mesh.png", "let Graphviz draw it"),
                ("netgraph graph --prometheus http://prometheus:9090 -o mesh.graphml", "write it for another program"),
                ("netgraph graph mesh.graphml -o way.svg --source h1 --destination h5", "with the widest path from h1 to h5"),
                ("netgraph graph today.json -o changes.svg --compare yesterday.json", "what changed"),
            ],
        };
        input.AddTo(command);
        command.AddGroup("Output", output, format, open);
        command.AddGroup("Picture", metric, view, group, source, destination, compare, theme, width, height);
        command.AddCheck(result =>
        {
            if (result.GetValue(source) is null != result.GetValue(destination) is null) result.AddError("--source and --destination go together: give both, or none.");
            if (result.GetValue(open) && (result.GetValue(format) ?? FormOf(result.GetValue(output)) ?? Form.Svg) != Form.Svg) result.AddError("--open shows pictures: leave it out, or write svg.");
            if (!result.GetValue(open) && result.GetResult(format) is null && FormOf(result.GetValue(output)) is null) result.AddError("The format to write is not said: give --format, or -o with a file that ends in .svg, .dot, .graphml, .json or .csv.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var mesh = await input.ReadAsync(parsed, stop).ConfigureAwait(false);
            var (chosen, isMatrix) = parsed.GetValue(view);
            var ends = parsed.GetValue(source) is { } from && parsed.GetValue(destination) is { } to ? (from, to) : ((string, string)?)null;
            var before = parsed.GetValue(compare) is { } with ? await input.ReadEarlierAsync(parsed, with, mesh.MeasuredAt, stop).ConfigureAwait(false) : null;
            var request = new Request(mesh, chosen, isMatrix, ends, before)
            {
                Metric = parsed.GetValue(metric) ?? GraphMetric.Bandwidth,
                Group = parsed.GetValue(group) ?? NaturalGroup.Of(mesh),
                Theme = parsed.GetValue(theme),
                Width = parsed.GetValue(width),
                Height = parsed.GetValue(height),
            };
            var form = parsed.GetValue(format) ?? FormOf(parsed.GetValue(output)) ?? Form.Svg;
            var what = string.Create(CultureInfo.InvariantCulture, $"{(form == Form.Svg ? "Drawing" : "Writing")} {mesh.Nodes.Length:#,0} nodes");
            var write = form == Form.Svg ? Activity.Run(what, () => Picture(request)) : stream => Write(request, form, stream);
            var isShown = parsed.GetValue(open);
            if ((parsed.GetValue(output) ?? (isShown ? Path.Combine(Directory.CreateTempSubdirectory("netgraph-").FullName, "mesh.svg") : null)) is not { } file)
            {
                using var stream = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
                write(stream);
                return 0;
            }

            Activity.Run(what, () =>
            {
                WholeFile.Write(file, write);
                return file;
            });
            if (!isShown) return 0;
            PictureOpener.Open(file, Environment.GetEnvironmentVariable);
            await Console.Error.WriteLineAsync($"The picture is in '{file}'.").ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static Form? FormOf(string? file) => Path.GetExtension(file ?? "").ToUpperInvariant() switch
    {
        ".SVG" => Form.Svg,
        ".DOT" or ".GV" => Form.Dot,
        ".GRAPHML" or ".XML" => Form.GraphML,
        ".JSON" => Form.Json,
        ".CSV" => Form.Csv,
        _ => null,
    };

    /// <summary>Checks that the picture can be drawn, and says how.</summary>
    private static Action<Stream> Picture(Request request)
    {
        var usual = request.IsMatrix ? GraphView.Graph : MeshView.Usual(request.Mesh, request.Group);
        var view = MeshView.Of(request.Mesh, request.View ?? usual, request.Metric, request.Group, request.Before);
        var nodes = view.Mesh.Nodes.Length;
        try
        {
            if (request.IsMatrix) view.CheckMatrix();
            else view.CheckGraph();
        }
        catch (TooLargeToDrawException exception)
        {
            throw new StartupException($"A picture of {nodes} nodes in this view cannot be read: choose a --view with less in it (skeleton up to 500 nodes, groups), or --format graphml with a program for large graphs.", exception);
        }

        var side = Math.Clamp(260 + (nodes * 46), 520, 1200);
        var (width, height) = request.IsMatrix ? (Math.Max(side, 640), side) : nodes switch { > 120 => (1200, 1200), > 40 => (1040, 1000), _ => (960, 760) };
        var options = view.Complete(new PictureOptions { Metric = request.Metric, Theme = request.Theme, Width = request.Width ?? width, Height = request.Height ?? height }) with
        {
            Highlight = request.Ends is { } ends ? FindPath(request.Mesh, view, ends.Source, ends.Destination) : null,
            Suspects = SuspectSearch.Find(request.Mesh, new SuspectOptions { Group = request.Group }),
        };
        return stream =>
        {
            using var text = new StreamWriter(stream, Utf8, leaveOpen: true);
            if (request.IsMatrix) MatrixSvg.Write(view.Mesh, options, text);
            else GraphSvg.Write(view.Mesh, options, text);
        };
    }

    private static GraphPath FindPath(Mesh mesh, MeshView view, string source, string destination)
    {
        int IndexOf(string name)
        {
            if (mesh.IndexOf(name) is not (>= 0 and var node)) throw new StartupException($"There is no node '{name}' in this graph of {mesh.Nodes.Length} nodes.");
            return view.Mesh.IndexOf(view.Groups is { } groups ? GroupMesh.NameOf(mesh.Nodes[node], groups.Key) : name);
        }

        var (from, to) = (IndexOf(source), IndexOf(destination));
        if (source == destination) throw new StartupException("--source and --destination must be two different nodes.");
        return TellingPath.Find(view.Mesh, from, to) ?? throw new StartupException($"No measured path leads from '{source}' to '{destination}' in this view.");
    }

    private static void Write(Request request, Form form, Stream output)
    {
        var mesh = request.View is { } view ? MeshView.Of(request.Mesh, view, request.Metric, request.Group).Selection() : request.Mesh;
        using var text = new StreamWriter(output, Utf8, leaveOpen: true);
        switch (form)
        {
            case Form.Dot:
                DotWriter.Write(mesh, request.Metric, request.Group, text);
                break;
            case Form.Csv:
                CsvWriter.Write(mesh, request.Group, text);
                break;
            case Form.GraphML:
                GraphMLWriter.Write(mesh, output);
                text.Write('\n');
                break;
            default:
                using (var json = new Utf8JsonWriter(output)) JsonWriter.Write(mesh, request.Group, json);
                text.Write('\n');
                break;
        }
    }
}
