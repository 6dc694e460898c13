using NetGraph.Chart.Tests;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

[assembly: AssemblyFixture(typeof(SharedControlPlane))]

namespace NetGraph.Chart.Tests;

/// <summary>One control plane with controllers for all tests of this project, started by the first that needs it, with the resources of others as stubs.</summary>
public sealed class SharedControlPlane : IAsyncLifetime
{
    private static readonly (string Group, string Version, string Kind, string Plural)[] Stubs =
    [
        ("monitoring.coreos.com", "v1", "PodMonitor", "podmonitors"),
        ("monitoring.coreos.com", "v1", "ServiceMonitor", "servicemonitors"),
        ("monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules"),
        ("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes"),
        ("cert-manager.io", "v1", "Issuer", "issuers"),
        ("cert-manager.io", "v1", "Certificate", "certificates"),
    ];

    private readonly Lazy<Task<ControlPlane>> _plane = new(StartAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The control plane; skips the test where there can be none.</summary>
    internal async Task<ControlPlane> GetAsync()
    {
        Helm.Need("helm", "kubectl");
        if (ControlPlane.FindLack(full: true) is { } lack) Assert.Skip(lack);
        return await _plane.Value;
    }

    public async ValueTask DisposeAsync()
    {
        // One that did not start has been cleaned up, and failed the tests that wanted it.
        if (_plane.IsValueCreated && _plane.Value.IsCompletedSuccessfully) await (await _plane.Value).DisposeAsync();
    }

    /// <summary>Runs kubectl as one who may do all.</summary>
    internal static Task<Command.Outcome> KubectlAsync(ControlPlane plane, IEnumerable<string> arguments, string? input = null, string? kubeconfig = null) =>
        Command.RunAsync("kubectl", ["--cache-dir", Path.Combine(plane.Folder, "kubectl"), .. arguments], new Dictionary<string, string> { ["KUBECONFIG"] = kubeconfig ?? plane.Kubeconfig }, input);

    /// <summary>Makes the chart's own resource.</summary>
    internal static async Task AddSchedulesAsync(ControlPlane plane)
    {
        var crd = await KubectlAsync(plane, ["apply", "-f", Path.Combine(Helm.Chart, "crds")]);
        Assert.True(crd.ExitCode == 0, crd.Error);
        await WaitForAsync(plane, "apis/netgraph.io/v1alpha1/testschedules");
    }

    /// <summary>Makes a resource that takes anything.</summary>
    internal static async Task AddStubAsync(ControlPlane plane, string group, string version, string kind, string plural)
    {
        await plane.CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", $$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"{{{plural}}}.{{{group}}}","annotations":{"api-approved.kubernetes.io":"unapproved, a stub"}},"spec":{"group":"{{{group}}}","scope":"Namespaced",
             "names": {"kind":"{{{kind}}}","plural":"{{{plural}}}" },"versions":[{"name":"{{{version}}}","served":true,"storage":true,
             "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } }]}}
            """);
        await WaitForAsync(plane, $"apis/{group}/{version}/{plural}");
    }

    private static Task WaitForAsync(ControlPlane plane, string path) => Wait.UntilAsync(async () =>
    {
        using var answer = await plane.Http.GetAsync(path);
        return answer.IsSuccessStatusCode;
    }, $"{path} is served", TimeSpan.FromSeconds(30));

    private static async Task<ControlPlane> StartAsync()
    {
        var plane = await ControlPlane.StartFullAsync();
        try
        {
            foreach (var (group, version, kind, plural) in Stubs) await AddStubAsync(plane, group, version, kind, plural);
            await plane.CreateNamespaceAsync("mesh");
            await AddSchedulesAsync(plane);
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>The names of all objects, as <c>kind namespace/name</c>, but for what changes by itself.</summary>
    internal static async Task<IReadOnlyList<string>> ListAllAsync(ControlPlane plane)
    {
        var names = new List<string>();
        var groups = (await plane.SendAsync(HttpMethod.Get, "apis"))["groups"]!.AsArray().Select(group => "apis/" + group!["preferredVersion"]!["groupVersion"]!).Prepend("api/v1");
        foreach (var path in groups)
        {
            foreach (var resource in (await plane.SendAsync(HttpMethod.Get, path))["resources"]!.AsArray())
            {
                var (kind, plural) = (resource!["kind"]!.ToString(), resource["name"]!.ToString());
                if (plural.Contains('/', StringComparison.Ordinal) || kind is "Event" or "ComponentStatus" || !resource["verbs"]!.AsArray().Any(verb => verb!.ToString() == "list")) continue;
                var list = await plane.SendAsync(HttpMethod.Get, $"{path}/{plural}");
                names.AddRange(list["items"]!.AsArray().Select(item => $"{kind} {item!["metadata"]!["namespace"]}/{item["metadata"]!["name"]}"));
            }
        }

        return [.. names.Distinct().Order(StringComparer.Ordinal)];
    }
}
