using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>Dashboards and rules have one home, <c>dashboards/</c>; the chart holds them as they are.</summary>
public sealed class DashboardTests
{
    private static readonly string Home = Path.Combine(Repository.Root, "dashboards");

    [Fact]
    public async Task Every_dashboard_is_in_a_ConfigMap_as_it_is()
    {
        var maps = (await Helm.RenderAsync()).Where(each => each.Text("kind") == "ConfigMap" && each["metadata"]!["labels"]!["app.kubernetes.io/component"]!.ToString() == "dashboard").ToList();

        var files = Directory.GetFiles(Home, "*.json");
        Assert.NotEmpty(files);
        Assert.Equal(files.Length, maps.Count);
        foreach (var file in files)
        {
            var map = Assert.Single(maps, each => each["data"]!.AsObject().ContainsKey(Path.GetFileName(file)));
            Assert.Equal((await File.ReadAllTextAsync(file)).Trim(), map["data"]![Path.GetFileName(file)]!.ToString().Trim());
            Assert.Equal("1", map["metadata"]!["labels"]!["grafana_dashboard"]!.ToString());
        }
    }

    [Fact]
    public async Task Every_rule_file_is_a_PrometheusRule_with_the_same_groups()
    {
        var rules = (await Helm.RenderAsync()).OfKind("PrometheusRule");

        string[] files = [.. new[] { "rules", "alerts" }.Select(folder => Path.Combine(Home, folder)).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.yaml"))];
        Assert.Equal(files.Length, rules.Count);
        foreach (var file in files)
        {
            var groups = Yaml.ReadFile(file)["groups"];
            Assert.Single(rules, rule => JsonNode.DeepEquals(rule["spec"]!["groups"], groups));
        }
    }

    [Fact]
    public async Task Templates_of_alerts_are_left_to_Prometheus_and_alerts_can_be_labelled_and_left_out()
    {
        using var chart = new ChartCopy();
        chart.Write("files/dashboards/alerts/made-up.yaml", """
            groups:
              - name: made-up
                rules:
                  - alert: Slow
                    expr: netgraph_up{node=~"a|b"} < 1e9
                    for: 5m
                    labels: { severity: warning }
                    annotations:
                      summary: '{{ $labels.node }} sends {{ $value | humanize }}bit/s, {{ "less" }}'
                  - alert: Quiet
                    expr: absent(up)
              - name: emptied
                rules:
                  - alert: Quiet
                    expr: vector(1)
            """);

        var run = await Helm.RunAsync(["template", "netgraph", chart.Folder, "--api-versions", "monitoring.coreos.com/v1/PrometheusRule", "--set", "prometheusRule.alertLabels.team=net,prometheusRule.alertLabels.severity=page,prometheusRule.disabledAlerts={Quiet}"]);

        Assert.True(run.ExitCode == 0, run.Error);
        var rule = Yaml.ReadAll(run.Output).Find("PrometheusRule", "netgraph-alerts-made-up");
        var group = Assert.Single(rule.List("spec.groups"));
        var alert = Assert.Single(group.List("rules"));
        Assert.Equal("""{{ $labels.node }} sends {{ $value | humanize }}bit/s, {{ "less" }}""", alert.Text("annotations.summary"));
        Assert.Equal("""netgraph_up{node=~"a|b"} < 1e9""", alert.Text("expr"));
        Assert.Equal(("net", "page", "5m"), (alert.Text("labels.team"), alert.Text("labels.severity"), alert.Text("for")));
    }

    [Fact]
    public async Task A_package_holds_the_content_of_the_symbolic_link()
    {
        var folder = Directory.CreateTempSubdirectory("netgraph-package-");
        try
        {
            var run = await Helm.RunAsync(["package", Helm.Chart, "--destination", folder.FullName]);
            Assert.True(run.ExitCode == 0, run.Error);
            var list = await Command.RunAsync("tar", ["-tvzf", Assert.Single(Directory.GetFiles(folder.FullName))]);
            Assert.All(Directory.GetFiles(Home, "*.json"), file => Assert.Contains(list.Output.Split('\n'), line => line.StartsWith("-r", StringComparison.Ordinal) && line.EndsWith("netgraph/files/dashboards/" + Path.GetFileName(file), StringComparison.Ordinal)));
            Assert.DoesNotContain("netgraph/ci/", list.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("dashboards/tests/", list.Output, StringComparison.Ordinal);
            var objects = await Helm.RunAsync(["template", "netgraph", Directory.GetFiles(folder.FullName)[0]]);
            Assert.Equal(Directory.GetFiles(Home, "*.json").Length, Yaml.ReadAll(objects.Output).Count(each => each.Text("metadata.name").Contains("-dashboard-", StringComparison.Ordinal)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
