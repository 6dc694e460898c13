using System.Text.Json;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

/// <summary>What a real terminal is sent, and what a program reads.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string LongName = "h7.eu-central-1.compute.internal-worker-pool-with-a-long-name-abcdef-7";
    private readonly MeshFiles _files = new();

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public async Task Tables_and_sentences_fit_the_terminal(int width)
    {
        var output = await OnTerminalAsync(width, "TERM=xterm NO_COLOR=1", $"analyze '{Racks()}'");

        Assert.All(output.Split("\r\n"), line => Assert.True(line.Length <= width, line));
        Assert.Equal(width < 200, output.Contains('…', StringComparison.Ordinal));
        Assert.Equal(width >= 200, output.Contains($"node_egress  {LongName}  ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TERM=xterm NO_COLOR=", true)]
    [InlineData("TERM=xterm NO_COLOR=1", false)]
    [InlineData("TERM=dumb NO_COLOR=", false)]
    public async Task Colour_is_left_out_when_it_is_not_wanted(string environment, bool isColored)
    {
        Assert.Equal(isColored, (await OnTerminalAsync(80, environment, $"analyze '{Racks()}'")).Contains("\u001b[1;31m", StringComparison.Ordinal));
        Assert.Equal(isColored, (await OnTerminalAsync(80, environment, "plan --help")).Contains("\u001b[1m", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_nothing_is_a_terminal_nothing_but_the_result_is_written()
    {
        foreach (var arguments in (string[][])[["plan", "--nodes", "2000"], ["analyze", Racks()], ["version"]])
        {
            var run = await Testing.Command.RunAsync(Repository.NetGraph, [.. arguments, "--output", "json"], new Dictionary<string, string> { ["TERM"] = "xterm" });

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(run.Output).RootElement.ValueKind);
        }
    }

    [Fact]
    public void Every_verb_that_answers_at_once_answers_programs_too()
    {
        // The others run until they are told to end; a picture has --format, a script for a shell is for a program already.
        string[] others = ["agent", "collector", "api", "up", "poll", "graph", "completion"];

        foreach (var verb in Verbs.Create().Subcommands.ExceptBy(others, verb => verb.Name))
            Assert.Contains("json", verb.Options.Single(option => option.Name == "--output").GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(item => item.Label));
    }

    public void Dispose() => _files.Dispose();

    private string Racks() => _files.Write("racks.csv", MeshFiles.Racks().Replace("h7", LongName, StringComparison.Ordinal));

    /// <summary>Runs the program on a terminal that util-linux makes.</summary>
    private static async Task<string> OnTerminalAsync(int width, string environment, string arguments)
    {
        var run = await Testing.Command.RunAsync("script", ["--quiet", "--return", "--command", $"stty cols {width} rows 40; {environment} '{Repository.NetGraph}' {arguments}", "/dev/null"]);
        Assert.Equal(0, run.ExitCode);
        return run.Output;
    }
}
