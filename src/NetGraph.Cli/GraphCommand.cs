using System.CommandLine;
using System.Text;
using System.Text.Json;
using NetGraph.Graphs;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Trees;
using NetGraph.Hosting;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary><c>netgraph graph</c>: draws a mesh that was measured, or writes it in another format.</summary>
internal static class GraphCommand
{
    private const int MostNodesByDefault = 12;
    private const int WorstLinks = 12;

    private static readonly UTF8Encoding Utf8 = new(false);

    public static HelpExamples Examples { get; } = new("graph", """
        Examples:
          netgraph graph mesh.csv -o mesh.svg                            # draw it
          netgraph graph mesh.json --format dot | dot -Tpng > mesh.png   # let Graphviz draw it
          netgraph graph --prometheus http://prometheus:9090 -o mesh.graphml
          netgraph graph mesh.graphml -o way.svg --source h1 --destination h5


        """);

    private enum Form
    {
        Svg,
        Dot,
        GraphML,
        Json,
        Csv,
    }

    private enum View
    {
        Graph,
        Skeleton,
        Matrix,
    }

    public static Command Create()
    {
        var input = new MeshInput();
        var format = Options.OptionalChoice<Form?>(
            "--format", "Format to write", "by the ending of the file to write", ("svg", Form.Svg), ("dot", Form.Dot), ("graphml", Form.GraphML), ("json", Form.Json), ("csv", Form.Csv));
        var output = new Option<string?>("--out", "-o") { Description = "File to write; it is there whole or not at all (default: standard output)", HelpName = "file" };
        var metric = Options.OptionalChoice("--metric", "What weighs and colours links", GraphMetric.Bandwidth.Name, [.. GraphMetric.All.Select(item => (item.Name, item))]);
        var view = Options.OptionalChoice<View?>(
            "--view", "What a picture shows", $"graph up to {MostNodesByDefault} nodes, else skeleton", ("graph", View.Graph), ("skeleton", View.Skeleton), ("matrix", View.Matrix));
        var group = Options.Group("What puts nodes side by side");
        var theme = Options.OptionalChoice("--theme", "Colours of a picture", "auto, what the viewer prefers", ("auto", PictureTheme.Auto), ("light", PictureTheme.Light), ("dark", PictureTheme.Dark));
        var width = Options.OptionalWhole("--width", 200, 8000, "Width of a picture in pixels", "pixels");
        var height = Options.OptionalWhole("--height", 200, 8000, "Height of a picture in pixels", "pixels");
        var source = new Option<string?>("--source") { Description = "With --destination: highlight the widest path between the two nodes, and its bottleneck", HelpName = "node" };
        var destination = new Option<string?>("--destination") { Description = "Where that path ends", HelpName = "node" };
        var command = new Command("graph", "Draw a mesh that was measured, or write it in another format.") { format, output, metric, view, group, theme, width, height, source, destination };
        input.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(source) is null != result.GetValue(destination) is null) result.AddError("--source and --destination go together: give both, or none.");
            if (result.GetResult(format) is null && FormOf(result.GetValue(output)) is null) result.AddError("The format to write is not said: give --format, or -o with a file that ends in .svg, .dot, .graphml, .json or .csv.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var mesh = await input.ReadAsync(parsed, stop).ConfigureAwait(false);
            var options = new PictureOptions
            {
                Metric = parsed.GetValue(metric) ?? GraphMetric.Bandwidth,
                Group = parsed.GetValue(group) ?? NaturalGroup.Of(mesh),
                Theme = parsed.GetValue(theme),
                Highlight = parsed.GetValue(source) is { } from && parsed.GetValue(destination) is { } to ? FindPath(mesh, from, to) : null,
            };
            var form = parsed.GetValue(format) ?? FormOf(parsed.GetValue(output))!.Value;
            Action<Stream> write = form == Form.Svg
                ? stream => Draw(mesh, parsed.GetValue(view), options, (parsed.GetValue(width), parsed.GetValue(height)), stream)
                : stream => Write(mesh, form, options, stream);
            if (parsed.GetValue(output) is { } file) WholeFile.Write(file, write);
            else using (var stream = new BufferedStream(Console.OpenStandardOutput(), 1 << 16)) write(stream);
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

    private static GraphPath FindPath(Mesh mesh, string source, string destination)
    {
        foreach (var name in new[] { source, destination })
        {
            if (mesh.IndexOf(name) < 0) throw new StartupException($"There is no node '{name}' in this graph of {mesh.Nodes.Length} nodes.");
        }

        if (source == destination) throw new StartupException("--source and --destination must be two different nodes.");
        return WidestPath.Find(GraphMetric.Bandwidth.Weigh(mesh), mesh.IndexOf(source), mesh.IndexOf(destination))
            ?? throw new StartupException($"No measured path leads from '{source}' to '{destination}'.");
    }

    private static void Draw(Mesh mesh, View? view, PictureOptions options, (int? Width, int? Height) size, Stream output)
    {
        var nodes = mesh.Nodes.Length;
        var side = Math.Clamp(260 + (nodes * 46), 520, 1200);
        var chosen = view ?? (nodes <= MostNodesByDefault ? View.Graph : View.Skeleton);
        var (width, height) = chosen == View.Matrix ? (Math.Max(side, 640), side) : (960, nodes > 40 ? 960 : 760);
        options = options with { Width = size.Width ?? width, Height = size.Height ?? height };
        using var text = new StreamWriter(output, Utf8, leaveOpen: true);
        if (chosen == View.Matrix) MatrixSvg.Write(mesh, options, text);
        else GraphSvg.Write(mesh, chosen == View.Skeleton ? options with { Links = Skeleton.Choose(mesh, options.Metric, WorstLinks) } : options, text);
    }

    private static void Write(Mesh mesh, Form form, PictureOptions options, Stream output)
    {
        using var text = new StreamWriter(output, Utf8, leaveOpen: true);
        switch (form)
        {
            case Form.Dot:
                DotWriter.Write(mesh, options.Metric, options.Group, text);
                break;
            case Form.Csv:
                CsvWriter.Write(mesh, options.Group, text);
                break;
            case Form.GraphML:
                GraphMLWriter.Write(mesh, output);
                text.Write('\n');
                break;
            default:
                using (var json = new Utf8JsonWriter(output)) JsonWriter.Write(mesh, options.Group, json);
                text.Write('\n');
                break;
        }
    }
}
