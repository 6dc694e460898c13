using System.Text.RegularExpressions;
using NetGraph.Measurements;

namespace NetGraph.Dashboards.Tests;

/// <summary>No dashboard, rule or alert asks for what nobody publishes.</summary>
public sealed partial class MetricNamesTests
{
    private static readonly HashSet<string> Known =
    [
        .. Metrics.All.SelectMany(family => family.Kind == MetricKind.Histogram ? ["_bucket", "_sum", "_count"] : new[] { "" }, (family, end) => family.Name + end),
        .. RuleFile.Rules.Where(rule => !rule.IsAlert).Select(rule => rule.Name),
    ];

    [Fact]
    public void Every_metric_of_a_query_is_in_the_catalogue_or_recorded()
    {
        var asked = Dashboard.All.SelectMany(dashboard => dashboard.Queries.Select(query => (Where: dashboard.File, Text: (string)query.Target["expr"]!)))
            .Concat(Dashboard.All.SelectMany(dashboard => dashboard.Variables.Where(variable => (string)variable["type"]! == "query").Select(variable => (dashboard.File, (string)variable["definition"]!))))
            .Concat(RuleFile.Rules.Select(rule => (rule.Name, rule.Expression)))
            .Concat(RuleFile.Rules.SelectMany(rule => rule.Annotations.Values.Select(text => (rule.Name, text))))
            .SelectMany(query => Name().Matches(query.Item2).Select(match => (query.Item1, Metric: match.Value)))
            .ToList();

        Assert.True(asked.Count > 100);
        Assert.DoesNotContain(asked, name => !Known.Contains(name.Metric));
    }

    [Fact]
    public void Every_metric_that_the_runbook_speaks_of_exists()
    {
        var named = Name().Matches(File.ReadAllText(Path.Combine(Dashboard.Folder, "runbook.md"))).Select(match => match.Value).ToHashSet();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Known));
    }

    [Fact]
    public void Every_recorded_series_is_used()
    {
        var uses = string.Join('\n', RuleFile.Rules.Select(rule => rule.Expression).Concat(Dashboard.All.Select(dashboard => dashboard.Json.ToJsonString())));

        Assert.DoesNotContain(RuleFile.Rules, rule => !rule.IsAlert && !uses.Contains(rule.Name, StringComparison.Ordinal));
    }

    // Words that begin as our metrics do, and as a process's; labels do not, apart from words in quotes.
    [GeneratedRegex(@"(?<![\w:""'/-])(netgraph_|iperf_(?!test_ports)|process_)[a-z0-9_:]+")]
    private static partial Regex Name();
}
