using System.Text.Json;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

public sealed class AnalyzeCommandTests : IDisposable
{
    private readonly MeshFiles _files = new();

    [Fact]
    public async Task The_first_line_is_the_verdict_and_the_tables_are_the_evidence()
    {
        var run = await _files.NetGraphAsync("analyze", _files.Write("racks.csv", MeshFiles.Racks()));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lines = run.Output.Split('\n');
        Assert.Matches(@"^1 suspect: h7 sends 9\.[0-9]+ Mbit/s, expected [0-9.]+ Mbit/s \(node_egress, [0-9]+ pairs, confidence [01]\.[0-9]{2}\)$", lines[0]);
        Assert.StartsWith("8 nodes in 2 groups, 56 of 56 directed links measured; as of 2", lines[1], StringComparison.Ordinal);
        Assert.Equal(["Suspects", "Worst links", "Bottlenecks: between so many pairs no way is wider", "Clusters: nodes behind a common bottleneck"], Headings(lines));
        Assert.Contains(lines, line => line.StartsWith("  group rack-a, 4 nodes: inside 19", StringComparison.Ordinal));
        Assert.Contains("    h1, h2, h3, h4", lines);
        Assert.Contains("    h5, h6, h7, h8", lines);
        // What is prose wraps; a table must not.
        Assert.All(lines.Skip(2), line => Assert.True(line.Length <= 80, $"wider than a terminal: {line}"));
    }

    [Fact]
    public async Task A_healthy_mesh_is_said_to_be_so()
    {
        var run = await _files.NetGraphAsync("analyze", _files.Write("racks.csv", MeshFiles.Racks(sick: null)), "--fail-on-suspects");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("No suspects: 56 measured links between 8 nodes, and none points to a fault.\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Suspects", Headings(run.Output.Split('\n')));
    }

    [Fact]
    public async Task A_mesh_without_measurements_is_not_called_healthy()
    {
        var run = await _files.NetGraphAsync("analyze", _files.Write("none.csv", "source,destination,throughput_bps\na,b,\n"));

        Assert.Equal((0, "Nothing is known: no throughput was measured on any link."), (run.ExitCode, run.Output.Split('\n')[0]));
    }

    [Fact]
    public async Task A_split_a_one_way_link_and_a_detour_are_told()
    {
        var csv = new System.Text.StringBuilder("source,destination,throughput_bps,rtt_seconds\n");
        foreach (var a in "abcdef")
        {
            foreach (var b in "abcdef".Where(b => b != a))
            {
                var isCut = (a < 'e') != (b < 'e') || (a, b) == ('d', 'c');
                csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"{a},{b},{(isCut ? "0," : (a, b) == ('a', 'b') ? "1e9,0.004" : "1e9,0.001")}\n");
            }
        }

        var run = await _files.NetGraphAsync("analyze", _files.Write("split.csv", csv.ToString()));

        Assert.Contains("\nPartitions: no working link joins these parts\n  4 nodes: a, b, c, d\n  2 nodes: e, f\n", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\nOne way only: tests the other way round fail\n  SOURCE +DESTINATION\n  c +d\n", run.Output);
        Assert.Matches(@"\nDetours: [^\n]+\n[^\n]+\n  a +b +4\.00 ms  c +2\.00 ms\n", run.Output);
    }

