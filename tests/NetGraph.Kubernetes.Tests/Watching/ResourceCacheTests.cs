using NetGraph.Kubernetes.Configuration;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

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

    [Fact]
    public async Task The_server_may_be_killed_and_come_back()
    {
        if (ControlPlane.FindLack() is { } lack) Assert.Skip(lack);
        await using var plane = await ControlPlane.StartAsync();
        using var client = new KubernetesClient(KubernetesConfiguration.FromKubeconfig(plane.Kubeconfig));
        using var end = new CancellationTokenSource();
        await plane.CreateAsync("api/v1/nodes", Objects.Node("before"));
        var cache = new ResourceCache<Node>(client, ResourceKinds.Nodes, ResourceQuery.All);
        var running = cache.RunAsync(end.Token);
        await Wait.UntilAsync(() => cache.AwaySince is null, "the watch stands");
        var version = cache.Find(null, "before")!.Metadata.ResourceVersion!;
        // Another kind's change: the version of the nodes' list is older than the server's when it comes back.
        await plane.CreateNamespaceAsync("other");

        await plane.StopServerAsync();
        await Wait.UntilAsync(() => cache.Fault is not null, "the cache knows that the server is away");
        Assert.Contains("cannot be reached", cache.Fault!.Message, StringComparison.Ordinal);
        Assert.NotNull(cache.AwaySince);
        Assert.NotNull(cache.Find(null, "before"));

        await plane.StartServerAsync();
        await plane.CreateAsync("api/v1/nodes", Objects.Node("after"));
        await Wait.UntilAsync(() => cache.Find(null, "after") is not null && cache.AwaySince is null, "the cache is up to date again");
        // What the server knew before it was killed is gone, which the real one says in its own way.
        await using var old = client.WatchAsync(ResourceKinds.Nodes, ResourceQuery.All, version, cancellation: end.Token).GetAsyncEnumerator(end.Token);
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => old.MoveNextAsync().AsTask())).IsGone);
        await end.CancelAsync();
        await running;
    }
}
