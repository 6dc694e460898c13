using System.Globalization;
using System.Net;
using NetGraph.Chart.Tests;
using NetGraph.Testing.Kubernetes;

[assembly: AssemblyFixture(typeof(SmallCluster))]

namespace NetGraph.Chart.Tests;

/// <summary>An API server without controllers, on which the chart is installed, and nodes and agents' pods that the tests write themselves: their addresses are loopback's, and somebody answers there.</summary>
public sealed class SmallCluster : IAsyncLifetime
{
    private readonly Lazy<Task<ControlPlane>> _plane = new(StartAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The control plane; skips the test where there can be none.</summary>
    internal async Task<ControlPlane> GetAsync()
    {
        Helm.Need("helm", "kubectl");
        if (ControlPlane.FindLack() is { } lack) Assert.Skip(lack);
        return await _plane.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_plane.IsValueCreated && _plane.Value.IsCompletedSuccessfully) await (await _plane.Value).DisposeAsync();
    }

    /// <summary>Installs the chart into a namespace of its own.</summary>
    internal static async Task InstallAsync(ControlPlane plane, string ns)
    {
        await plane.CreateNamespaceAsync(ns);
        var run = await Helm.RunAsync(["install", "netgraph", Helm.Chart, "--namespace", ns, "--set", "tls.source=none"], plane.Kubeconfig);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    /// <summary>Writes a node that is ready, and on it an agent's pod that is.</summary>
    internal static async Task AddAgentAsync(ControlPlane plane, string ns, string node, IPAddress address, int ordersPort, int echoPort = 9878, int metricsPort = 9876)
    {
        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
        const string Ready = """{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}""";
        await plane.CreateAsync("api/v1/nodes", $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{node}}}"}}""");
        await plane.PatchAsync($"api/v1/nodes/{node}/status", $$$"""{"status":{"conditions":[{{{Ready}}}]}}""");
        await plane.CreateAsync($"api/v1/namespaces/{ns}/pods", $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"agent-{{{node}}}","labels":{"app.kubernetes.io/name":"netgraph","app.kubernetes.io/component":"agent"}},
             "spec":{"nodeName":"{{{node}}}","containers":[{"name":"agent","image":"none","ports":[
             {"name":"orders","containerPort":{{{Text(ordersPort)}}}},{"name":"metrics","containerPort":{{{Text(metricsPort)}}}},{"name":"echo","containerPort":{{{Text(echoPort)}}},"protocol":"UDP"}]}]}}
            """);
        await plane.PatchAsync($"api/v1/namespaces/{ns}/pods/agent-{node}/status", $$$"""{"status":{"phase":"Running","podIP":"{{{address}}}","podIPs":[{"ip":"{{{address}}}"}],"conditions":[{{{Ready}}}]}}""");
    }

    /// <summary>The token that the chart made for orders.</summary>
    internal static async Task<string> OrderTokenAsync(ControlPlane plane, string ns) =>
        System.Text.Encoding.ASCII.GetString(Convert.FromBase64String((await plane.SendAsync(HttpMethod.Get, $"api/v1/namespaces/{ns}/secrets/netgraph-token"))["data"]!["token"]!.ToString())).Trim();

    private static async Task<ControlPlane> StartAsync()
    {
        var plane = await ControlPlane.StartAsync();
        try
        {
            await SharedControlPlane.AddSchedulesAsync(plane);
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }
}
