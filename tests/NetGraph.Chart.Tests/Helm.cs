using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>Runs Helm on the chart.</summary>
internal static class Helm
{
    /// <summary>The chart's folder.</summary>
    public static string Chart { get; } = Path.Combine(Repository.Root, "charts/netgraph");

    /// <summary>APIs of others that a cluster may have.</summary>
    public static IReadOnlyList<string> OptionalApis { get; } =
    [
        "cert-manager.io/v1", "monitoring.coreos.com/v1/PodMonitor", "monitoring.coreos.com/v1/ServiceMonitor", "monitoring.coreos.com/v1/PrometheusRule",
        "gateway.networking.k8s.io/v1/HTTPRoute",
    ];

    /// <summary>Names of the values files of the chart's main variants.</summary>
    public static TheoryData<string> Variants => [.. Directory.GetFiles(Path.Combine(Chart, "ci"), "*-values.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Skips the test where a program is missing.</summary>
    public static void Need(params string[] programs)
    {
        foreach (var program in programs)
        {
            if (!Command.Exists(program)) Assert.Skip($"{program} is not on the path");
        }
    }

    /// <summary>Runs Helm. Its word that it follows the chart's symbolic link is left out.</summary>
    public static async Task<Command.Outcome> RunAsync(IEnumerable<string> arguments, string? kubeconfig = null)
    {
        Need("helm");
        var home = Directory.CreateTempSubdirectory("netgraph-helm-");
        try
        {
            var outcome = await Command.RunAsync("helm", arguments, new Dictionary<string, string>
            {
                ["HELM_CACHE_HOME"] = home.FullName,
                ["HELM_CONFIG_HOME"] = home.FullName,
                ["HELM_DATA_HOME"] = home.FullName,
                ["KUBECONFIG"] = kubeconfig ?? Path.Combine(home.FullName, "none"),
            }, patience: TimeSpan.FromMinutes(2));
            return outcome with { Error = string.Concat(outcome.Error.Split('\n').Where(line => !line.Contains("found symbolic link", StringComparison.Ordinal)).Select(line => line + "\n")).Trim() };
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    /// <summary>Renders the chart with the APIs of others, and fails when that fails.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RenderAsync(params string[] arguments)
    {
        var run = await TemplateAsync(OptionalApis, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("", run.Error);
        return Yaml.ReadAll(run.Output);
    }

    /// <summary>Renders the chart as release <c>netgraph</c> in namespace <c>mesh</c>.</summary>
    public static Task<Command.Outcome> TemplateAsync(IEnumerable<string> apis, params string[] arguments) =>
        RunAsync(["template", "netgraph", Chart, "--namespace", "mesh", .. apis.SelectMany(api => new[] { "--api-versions", api }), .. arguments]);

    /// <summary>The arguments that choose a variant.</summary>
    public static string[] Variant(string file) => ["--values", Path.Combine(Chart, "ci", file)];

    /// <summary>The one object of a kind and name.</summary>
    public static JsonObject Find(this IReadOnlyList<JsonObject> objects, string kind, string name) =>
        Assert.Single(objects, candidate => candidate.Text("kind") == kind && candidate.Text("metadata.name") == name);

    /// <summary>All objects of a kind.</summary>
    public static IReadOnlyList<JsonObject> OfKind(this IReadOnlyList<JsonObject> objects, string kind) => [.. objects.Where(candidate => candidate.Text("kind") == kind)];

    /// <summary>Those with a pod template, and pods.</summary>
    public static IEnumerable<(string Name, JsonNode Pod, JsonNode Labels)> Pods(this IReadOnlyList<JsonObject> objects) =>
        from candidate in objects
        let template = candidate.Text("kind") == "Pod" ? candidate : candidate.At("spec.template")
        where template is not null
        select ($"{candidate.Text("kind")} {candidate.Text("metadata.name")}", template.At("spec"), template.At("metadata.labels"));
}
