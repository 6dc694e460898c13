using NetGraph.Kubernetes.Configuration;
using NetGraph.Kubernetes.Tests;
using NetGraph.Testing.Kubernetes;

[assembly: AssemblyFixture(typeof(SharedControlPlane))]

namespace NetGraph.Kubernetes.Tests;

/// <summary>One control plane for all tests of this project, started by the first that needs it.</summary>
public sealed class SharedControlPlane : IAsyncLifetime
{
    private readonly Lazy<Task<ControlPlane>> _plane = new(ControlPlane.StartAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The control plane; skips the test where there can be none.</summary>
    public async Task<ControlPlane> GetAsync()
    {
        if (ControlPlane.FindLack() is { } lack) Assert.Skip(lack);
        return await _plane.Value;
    }

    /// <summary>A client of one who may do all, and a new namespace.</summary>
    public async Task<(KubernetesClient Client, ControlPlane Plane, string Namespace)> GetClientAsync()
    {
        var plane = await GetAsync();
        var ns = $"t-{Guid.NewGuid():N}";
        await plane.CreateNamespaceAsync(ns);
        return (new KubernetesClient(KubernetesConfiguration.FromKubeconfig(plane.Kubeconfig)), plane, ns);
    }

    public async ValueTask DisposeAsync()
    {
        if (_plane.IsValueCreated) await (await _plane.Value).DisposeAsync();
    }
}
