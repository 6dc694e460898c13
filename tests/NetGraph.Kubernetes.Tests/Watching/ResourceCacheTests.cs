using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Testing;

namespace NetGraph.Kubernetes.Tests.Watching;

/// <summary>Against the real API server.</summary>
public sealed class ResourceCacheTests(SharedControlPlane shared)
{
    [Fact]
    public async Task Follows_what_is_made_changed_and_removed()
    {
        var (client, plane, ns) = await shared.GetClientAsync();
        using var end = new CancellationTokenSource();
        await plane.CreateAsync($"api/v1/namespaces/{ns}/pods", Objects.Pod("first", "n1", ("app", "agent")));
        var cache = new ResourceCache<Pod>(client, ResourceKinds.Pods, new ResourceQuery { Namespace = ns, LabelSelector = "app=agent" });
        var changes = new List<ResourceChange<Pod>>();
        cache.Changed += changes.Add;
        var running = cache.RunAsync(end.Token);
        await cache.WaitForSyncAsync(CancellationToken.None);
        Assert.Equal("n1", cache.Find(ns, "first")!.Spec.NodeName);

        await plane.CreateAsync($"api/v1/namespaces/{ns}/pods", Objects.Pod("second", "n2", ("app", "agent")));
        await plane.CreateAsync($"api/v1/namespaces/{ns}/pods", Objects.Pod("other", "n2", ("app", "other")));
        await plane.PatchAsync($"api/v1/namespaces/{ns}/pods/second/status", """{"status":{"phase":"Running","podIP":"127.0.1.2","podIPs":[{"ip":"127.0.1.2"}],"conditions":[{"type":"Ready","status":"True"}]}}""");
        await Wait.UntilAsync(() => cache.Find(ns, "second")?.Ready is { IsTrue: true }, "the pod is ready");
        var pod = cache.Find(ns, "second")!;
        Assert.Equal("127.0.1.2", pod.Status.PodIPs.Single().Address);
        Assert.Equal(5201, pod.Spec.Containers.Single().Ports.Single(port => port.Name == "orders").Number);
        Assert.Null(cache.AwaySince);

        await plane.SendAsync(HttpMethod.Delete, $"api/v1/namespaces/{ns}/pods/first?gracePeriodSeconds=0");
        await Wait.UntilAsync(() => cache.Find(ns, "first") is null, "the pod is gone");
        Assert.Equal(1, cache.Count);
        await end.CancelAsync();
        await running;
        Assert.Equal(("first", true, false), (changes[0].Key.Name, changes[0].Before is null, changes[0].After is null));
        Assert.Equal(("first", true), (changes[^1].Key.Name, changes[^1].After is null));
        Assert.DoesNotContain(changes, change => change.Key.Name == "other");
    }
}
