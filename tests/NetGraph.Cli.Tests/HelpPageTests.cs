using System.CommandLine;
using System.Text.RegularExpressions;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

public sealed partial class HelpPageTests
{
    private static readonly RootCommand Root = Verbs.Create();

    public static TheoryData<string> AllVerbs => [.. Root.Subcommands.Select(verb => verb.Name)];

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public void Defaults_are_written_as_one_would_type_them(string verb)
    {
        var page = Page(verb, 200);

        Assert.DoesNotMatch(RawTime(), page);
        Assert.DoesNotContain("2147483647", page, StringComparison.Ordinal);
        Assert.DoesNotContain("[default", page, StringComparison.Ordinal);
        // A name of the code, such as Tcp or GraphML, is no word of the command line.
        foreach (Match words in Choices().Matches(page)) Assert.Equal(words.Value.ToLowerInvariant(), words.Value);
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public void Every_option_is_there_once_under_a_heading(string verb)
    {
        var command = Find(verb);
        var page = Page(verb, 80).Split("\nExamples:")[0];

        foreach (var option in command.Options)
            Assert.Single(page.Split('\n'), line => line.StartsWith("  -", StringComparison.Ordinal) && line.TrimStart().Split(' ').TakeWhile(word => word.StartsWith('-')).Any(word => word.TrimEnd(',') == option.Name));
        if (command.Options.Count > 8) Assert.True(((Verb)command).Groups.Count > 2, $"the {command.Options.Count} options of {verb} are one long list");
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public void Shows_examples_that_the_parser_takes_and_exit_codes(string verb)
    {
        var page = Page(verb, 100);

        Assert.Contains("\nExamples:\n", page, StringComparison.Ordinal);
        Assert.Contains("\nExit codes:\n  0  ", page, StringComparison.Ordinal);
        foreach (var (command, _) in ((Verb)Find(verb)).Examples.Where(example => example.Command.StartsWith("netgraph ", StringComparison.Ordinal)))
            Assert.Empty(Root.Parse(command["netgraph ".Length..].Split('|', '>')[0]).Errors.Select(error => $"{command}: {error.Message}"));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void Lines_are_no_wider_than_the_terminal(int width)
    {
        foreach (var verb in Root.Subcommands.Select(verb => verb.Name).Append(""))
        {
            foreach (var line in Page(verb, width).Split('\n').Where(line => line.Length > width))
                Assert.True(line.Trim().Split(' ').Length == 1 || line.TrimStart().StartsWith("--", StringComparison.Ordinal), $"{verb}: {line}");
        }

        Assert.DoesNotContain(Page("collector", 80).Split('\n'), line => line.Length > 80);
    }

    [Fact]
    public void Boldness_is_for_terminals_only()
    {
        using var text = new StringWriter();
        HelpPage.Write(Find("plan"), Root, 80, isBold: true, text);

        Assert.DoesNotContain('\u001b', Page("plan", 80));
        Assert.Equal(Page("plan", 80), text.ToString().Replace("\u001b[1m", "", StringComparison.Ordinal).Replace("\u001b[0m", "", StringComparison.Ordinal));
        Assert.Contains("\u001b[1mBudget:\u001b[0m", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_shows_these_pages()
    {
        Assert.Equal((0, Page("plan", HelpPage.UsualWidth), ""), await OutcomeAsync("plan", "--help"));
        Assert.Equal((0, Page("", HelpPage.UsualWidth), ""), await OutcomeAsync("-h"));
    }

    private static async Task<(int, string, string)> OutcomeAsync(params string[] arguments)
    {
        var run = await Testing.Command.RunAsync(Repository.NetGraph, arguments);
        return (run.ExitCode, run.Output, run.Error);
    }

    private static System.CommandLine.Command Find(string verb) => verb.Length == 0 ? Root : Root.Subcommands.Single(command => command.Name == verb);

    private static string Page(string verb, int width)
    {
        using var text = new StringWriter();
        HelpPage.Write(Find(verb), Root, width, isBold: false, text);
        return text.ToString();
    }

    [GeneratedRegex(@"\d\d:\d\d:\d\d")]
    private static partial Regex RawTime();

    [GeneratedRegex(@"default: [A-Za-z-]+\)")]
    private static partial Regex Choices();
}
