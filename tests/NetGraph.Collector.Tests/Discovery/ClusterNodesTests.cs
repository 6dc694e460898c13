using NetGraph.Collector.Discovery;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Collector.Tests.Discovery;

public sealed class ClusterNodesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly ClusterOptions Options = new() { AgentNamespace = "netgraph", RackLabel = "example.org/rack" };

    [Fact]
    public void An_agent_is_joined_with_its_node()
    {
        var node = NodeOf("n1", labels: new() { ["topology.kubernetes.io/zone"] = "z", ["topology.kubernetes.io/region"] = "r", ["example.org/rack"] = "7", ["node.kubernetes.io/instance-type"] = "big", ["pool"] = "gpu" });
        var agent = Assert.IsType<AgentNode>(Assert.Single(Join([node], [PodOf("n1", "fd00::7", ports: [("orders", 1), ("echo", 2), ("metrics", 3)])]).Members));

        Assert.Equal(("n1", "z", "r", "7", "big"), (agent.Name, agent.Node.Zone, agent.Node.Region, agent.Node.Rack, agent.Node.InstanceType));
        Assert.Equal(("fd00::7", "fd00::7", 1, 2, 3), (agent.Address.ToString(), agent.ManagementAddress.ToString(), agent.OrdersPort, agent.EchoPort, agent.MetricsPort));
        Assert.Equal("gpu", agent.Labels["pool"]);
    }

    [Fact]
    public void Empty_labels_and_undeclared_ports_are_unknown_places_and_usual_ports()
    {
        var agent = Assert.IsType<AgentNode>(Assert.Single(Join([NodeOf("n1", labels: new() { ["topology.kubernetes.io/zone"] = "" })], [PodOf("n1")]).Members));
        Assert.Equal((null, 9877, 9878, 9876), (agent.Node.Zone, agent.OrdersPort, agent.EchoPort, agent.MetricsPort));
    }

    [Fact]
    public void Nodes_that_are_not_ready_for_work_are_left_out_and_counted_by_why()
    {
        var (members, leftOut) = Join(
            [
                NodeOf("cordoned") with { Spec = new NodeSpec { Unschedulable = true } },
                NodeOf("going") with { Metadata = new ObjectMeta { Name = "going", DeletionTimestamp = Now } },
                NodeOf("good"),
                NodeOf("new", since: Now - TimeSpan.FromSeconds(29)),
                NodeOf("older", since: Now - TimeSpan.FromSeconds(30)),
                NodeOf("sick", status: "False"),
                NodeOf("silent", status: "Unknown"),
                NodeOf("starting"),
                NodeOf("without"),
                NodeOf("virgin") with { Status = new NodeStatus() },
            ],
            [.. new[] { "cordoned", "going", "good", "new", "older", "sick", "silent", "virgin" }.Select(name => PodOf(name)), PodOf("starting", isReady: false)]);

        Assert.Equal(["good", "older"], members.Select(member => member.Name));
        Assert.Equal(
            new Dictionary<string, int> { ["cordoned"] = 1, ["terminating"] = 1, ["just_joined"] = 1, ["not_ready"] = 3, ["agent_not_ready"] = 1, ["no_agent"] = 1 },
            leftOut.ToDictionary());
    }

    [Fact]
    public void While_a_pod_is_replaced_the_newest_that_is_ready_counts()
    {
        var agent = Assert.IsType<AgentNode>(Assert.Single(Join(
            [NodeOf("n1")],
            [
                PodOf("n1", "10.0.0.1", created: Now - TimeSpan.FromHours(2)),
                PodOf("n1", "10.0.0.2", created: Now - TimeSpan.FromHours(1)),
                PodOf("n1", "10.0.0.3", created: Now, isReady: false),
                PodOf("n1", "10.0.0.4", created: Now) with { Metadata = new ObjectMeta { Name = "p", DeletionTimestamp = Now } },
                PodOf("n1", "10.0.0.5", created: Now) with { Status = new PodStatus { Phase = "Failed" } },
            ]).Members));

        Assert.Equal("10.0.0.2", agent.Address.ToString());
    }

    [Fact]
    public void A_bare_server_is_a_target_where_no_agent_is()
    {
        var (members, _) = Join(
            [NodeOf("n1"), NodeOf("n2"), NodeOf("n3")],
            [PodOf("n1")],
            [PodOf("n1", "10.0.1.1"), PodOf("n2", "10.0.1.2", ports: [("x", 5301)]), PodOf("n3", "10.0.1.3")]);

        Assert.IsType<AgentNode>(members[0]);
        Assert.Equal([("n2", "10.0.1.2", 5301), ("n3", "10.0.1.3", 5201)], members.Skip(1).Cast<TargetNode>().Select(target => (target.Name, target.Host, target.ServerPort)));
    }

    [Fact]
    public void Of_two_networks_each_has_its_own_agents_and_those_without_a_label()
    {
        Pod[] pods =
        [
            PodOf("n1", "10.0.0.1", labels: new() { ["netgraph.io/network"] = "host" }),
            PodOf("n1", "10.9.0.1", labels: new() { ["netgraph.io/network"] = "pod" }),
            PodOf("n2", "10.0.0.2"),
        ];
        string[] Addresses(string network) => [.. ClusterNodes.Join([NodeOf("n1"), NodeOf("n2")], pods, [], Options, network, Now).Members.Cast<AgentNode>().Select(agent => agent.Address.ToString())];

        Assert.Equal(["10.0.0.1", "10.0.0.2"], Addresses("host"));
        Assert.Equal(["10.9.0.1", "10.0.0.2"], Addresses("pod"));
    }

    private static (IReadOnlyList<MeshMember> Members, IReadOnlyDictionary<string, int> LeftOut) Join(IReadOnlyList<Node> nodes, IReadOnlyList<Pod> agents, IReadOnlyList<Pod>? servers = null)
    {
        var (members, leftOut) = ClusterNodes.Join(nodes, agents, servers ?? [], Options, "host", Now);
        return (members, leftOut.Where(reason => reason.Value > 0).ToDictionary());
    }

    private static Node NodeOf(string name, string status = "True", DateTimeOffset? since = null, Dictionary<string, string>? labels = null) => new()
    {
        Metadata = new ObjectMeta { Name = name, Labels = labels ?? [] },
        Status = new NodeStatus { Conditions = [new Condition { Type = "Ready", Status = status, LastTransitionTime = since ?? Now - TimeSpan.FromDays(1) }] },
    };

    private static Pod PodOf(string node, string address = "10.0.0.1", bool isReady = true, DateTimeOffset? created = null, (string Name, int Number)[]? ports = null, Dictionary<string, string>? labels = null) => new()
    {
        Metadata = new ObjectMeta { Name = $"{node}-{address}", CreationTimestamp = created ?? Now - TimeSpan.FromDays(1), Labels = labels ?? [] },
        Spec = new PodSpec { NodeName = node, Containers = [new Container { Name = "c", Ports = [.. (ports ?? []).Select(port => new ContainerPort { Name = port.Name, Number = port.Number })] }] },
        Status = new PodStatus { Phase = "Running", PodIP = address, Conditions = [new Condition { Type = "Ready", Status = isReady ? "True" : "False" }] },
    };
}
