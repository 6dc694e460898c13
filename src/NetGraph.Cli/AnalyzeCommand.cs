using System.CommandLine;
using System.Globalization;
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
    public static Command Create()
    {
        var input = new MeshInput();
        var output = Options.Output("For people, or for programs the same as /api/v1/analysis");
        var group = Options.Group("Which nodes share an uplink, which may then be a suspect");
        var expect = ExpectationFile.Option();
        var compare = new Option<string?>("--compare") { Description = "Say what changed since: an earlier file, or with --prometheus how long ago, such as 24h", HelpName = "file|duration" };
        var limit = Options.Whole("--limit", 10, 1, 1000, "At most how many worst links, bottlenecks and changed links to list", "count");
        var fail = new Option<bool>("--fail-on-suspects") { Description = $"End with exit code {CommandRun.Found} when something is said to be at fault (confidence 0.5 or more) or a link failed, and 1 when nothing was measured" };
        var command = new Verb("analyze", "Say what is at fault in a mesh that was measured: suspects, worst links, bottlenecks, clusters.")
        {
            Examples =
            [
                ("netgraph analyze mesh.csv", "which node, link or rack is at fault?"),
                ("netgraph analyze today.graphml --compare yesterday.graphml", "and what changed?"),
                ("netgraph analyze --prometheus http://prometheus:9090 --compare 24h", "the same from Prometheus"),
                ("curl -s http://api:8080/graph.json | netgraph analyze - --output json", "for a program"),
            ],
            ExitCodes = CommandRun.ExitCodes("analysed, whatever was found", found: "with --fail-on-suspects: something is said to be at fault, or a link failed"),
        };
        input.AddTo(command);
        command.AddGroup("Analysis", group, expect, compare, fail);
        command.AddGroup("Answer", limit, output);
        command.SetAction(async (parsed, stop) =>
        {
            var options = new AnalysisOptions { Group = parsed.GetValue(group), Expectations = ExpectationFile.Read(parsed.GetValue(expect)), Limit = parsed.GetValue(limit) };
            var mesh = await input.ReadAsync(parsed, stop).ConfigureAwait(false);
            var earlier = parsed.GetValue(compare) is { } with ? await input.ReadEarlierAsync(parsed, with, mesh.MeasuredAt, stop).ConfigureAwait(false) : null;
            var analysis = Activity.Run(string.Create(CultureInfo.InvariantCulture, $"Analysing {mesh.Nodes.Length:#,0} nodes"), () => MeshAnalysis.Of(mesh, options));
            var difference = earlier is null ? null : MeshComparison.Compare(earlier, mesh, GraphMetric.Bandwidth);
            var standardOutput = Console.OpenStandardOutput();
            await using (standardOutput.ConfigureAwait(false))
            {
                if (parsed.GetValue(output) == AnswerForm.Json) WriteJson(analysis, difference, standardOutput);
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
        AnalysisText.Write(analysis, difference, limit, Terminal.Output, text);
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
