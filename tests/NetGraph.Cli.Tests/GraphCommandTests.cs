using System.Xml.Linq;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

public sealed class GraphCommandTests : IDisposable
{
    private readonly MeshFiles _files = new();

    [Fact]
    public async Task Draws_a_picture_into_a_file_that_its_ending_gives_the_format()
    {
        var run = await _files.NetGraphAsync("graph", Racks(), "-o", _files.Path("racks.svg"), "--theme", "dark", "--width", "500", "--height", "400");

        Assert.Equal((0, "", ""), (run.ExitCode, run.Error, run.Output));
        var root = XDocument.Load(_files.Path("racks.svg")).Root!;
        Assert.Equal(("svg", "500", "400"), (root.Name.LocalName, (string?)root.Attribute("width"), (string?)root.Attribute("height")));
        Assert.Equal(["racks.csv", "racks.svg"], Directory.GetFiles(Path.GetDirectoryName(_files.Path("x"))!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Views_and_metrics_make_different_pictures()
    {
        var (file, healthy) = (Racks(), _files.Write("healthy.csv", MeshFiles.Racks(sick: null)));
        var pictures = new HashSet<string>();

        foreach (var more in (string[][])[[], ["--view", "skeleton"], ["--view", "groups"], ["--view", "matrix"], ["--metric", "rtt"], ["--group", "none"], ["--source", "h7", "--destination", "h1"], ["--compare", healthy]])
            Assert.True(pictures.Add((await _files.NetGraphAsync(["graph", file, "--format", "svg", .. more])).Output), string.Join(' ', more));

        Assert.All(pictures, picture => Assert.Equal("svg", XDocument.Parse(picture).Root!.Name.LocalName));
    }

    [Fact]
    public async Task Converts_through_every_format_and_back_without_losing_a_byte()
    {
        var csv = (await _files.NetGraphAsync("graph", Racks(), "--format", "csv")).Output;
        var last = _files.Write("0.csv", csv);
        foreach (var name in (string[])["1.json", "2.graphml", "3.csv"])
        {
            Assert.Equal(0, (await _files.NetGraphAsync("graph", last, "-o", _files.Path(name))).ExitCode);
            last = _files.Path(name);
        }

        Assert.Equal(57, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(csv, await File.ReadAllTextAsync(last));
    }

    [Fact]
    public async Task A_picture_that_nobody_could_read_is_refused_and_says_what_to_use()
    {
        var csv = "source,destination,throughput_bps\n" + string.Concat(Enumerable.Range(1, 70).Select(i => $"n0,n{i},1e9\n"));

        var run = await _files.NetGraphAsync("graph", _files.Write("many.csv", csv), "-o", _files.Path("many.svg"), "--view", "graph");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("netgraph: A picture of 71 nodes in this view cannot be read: choose a --view with less in it (skeleton up to 500 nodes, groups), or --format graphml with a program for large graphs.\n", run.Error);
        Assert.False(File.Exists(_files.Path("many.svg")));
    }

    [Fact]
    public async Task A_view_that_is_asked_for_is_written_as_data_too()
    {
        var run = await _files.NetGraphAsync("graph", Racks(), "--format", "csv", "--view", "groups");

        Assert.Equal(["source", "rack-a", "rack-b"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task Writes_dot_to_standard_output()
    {
        var run = await _files.NetGraphAsync("graph", Racks(), "--format", "dot");

        Assert.StartsWith("digraph \"netgraph\" {\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(56, run.Output.Split(" -> ").Length - 1);
    }

    [Fact]
    public async Task A_file_is_replaced_whole_or_not_at_all()
    {
        var old = _files.Write("mesh.svg", "old");
        var wrong = _files.Write("wrong.csv", "source,destination\n");

        Assert.Equal(1, (await _files.NetGraphAsync("graph", wrong, "-o", old)).ExitCode);
        Assert.Equal("old", await File.ReadAllTextAsync(old));
        Assert.Equal(0, (await _files.NetGraphAsync("graph", Racks(), "-o", old)).ExitCode);
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(old), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "The format to write is not said: give --format, or -o with a file that ends in .svg, .dot, .graphml, .json or .csv. Run 'netgraph graph --help' to see what is allowed.")]
    [InlineData(2, "'png' is not allowed for --format: choose one of svg, dot, graphml, json, csv. Run 'netgraph graph --help' to see what is allowed.", "--format", "png")]
    [InlineData(2, "'9' is not allowed for --width: it must be a whole number from 200 to 8000. Run 'netgraph graph --help' to see what is allowed.", "--format", "svg", "--width", "9")]
    [InlineData(2, "--source and --destination go together: give both, or none. Run 'netgraph graph --help' to see what is allowed.", "--format", "svg", "--source", "h1")]
    [InlineData(1, "There is no node 'h9' in this graph of 8 nodes.", "--format", "svg", "--source", "h9", "--destination", "h1")]
    [InlineData(1, "--source and --destination must be two different nodes.", "--format", "svg", "--source", "h1", "--destination", "h1")]
    [InlineData(1, "The file '/nowhere/x.svg' cannot be written: Could not find a part of the path '/nowhere/x.svg'.", "-o", "/nowhere/x.svg")]
    public async Task What_cannot_be_done_gets_a_sentence(int code, string sentence, params string[] arguments)
    {
        var run = await _files.NetGraphAsync(["graph", Racks(), .. arguments]);

        Assert.Equal((code, $"netgraph: {sentence}\n", ""), (run.ExitCode, run.Error, run.Output));
    }

    [Fact]
    public async Task Opens_the_picture_with_the_program_that_is_named()
    {
        var browser = _files.Write("browser", $"#!/bin/sh\nprintf '%s' \"$1\" > '{_files.Path("opened")}'\n");
        File.SetUnixFileMode(browser, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var run = await Command.RunAsync(Repository.NetGraph, ["graph", Racks(), "-o", _files.Path("racks.svg"), "--open"], new Dictionary<string, string> { ["BROWSER"] = $"/nowhere/browser:{browser}" });

        Assert.Equal((0, "", $"The picture is in '{_files.Path("racks.svg")}'.\n"), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(_files.Path("racks.svg"), await File.ReadAllTextAsync(_files.Path("opened")));
    }

    [Fact]
    public async Task Without_a_display_the_picture_stays_and_a_sentence_says_where()
    {
        var run = await Command.RunAsync(
            Repository.NetGraph, ["graph", Racks(), "-o", _files.Path("racks.svg"), "--open"], new Dictionary<string, string> { ["BROWSER"] = "false", ["DISPLAY"] = "", ["WAYLAND_DISPLAY"] = "" });

        Assert.Equal((1, $"netgraph: The picture is in '{_files.Path("racks.svg")}', but there is no display here to show it on: copy it to a desktop, or name a program in the variable BROWSER.\n"), (run.ExitCode, run.Error));
        Assert.Equal("svg", XDocument.Load(_files.Path("racks.svg")).Root!.Name.LocalName);
    }

    public void Dispose() => _files.Dispose();

    private string Racks() => _files.Write("racks.csv", MeshFiles.Racks());
}
