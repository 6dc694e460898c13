using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>The values for NetGraph beside kube-prometheus-stack fit the chart and one another.</summary>
public sealed class SampleTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "samples/kube-prometheus-stack");

    [Fact]
    public async Task The_chart_takes_them_where_the_operator_is_and_says_what_is_missing_where_it_is_not()
    {
        var objects = await Helm.RenderAsync("--values", Path.Combine(Folder, "netgraph-values.yaml"));
        Assert.NotEmpty(objects.OfKind("PodMonitor"));
        Assert.Contains("--prometheus=http://monitoring-prometheus.monitoring:9090", objects.Find("Deployment", "netgraph-api").List("spec.template.spec.containers.0.args").Select(each => each!.ToString()));

        var without = await Helm.TemplateAsync([], "--values", Path.Combine(Folder, "netgraph-values.yaml"));
        Assert.Matches("is true, but this cluster has no (PodMonitor|ServiceMonitor|PrometheusRule) of monitoring.coreos.com/v1: install what brings it", without.Error);
    }

    [Fact]
    public async Task What_the_one_makes_is_what_the_other_looks_for()
    {
        var stack = Yaml.ReadFile(Path.Combine(Folder, "kube-prometheus-stack-values.yaml"));
        var objects = await Helm.RenderAsync("--values", Path.Combine(Folder, "netgraph-values.yaml"));

        Assert.Equal($"http://{stack.Text("fullnameOverride")}-prometheus.monitoring:9090", Yaml.ReadFile(Path.Combine(Folder, "netgraph-values.yaml")).Text("prometheus.url"));
        var (label, value, folder) = (stack.Text("grafana.sidecar.dashboards.label"), stack.Text("grafana.sidecar.dashboards.labelValue"), stack.Text("grafana.sidecar.dashboards.folderAnnotation"));
        Assert.All(objects.Where(each => each.Text("metadata.name").Contains("-dashboard-", StringComparison.Ordinal)), map =>
        {
            Assert.Equal(value, map["metadata"]!["labels"]![label]!.ToString());
            Assert.Equal("NetGraph", map["metadata"]!["annotations"]![folder]!.ToString());
        });
        Assert.All(new[] { "podMonitor", "serviceMonitor", "rule" }, kind => Assert.Equal("false", stack.Text($"prometheus.prometheusSpec.{kind}SelectorNilUsesHelmValues")));
    }
}
