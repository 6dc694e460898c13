using System.CommandLine;
using System.Text.Json;
using NetGraph.Graphs;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Encoding;
using NetGraph.Hosting;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary><c>netgraph analyze</c>: says what is at fault in a mesh that was measured.</summary>
internal static class AnalyzeCommand
{
    private const int WidthOfFile = 200;

    public static HelpExamples Examples { get; } = new("analyze", """
        Examples:
          netgraph analyze mesh.csv                                      # which node, link or rack is at fault?
          netgraph analyze today.graphml --compare yesterday.graphml     # and what changed?
          netgraph analyze --prometheus http://prometheus:9090 --compare 24h
          curl -s http://api:8080/graph.json | netgraph analyze - --output json

        Exit code: 0 when analysed, whatever was found; 1 when that failed; 2 when the command line
        is wrong; with --fail-on-suspects 3 when something is said to be at fault or a link failed.


        """);

    private enum Form
    {
        Text,
        Json,
    }

    public static Command Create()
    {
        var input = new MeshInput();
        var output = Options.OptionalChoice("--output", "Form of the answer: for people, or the same as /api/v1/analysis", "text", ("text", Form.Text), ("json", Form.Json));
        var group = Options.Group("Which nodes share an uplink, which may then be a suspect");
        var expect = ExpectationFile.Option();
        var compare = new Option<string?>("--compare") { Description = "Say what changed since: an earlier file, or with --prometheus how long ago, such as 24h", HelpName = "file|duration" };
        var limit = Options.Whole("--limit", 10, 1, 1000, "At most how many worst links, bottlenecks and changed links to list", "count");
        var fail = new Option<bool>("--fail-on-suspects") { Description = $"End with exit code {CommandRun.Found} when something is said to be at fault (confidence 0.5 or more) or a link failed, and 1 when nothing was measured" };
        var command = new Command("analyze", "Say what is at fault in a mesh that was measured: suspects, worst links, bottlenecks, clusters.") { output, group, expect, compare, limit, fail };
        input.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var options = new AnalysisOptions { Group = parsed.GetValue(group), Expectations = ExpectationFile.Read(parsed.GetValue(expect)), Limit = parsed.GetValue(limit) };
            var mesh = await input.ReadAsync(parsed, stop).ConfigureAwait(false);
            var earlier = parsed.GetValue(compare) is { } with ? await input.ReadEarlierAsync(parsed, with, mesh.MeasuredAt, stop).ConfigureAwait(false) : null;
            var analysis = MeshAnalysis.Of(mesh, options);
            var difference = earlier is null ? null : MeshComparison.Compare(earlier, mesh, GraphMetric.Bandwidth);
            var standardOutput = Console.OpenStandardOutput();
            await using (standardOutput.ConfigureAwait(false))
            {
                if (parsed.GetValue(output) == Form.Json) WriteJson(analysis, difference, standardOutput);
                else WriteText(analysis, difference, options.Limit, standardOutput);
            }

            return parsed.GetValue(fail) ? Judge(analysis) : 0;
        });
        return command;
    }

    private static int Judge(MeshAnalysis analysis)
    {
        // A pipeline that asks whether all is well must not go on because nothing is known, or because nothing works.
        if (analysis.Mesh.Links.All(link => link.State == LinkState.Unknown))
            throw new StartupException("Nothing was measured, so that nobody can say that nothing is at fault: measure first, or leave --fail-on-suspects out.");
        return analysis.Suspects.Any(suspect => suspect.IsSaid) || analysis.Mesh.Links.Any(link => link.State == LinkState.Down) ? CommandRun.Found : 0;
    }

    private static void WriteText(MeshAnalysis analysis, MeshDifference? difference, int limit, Stream output)
    {
        using var text = new StreamWriter(output, leaveOpen: true);
        AnalysisText.Write(analysis, difference, limit, Console.IsOutputRedirected ? WidthOfFile : Math.Max(40, Console.WindowWidth), text);
    }

    private static void WriteJson(MeshAnalysis analysis, MeshDifference? difference, Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            AnalysisJson.WriteMembers(analysis, json);
            if (difference is not null)
            {
                json.WritePropertyName("diff");
                AnalysisJson.WriteDifference(difference, GraphMetric.Bandwidth, json);
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