    [Fact]
    public async Task Json_has_the_form_of_the_api()
    {
        var run = await _files.NetGraphAsync("analyze", _files.Write("racks.csv", MeshFiles.Racks()), "--output", "json", "--limit", "3");

        var answer = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(["measuredAt", "nodes", "links", "group", "suspects", "worstLinks", "bottlenecks", "clusters", "partitions", "oneWay", "detours"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("rack", answer.GetProperty("group").GetString());
        var suspect = answer.GetProperty("suspects").EnumerateArray().Single(item => item.GetProperty("confidence").GetDouble() >= 0.5);
        Assert.Equal(("node_egress", "h7"), (suspect.GetProperty("kind").GetString(), suspect.GetProperty("node").GetString()));
        Assert.InRange(suspect.GetProperty("observedBitsPerSecond").GetDouble(), 9.4e6, 9.7e6);
        Assert.Equal(3, answer.GetProperty("worstLinks").GetArrayLength());
        Assert.Equal(2, answer.GetProperty("clusters").GetArrayLength());
    }

    [Fact]
    public async Task What_changed_since_an_earlier_file_is_said()
    {
        var (now, before) = (_files.Write("now.csv", MeshFiles.Racks()), _files.Write("before.csv", MeshFiles.Racks(sick: null)));

        var text = await _files.NetGraphAsync("analyze", now, "--compare", before);
        var json = await _files.NetGraphAsync("analyze", now, "--compare", before, "--output", "json");

        Assert.Contains("\nChanges in throughput: 7 worse; 49 links unchanged\n", text.Output, StringComparison.Ordinal);
        var diff = JsonDocument.Parse(json.Output).RootElement.GetProperty("diff");
        Assert.Equal(7, diff.GetProperty("links").GetArrayLength());
        Assert.All(diff.GetProperty("links").EnumerateArray(), link => Assert.Equal(("h7", "worse"), (link.GetProperty("source").GetString(), link.GetProperty("change").GetString())));
    }

    [Fact]
    public async Task A_suspect_ends_with_exit_code_3_where_that_is_asked_for()
    {
        var file = _files.Write("racks.csv", MeshFiles.Racks());

        Assert.Equal(0, (await _files.NetGraphAsync("analyze", file)).ExitCode);
        Assert.Equal(3, (await _files.NetGraphAsync("analyze", file, "--fail-on-suspects")).ExitCode);
    }

    [Theory]
    [InlineData("a,b,0\nb,a,0\n", 3)]
    [InlineData("a,b,\nb,a,\n", 1)]
    [InlineData("", 1)]
    [InlineData("a,b,1e9\nb,a,1e9\n", 0)]
    public async Task A_pipeline_does_not_go_on_when_nothing_works_or_nothing_is_known(string links, int exitCode)
    {
        var run = await _files.NetGraphAsync("analyze", _files.Write("links.csv", "source,destination,throughput_bps\n" + links), "--fail-on-suspects");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == 1, run.Error.StartsWith("netgraph: Nothing was measured", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_declared_is_no_fault()
    {
        var declared = _files.Write("expect.json", """{"nodes":[{"name":"h7","egressBitsPerSecond":9.6e6}]}""");

        var run = await _files.NetGraphAsync("analyze", _files.Write("racks.csv", MeshFiles.Racks()), "--expect", declared, "--fail-on-suspects");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("No suspects: ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("racks.csv")]
    [InlineData("mesh")]
    [InlineData("mesh.graphml")]
    [InlineData("mesh.json")]
    public async Task Every_format_is_read_by_its_ending_or_by_how_it_begins(string name)
    {
        var csv = _files.Write("original.csv", MeshFiles.Racks());
        if (name == "mesh") File.WriteAllText(_files.Path(name), (await _files.NetGraphAsync("graph", csv, "--format", "json")).Output);
        else Assert.Equal(0, (await _files.NetGraphAsync("graph", csv, "-o", _files.Path(name))).ExitCode);

        var run = await _files.NetGraphAsync("analyze", _files.Path(name));

        Assert.StartsWith("1 suspect: h7 sends ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_read_where_a_dash_stands_for_the_file()
    {
        var run = await Command.RunAsync(Repository.NetGraph, ["analyze", "-"], input: MeshFiles.Racks());

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("1 suspect: h7 sends ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_is_read_now_and_earlier()
    {
        await using var prometheus = await FakePrometheus.StartAsync();
        foreach (var (source, destination, megabits) in new[] { ("a", "b", "940"), ("b", "a", "0.5") })
        {
            prometheus.Add("iperf_network_bandwidth_mbps", megabits, ("source_node", source), ("destination_node", destination), ("protocol", "tcp"));
            prometheus.Add("iperf_test_success", "1", ("source_node", source), ("destination_node", destination), ("protocol", "tcp"));
        }

        var run = await _files.NetGraphAsync("analyze", "--prometheus", prometheus.Address, "--compare", "24h");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\n2 nodes", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nChanges in throughput: none; 2 links unchanged\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(prometheus.Queries, query => query.Time is null);
        Assert.Contains(prometheus.Queries, query => query.Time is not null);
    }

    [Fact]
    public async Task Names_do_not_steer_the_terminal()
    {
        var run = await _files.NetGraphAsync("analyze", _files.Write("mesh.csv", "source,destination,throughput_bps\n\"a\u001b[31m\u202e\",b,1e6\n"));

        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain('\u202e', run.Output);
        Assert.Contains("a\ufffd[31m\ufffd", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "netgraph: Nothing is named to read: name a file, - for standard input, --prometheus URL, or --collector URL. Run 'netgraph analyze --help' to see what is allowed.\n")]
    [InlineData(2, "netgraph: 'x' and --prometheus are both named to read: name one of them. Run 'netgraph analyze --help' to see what is allowed.\n", "x", "--prometheus", "http://localhost:1")]
    [InlineData(2, "netgraph: 'xml' is not allowed for --output: choose one of text, json. Run 'netgraph analyze --help' to see what is allowed.\n", "x", "--output", "xml")]
    [InlineData(1, "netgraph: The file '/nowhere/x.csv' cannot be read: Could not find a part of the path '/nowhere/x.csv'.\n", "/nowhere/x.csv")]
    [InlineData(1, "netgraph: The file 'x.dot' is a picture or its description, which is written but not read: give the mesh as GraphML, JSON or CSV.\n", "x.dot")]
    [InlineData(1, "netgraph: 'somewhere' is not an address of Prometheus: give one such as http://localhost:9090 with --prometheus.\n", "--prometheus", "somewhere")]
    public async Task What_cannot_be_read_gets_a_sentence(int code, string sentence, params string[] arguments)
    {
        var run = await _files.NetGraphAsync(["analyze", .. arguments]);

        Assert.Equal((code, sentence, ""), (run.ExitCode, run.Error, run.Output));
    }

    [Fact]
    public async Task A_file_that_is_no_mesh_gets_a_sentence_with_the_line()
    {
        var bad = _files.Write("bad.csv", "source,destination,throughput_bps\na,b,fast\n");
        var good = _files.Write("good.csv", "source,destination,throughput_bps\na,b,1e9\n");

        var run = await _files.NetGraphAsync("analyze", bad);
        var ago = await _files.NetGraphAsync("analyze", good, "--compare", "24h");
        var expect = await _files.NetGraphAsync("analyze", good, "--expect", bad);

        Assert.Equal(
            (1, $"netgraph: The file '{bad}' cannot be read: line 2, throughput_bps: 'fast' is not allowed: it must be a number of bits per second, zero or more, such as 9.4e8, or empty when it was not measured.\n", ""),
            (run.ExitCode, run.Error, run.Output));
        Assert.Equal((1, "netgraph: '24h' for --compare is a time span, which needs --prometheus: name an earlier file to compare a file with.\n"), (ago.ExitCode, ago.Error));
        Assert.Equal(1, expect.ExitCode);
        Assert.StartsWith($"netgraph: The file '{bad}' for --expect cannot be used: ", expect.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private static IEnumerable<string> Headings(string[] lines) => lines.Where((line, i) => i > 1 && lines[i - 1].Length == 0 && line.Length > 0);
}
