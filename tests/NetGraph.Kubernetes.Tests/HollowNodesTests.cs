using System.Globalization;
using NetGraph.Kubernetes.Configuration;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Kubernetes.Tests;

/// <summary>Nodes and pods as kubelets and controllers write them, not as tests do.</summary>
public sealed class HollowNodesTests
{
    [Fact]
    public async Task Nodes_and_a_daemon_sets_pods_are_read_as_kubelets_write_them()
    {
        const int Nodes = 3;
        if (ControlPlane.FindLackOfHollowNodes() is { } lack) Assert.Skip(lack);
        await using var plane = await ControlPlane.StartFullAsync();
        await plane.AddHollowNodesAsync(Nodes);
        using var client = new KubernetesClient(KubernetesConfiguration.FromKubeconfig(plane.Kubeconfig));
        using var end = new CancellationTokenSource();
        var nodes = new ResourceCache<Node>(client, ResourceKinds.Nodes, ResourceQuery.All);
        var pods = new ResourceCache<Pod>(client, ResourceKinds.Pods, new ResourceQuery { LabelSelector = "app=agent" });
        Task[] running = [nodes.RunAsync(end.Token), pods.RunAsync(end.Token)];
        await plane.CreateAsync("apis/apps/v1/namespaces/default/daemonsets", """
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent"},
             "spec":{"selector":{"matchLabels":{"app":"agent"}},"template":{"metadata":{"labels":{"app":"agent"}},
              "spec":{"containers":[{"name":"agent","image":"agent","ports":[{"name":"orders","containerPort":9877}]}]}}}}
            """);
        await Wait.UntilAsync(() => pods.Snapshot().Count(pod => pod.Ready is { IsTrue: true }) == Nodes, "the pods are ready");
        var names = Enumerable.Range(1, Nodes).Select(i => string.Create(CultureInfo.InvariantCulture, $"hollow-{i}")).ToList();
        Assert.Equal(names, nodes.Snapshot().Select(node => node.Metadata.Name).Order());
        Assert.All(nodes.Snapshot(), node =>
        {
            Assert.True(node.Ready!.IsTrue);
            Assert.InRange(node.Ready.LastTransitionTime!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddSeconds(2));
            Assert.StartsWith("z", node.Metadata.Labels["topology.kubernetes.io/zone"], StringComparison.Ordinal);
            Assert.StartsWith("10.200.", node.Status.Addresses.Single(address => address.Type == "InternalIP").Address, StringComparison.Ordinal);
        });
        Assert.Equal(names, pods.Snapshot().Select(pod => pod.Spec.NodeName).Order());
        Assert.All(pods.Snapshot(), pod =>
        {
            Assert.Equal("Running", pod.Status.Phase);
            Assert.Equal(pod.Status.PodIP, pod.Status.PodIPs[0].Address);
            Assert.Equal(("orders", 9877), (pod.Spec.Containers[0].Ports[0].Name, pod.Spec.Containers[0].Ports[0].Number));
        });

        await plane.PatchAsync("api/v1/nodes/hollow-1", """{"spec":{"unschedulable":true}}""");
        await Wait.UntilAsync(() => nodes.Find(null, "hollow-1")!.Spec.Unschedulable, "the node is cordoned");
        await end.CancelAsync();
        await Task.WhenAll(running);
    }
}
