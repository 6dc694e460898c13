using System.Reflection;
using System.Text.RegularExpressions;

namespace NetGraph.Measurements.Tests;

public sealed partial class MetricsTests
{
    private static readonly string[] BaseUnits = ["seconds", "bytes", "ratio", "second", "segments", "slots", "nodes", "links", "info", "quality", "failure", "suspects", "partitions", "pairs", "sources", "holes", "up", "exhausted", "leader", "accepted", "met"];

    // Named by iperf3-monitor against the rules, and kept so that its users' dashboards work.
    private static readonly string[] Inherited = ["iperf_network_bandwidth_mbps", "iperf_network_jitter_ms", "iperf_network_packets_total", "iperf_network_lost_packets_total", "iperf_test_success"];

    public static TheoryData<string> Names => [.. Metrics.All.Select(family => family.Name)];

    [Fact]
    public void Lists_every_metric_once()
    {
        var defined = typeof(Metrics).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(MetricFamily))
            .Select(property => (MetricFamily)property.GetValue(null)!)
            .ToList();
        Assert.Equal(defined.Select(family => family.Name).Order(), Metrics.All.Select(family => family.Name).Order());
        Assert.Equal(Metrics.All.Count, Metrics.All.Select(family => family.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_named_as_Prometheus_names_metrics(string name)
    {
        var family = Metrics.All.Single(family => family.Name == name);
        Assert.Matches(MetricName(), name);
        Assert.Matches("^(netgraph|iperf|process)_", name);
        if (Inherited.Contains(name)) return;
        Assert.Equal(family.Kind == MetricKind.Counter, name.EndsWith("_total", StringComparison.Ordinal));
        Assert.DoesNotMatch("_(ms|milliseconds|microseconds|percent|bits|mbit)(_|$)", name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ends_in_its_base_unit(string name)
    {
        var family = Metrics.All.Single(family => family.Name == name);
        if (family.Kind == MetricKind.Counter || name.StartsWith("iperf_", StringComparison.Ordinal)) return;
        Assert.Contains(name[(name.LastIndexOf('_') + 1)..], BaseUnits);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Says_in_a_sentence_what_it_is_and_has_labels_of_our_vocabulary(string name)
    {
        var family = Metrics.All.Single(family => family.Name == name);
        Assert.Matches("^[A-Z0-9].*[.]$", family.Help);
        Assert.DoesNotContain('\n', family.Help);
        Assert.Equal(family.Labels.Length, family.Labels.Distinct().Count());
        var vocabulary = typeof(Labels).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        Assert.All(family.Labels, label => Assert.Contains(label, vocabulary));
        Assert.DoesNotContain("le", family.Labels);
    }

    [Fact]
    public void Keeps_the_names_that_users_of_iperf3_monitor_know()
    {
        Assert.Equal(Inherited.Order(), Metrics.All.Select(family => family.Name).Where(name => name.StartsWith("iperf_", StringComparison.Ordinal)).Order());
        Assert.All(Metrics.All.Where(family => Inherited.Contains(family.Name)), family =>
        {
            Assert.Equal(MetricKind.Gauge, family.Kind);
            Assert.Equal(["source_node", "destination_node", "protocol"], family.Labels);
        });
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex MetricName();
}
