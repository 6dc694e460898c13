namespace NetGraph.Chart.Tests;

/// <summary>What Helm says after an install.</summary>
public sealed class NotesTests
{
    [Theory]
    [InlineData("agent.network=host", "daemonset/netgraph-agent-host", "service/netgraph-api 8080:8080", "helm -n mesh test netgraph --timeout 660s")]
    [InlineData("agent.network=pod,api.service.port=80", "daemonset/netgraph-agent-pod", "service/netgraph-api 8080:80", "helm -n mesh test netgraph")]
    [InlineData("api.enabled=false,tests.enabled=false", "daemonset/netgraph-agent-host", "service/netgraph-collector 9876:9876", "kubectl get testschedules")]
    public async Task They_tell_the_next_three_commands(string settings, params string[] commands)
    {
        var notes = await NotesAsync(settings);

        Assert.All(commands, command => Assert.Contains(command, notes, StringComparison.Ordinal));
        Assert.Equal(["  1. ", "  2. ", "  3. "], notes.Split('\n').Where(line => line.Length > 5 && line.StartsWith("  ", StringComparison.Ordinal) && char.IsAsciiDigit(line[2])).Select(line => line[..5]));
    }

    [Fact]
    public async Task They_say_what_no_policy_binds_and_that_there_is_no_history_yet()
    {
        Assert.Contains("9877/tcp, 9878/udp, 2112/udp", await NotesAsync("agent.network=host"), StringComparison.Ordinal);
        Assert.DoesNotContain("firewall", await NotesAsync("agent.network=pod"), StringComparison.Ordinal);
        Assert.Contains("There is no history yet", await NotesAsync("agent.network=pod"), StringComparison.Ordinal);
        Assert.DoesNotContain("There is no history yet", await NotesAsync("prometheus.url=http://p"), StringComparison.Ordinal);
        Assert.Contains("the collector needs the rights that the chart's README lists", await NotesAsync("rbac.create=false"), StringComparison.Ordinal);
    }

    private static async Task<string> NotesAsync(string settings)
    {
        // Helm 3 shows notes only with a server at hand: here they are an object's text.
        using var chart = new ChartCopy();
        var notes = Path.Combine(chart.Folder, "templates/NOTES.txt");
        chart.Write("templates/_notes.tpl", $"{{{{- define \"notes\" -}}}}{File.ReadAllText(notes)}{{{{- end -}}}}");
        chart.Write("templates/notes.yaml", "kind: Notes\ntext: {{ include \"notes\" . | quote }}\n");
        File.Delete(notes);
        var run = await Helm.RunAsync(["template", "netgraph", chart.Folder, "--namespace", "mesh", "--set", settings]);
        Assert.True(run.ExitCode == 0, run.Error);
        return Assert.Single(Yaml.ReadAll(run.Output).OfKind("Notes")).Text("text");
    }
}
