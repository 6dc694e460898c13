using System.Net;
using NetGraph.Collector.Discovery;
using NetGraph.Kubernetes.Resources;
using NetGraph.Measurements;

namespace NetGraph.Collector.Tests.Discovery;

public sealed class PodServersTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Servers_are_named_by_their_nodes_and_come_from_pods_that_are_ready_on_nodes_that_are_not_known()
    {
        MeshMember[] known = [new AgentNode(new MeshNode("me"), IPAddress.Loopback) { ManagementAddress = IPAddress.Loopback }, new TargetNode(new MeshNode("listed"), "10.0.0.9")];
        Pod[] pods =
        [
            PodOf("n2", "fd00::2"), PodOf("me", "10.0.0.1"), PodOf("listed", "10.0.0.2"), PodOf("n1", "10.0.0.3"), PodOf("n1", "10.0.0.4", created: Now.AddMinutes(1)),
            PodOf("n1", "10.0.0.5", created: Now.AddMinutes(2), isReady: false), PodOf("n3", null), PodOf(null, "10.0.0.6"),
        ];

        Assert.Equal([("n1", "10.0.0.4", 5299), ("n2", "fd00::2", 5299)], PodServers.Find(pods, known, 5299).Select(target => (target.Name, target.Host, target.ServerPort)));
    }

    private static Pod PodOf(string? node, string? address, DateTimeOffset? created = null, bool isReady = true) => new()
    {
        Metadata = new ObjectMeta { Name = "p", CreationTimestamp = created ?? Now },
        Spec = new PodSpec { NodeName = node },
        Status = new PodStatus { Phase = "Running", PodIP = address, Conditions = [new Condition { Type = "Ready", Status = isReady ? "True" : "False" }] },
    };
}
