using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("netgraph an", "analyze")]
    [InlineData("netgraph ", "agent collector api plan mesh up poll analyze graph completion version")]
    [InlineData("netgraph --v", "--version")]
    [InlineData("netgraph plan --output ", "json text")]
    [InlineData("netgraph plan --output j", "json")]
    [InlineData("netgraph plan --output=t", "--output=text")]
    [InlineData("netgraph collector --protocol tcp --bit", "--bitrate")]
    [InlineData("netgraph poll -perf-server-", "-perf-server-port")]
    [InlineData("netgraph poll -protocol ", "tcp udp")]
    [InlineData("netgraph completion ", "bash fish zsh")]
    [InlineData("netgraph plan --output json --out", "")]
    [InlineData("netgraph analyze mesh", "")]
    [InlineData("netgraph collector --nodes ", "")]
    [InlineData("netgraph graph -o ", "")]
    [InlineData("netgraph measure --", "")]
    [InlineData("netgraph graph 'a b.csv' --the", "--theme")]
    [InlineData("", "")]
    public void Says_how_a_line_may_go_on(string line, string words) =>
        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), Completion.Of(Verbs.Create(), line).Select(item => item.Word));

    [Fact]
    public async Task The_cursor_may_stand_inside_the_line()
    {
        var run = await Command.RunAsync(Repository.NetGraph, ["[suggest:11]", "netgraph an --output json"]);

        Assert.Equal((0, "analyze\tSay what is at fault in a mesh that was measured\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("netgraph", "netgraph comp", "completion")]
    [InlineData("netgraph", "netgraph plan --isolation ", "direction pair")]
    [InlineData("netgraph", "netgraph plan --isolation=d", "direction")]
    [InlineData("netgraph", "netgraph plan --isolation=", "direction pair")]
    [InlineData("netgraph", "netgraph collector --graphite-p", "--graphite-prefix")]
    [InlineData("./netgraph", "./netgraph version --output j", "json")]
    [InlineData("netgraph", "netgraph analyze mes", "mesh.csv")]
    public async Task Bash_completes(string typed, string line, string words)
    {
        // As Readline splits the line and calls what 'complete' named; where that finds nothing, -o default offers files.
        var script = $$"""
            source <(netgraph completion bash) || exit 1
            eval "$(complete -p {{typed.Split('/')[^1]}} | sed 's/.* -F \([^ ]*\) .*/function=\1/')"
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            IFS=$'\n' read -rd '' -a COMP_WORDS < <(sed 's/=/\n=\n/g; s/ /\n/g' <<<"$COMP_LINE")
            if [[ $COMP_LINE == *[\ ] ]]; then COMP_WORDS+=(''); fi
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            "$function"
            if ((${#COMPREPLY[@]} == 0)); then mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"); fi
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var folder = Directory.CreateTempSubdirectory("netgraph-completion-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mesh.csv"), "");
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "netgraph"), Repository.NetGraph);
            var run = await Command.RunAsync("bash", ["--norc", "--noprofile", "-c", $"cd '{folder.FullName}' || exit 1\n{script}"], OnPath());

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(words.Split(' '), run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Bash_finds_no_fault_in_its_script() => Assert.Equal((0, ""), await CheckAsync("bash", "-n"));

    [Fact]
    public async Task Shellcheck_finds_no_fault_in_the_script_for_bash()
    {
        if (!Command.Exists("shellcheck")) Assert.Skip("shellcheck is not installed");

        Assert.Equal((0, ""), await CheckAsync("bash", "shellcheck"));
    }

    [Fact]
    public async Task Zsh_finds_no_fault_in_its_script()
    {
        if (!Command.Exists("zsh")) Assert.Skip("zsh is not installed");

        Assert.Equal((0, ""), await CheckAsync("zsh", "-n"));
    }

    [Theory]
    [InlineData("netgraph comp", "completion")]
    [InlineData("netgraph plan --isolation ", "direction pair")]
    [InlineData("netgraph collector --graphite-p", "--graphite-prefix")]
    public async Task Fish_completes(string line, string words)
    {
        if (!Command.Exists("fish")) Assert.Skip("fish is not installed");

        var run = await Command.RunAsync("fish", ["--no-config", "-c", $"netgraph completion fish | source; complete --do-complete '{line}'"], OnPath());

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(words.Split(' '), run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(found => found.Split('\t')[0]));
    }

    private static Dictionary<string, string> OnPath() => new() { ["PATH"] = $"{Path.GetDirectoryName(Repository.NetGraph)}:{Environment.GetEnvironmentVariable("PATH")}" };

    private static async Task<(int, string)> CheckAsync(string shell, string check)
    {
        var script = await Command.RunAsync(Repository.NetGraph, ["completion", shell]);
        var run = check == "shellcheck" ? await Command.RunAsync(check, ["--shell", shell, "-"], input: script.Output) : await Command.RunAsync(shell, [check, "/dev/stdin"], input: script.Output);
        return (run.ExitCode, run.Output + run.Error);
    }
}
