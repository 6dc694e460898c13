using System.Text.RegularExpressions;
using NetGraph.Testing;

namespace NetGraph.Dashboards.Tests;

/// <summary>Rules and alerts, as promtool judges them, and what people need beside them.</summary>
public sealed partial class RuleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static TheoryData<string> TestFiles => [.. RuleFile.Tests.Select(path => Path.GetFileName(path))];

    [Fact]
    public async Task Promtool_accepts_all_rules()
    {
        Assert.SkipUnless(Command.Exists("promtool"), "promtool, which checks the rules, is not installed: it comes with Prometheus.");

        var check = await Command.RunAsync("promtool", ["check", "rules", .. RuleFile.Paths]);

        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        Assert.Equal(RuleFile.Paths.Count, check.Output.Split("SUCCESS").Length - 1);
    }

    [Theory]
    [MemberData(nameof(TestFiles))]
    public async Task Promtool_finds_each_alert_as_its_cases_say(string file)
    {
        Assert.SkipUnless(Command.Exists("promtool"), "promtool, which tests the rules, is not installed: it comes with Prometheus.");

        var test = await Command.RunAsync("promtool", ["test", "rules", Path.Combine(Dashboard.Folder, "tests", file)], patience: Patience);

        Assert.True(test.ExitCode == 0, string.Join('\n', (test.Output + test.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not()
    {
        Assert.All(RuleFile.Alerts, alert =>
        {
            Assert.Contains(RuleFile.CaseNames, name => name.StartsWith(alert.Name + " fires ", StringComparison.Ordinal));
            Assert.Contains(RuleFile.CaseNames, name => name.StartsWith(alert.Name + " ", StringComparison.Ordinal) && name.Contains("does not fire ", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Each_alert_says_how_severe_it_is_and_where_the_runbook_speaks_of_it()
    {
        var anchors = Heading().Matches(File.ReadAllText(Path.Combine(Dashboard.Folder, "runbook.md"))).Select(match => match.Groups[1].Value.ToLowerInvariant()).ToList();

        Assert.All(RuleFile.Alerts, alert =>
        {
            Assert.Contains(alert.Labels["severity"], (string[])["critical", "warning", "info"]);
            Assert.True(alert.Annotations.ContainsKey("summary") && alert.Annotations.ContainsKey("description"), alert.Name);
            Assert.Equal($"dashboards/runbook.md#{alert.Name.ToLowerInvariant()}", alert.Annotations["runbook_url"]);
            Assert.Contains(alert.Name.ToLowerInvariant(), anchors);
        });
        // Nothing is written for an alert that is gone.
        Assert.Equal(RuleFile.Alerts.Select(alert => alert.Name.ToLowerInvariant()).Order(StringComparer.Ordinal), anchors.Order(StringComparer.Ordinal));
        Assert.All(Link().Matches(File.ReadAllText(Path.Combine(Dashboard.Folder, "runbook.md"))), link => Assert.Contains(link.Groups[1].Value, anchors));
    }

    [Fact]
    public void Names_are_given_once()
    {
        Assert.NotEmpty(RuleFile.Alerts);
        Assert.Equal(RuleFile.Rules.Count, RuleFile.Rules.DistinctBy(rule => rule.Name).Count());
    }

    [GeneratedRegex("^### (\\w+)", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("\\]\\(#([^)]+)\\)")]
    private static partial Regex Link();
}
