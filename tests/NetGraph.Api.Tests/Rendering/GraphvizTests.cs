using NetGraph.Api.Rendering;
using NetGraph.Graphs;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Api.Tests.Rendering;

public sealed class GraphvizTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netgraph-graphviz-");

    public static TheoryData<string> Layouts => [.. Graphviz.Layouts];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Places_nodes_of_any_name_and_the_picture_is_ours(string layout)
    {
        Assert.SkipUnless(Command.Exists("dot"), "Graphviz is not installed.");
        string[] names = ["a", "\"; node [URL=\"javascript:x\"", "<b>", "\\N", "c\n\0d", "😀"];
        var links = names.SelectMany((_, i) => new[] { new LinkMeasurement(i, (i + 1) % names.Length) { ThroughputBitsPerSecond = 1e9, State = LinkState.Up } });
        await using var api = await TestApi.StartAsync(new FakeSource(new Mesh([.. names.Select((name, i) => new MeshNode(name) { Zone = names[i % 2] })], [.. links], default)));

        var picture = await api.GetAsync("graph.svg?layout=" + layout);

        Assert.DoesNotContain("graphviz", picture, StringComparison.OrdinalIgnoreCase);
        var circles = TestApi.ParseXml(picture).Descendants().Where(element => element.Name.LocalName == "circle").ToList();
        Assert.Equal(names.Length, circles.Select(circle => ((string)circle.Attribute("cx")!, (string)circle.Attribute("cy")!)).Distinct().Count());
        Assert.Equal(picture, await api.GetAsync("graph.svg?layout=" + layout));
    }

    [Fact]
    public async Task A_missing_program_is_501_with_the_way_out()
    {
        var failure = await Assert.ThrowsAsync<GraphvizException>(() => new Graphviz(Path.Combine(_folder.FullName, "none")).PlaceAsync(View(), "dot"));

        Assert.Equal(501, Answers.ProblemOf(failure)!.Value.Status);
        Assert.Contains("layout=groups", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_program_is_ended_with_its_children_and_is_504()
    {
        var program = Script($"sleep 60 & echo $! > {_folder.FullName}/child; wait");
        var failure = await Assert.ThrowsAsync<GraphvizException>(() => new Graphviz(program, TimeSpan.FromSeconds(0.7)).PlaceAsync(View(), "dot"));

        Assert.Equal(504, Answers.ProblemOf(failure)!.Value.Status);
        Assert.Contains("within 0.7 s", failure.Message, StringComparison.Ordinal);
        var child = (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "child"))).Trim();
        await Wait.UntilAsync(() => !IsAlive(child), "the child ends");
    }

    [Theory]
    [InlineData("cat > /dev/null; echo 'Error: no' >&2; exit 3", "ended with 3: Error: no")]
    [InlineData("exit 1", "ended with 1")]
    [InlineData("cat > /dev/null; echo 'node n0 1 2'", "no place to some nodes")]
    [InlineData("cat > /dev/null; echo 'node n0 1 nan'; echo 'node n7 1 1'; echo 'node n1 1 1'", "no place to some nodes")]
    public async Task A_program_that_fails_is_502(string script, string expected)
    {
        var failure = await Assert.ThrowsAsync<GraphvizException>(() => new Graphviz(Script(script)).PlaceAsync(View(), "dot"));

        Assert.Equal(502, Answers.ProblemOf(failure)!.Value.Status);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static MeshView View() =>
        MeshView.Of(FakeSource.Mesh("a b", "a>b:1e9"), GraphView.Graph, GraphMetric.Bandwidth, GroupKey.None);

    private static bool IsAlive(string process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    private string Script(string body)
    {
        var path = Path.Combine(_folder.FullName, "program");
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
