using System.CommandLine;
using NetGraph.Collector.Discovery;
using NetGraph.Hosting;
using NetGraph.Kubernetes.Configuration;

namespace NetGraph.Cli;

/// <summary>Options of those who find nodes in a Kubernetes cluster.</summary>
internal sealed class ClusterSettings
{
    private const string NamespaceVariable = "IPERF_SERVER_NAMESPACE";
    private const string SelectorVariable = "IPERF_SERVER_LABEL_SELECTOR";
    private const string Both = "both";
    private const string IdentityVariable = "POD_NAME";

    private readonly Option<bool> _kubernetes = new("--kubernetes") { Description = "Find the nodes and TestSchedules in the Kubernetes API" };
    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "Access to the API from outside the cluster (default: the pod's own, else variable KUBECONFIG)", HelpName = "file" };
    private readonly Option<string?> _agentNamespace = new("--agent-namespace") { Description = "Namespace of the agents' pods (default: the collector's own)", HelpName = "name" };
    private readonly Option<string> _agentSelector = Options.Text("--agent-selector", "app.kubernetes.io/name=netgraph,app.kubernetes.io/component=agent", "Labels of the agents' pods", "selector");
    private readonly Option<string?> _network = Options.OptionalChoice<string?>("--network", "Which agents take part, by their pods' label netgraph.io/network; both: cycles take turns", "host", ("host", "host"), ("pod", "pod"), ("both", Both));
    private readonly Option<string?> _serverNamespace = new("--server-namespace") { Description = $"Namespace of pods with a bare iperf3 server (default: variable {NamespaceVariable}, else that of the agents)", HelpName = "name" };
    private readonly Option<string?> _serverSelector = new("--server-selector") { Description = $"Labels of pods with a bare iperf3 server; they are targets only (default: variable {SelectorVariable}, else none)", HelpName = "selector" };
    private readonly Option<string> _rackLabel = Options.Text("--rack-label", "topology.netgraph.io/rack", "Label of nodes that names their rack", "key");
    private readonly Option<TimeSpan> _grace = Options.Seconds("--node-grace", 30, 0, 3600, "How long a node that has just become ready is left alone");
    private readonly Option<string?> _probes = new("--probes") { Description = "JSON file with the members 'probes' and 'targets' of a node file (default: the probes that are on by default)", HelpName = "file" };
    private readonly Option<string> _lease = Options.Text("--lease", "netgraph-collector", "Lease, in the collector's own namespace, by which one of several collectors leads; none: this is the only one", "name");
    private readonly Option<bool> _noOrders = new("--no-orders") { Description = "Order nothing from agents: only find nodes and plan schedules" };
    private readonly Option<bool> _schedulesOnly = new("--schedules-only") { Description = "Run what TestSchedules say, and a cycle of all nodes only when it is asked for" };

    private IEnumerable<Option> Of => [_kubeconfig, _agentNamespace, _agentSelector, _network, _serverNamespace, _serverSelector, _rackLabel, _grace, _probes, _lease, _noOrders, _schedulesOnly];

    public void AddTo(Verb command, Option<string?> nodes)
    {
        command.AddGroup("Kubernetes", [_kubernetes, .. Of]);
        command.AddCheck(result =>
        {
            var isCluster = result.GetValue(_kubernetes);
            if (isCluster == result.GetValue(nodes) is not null)
                result.AddError(isCluster ? "--nodes and --kubernetes both say where the nodes are: name one of them." : "Where are the nodes? Name a file with --nodes, or find them in a cluster with --kubernetes.");
            else if (!isCluster && Of.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } only)
                result.AddError($"{only.Name} is only for --kubernetes.");
        });
    }

    public bool IsCluster(ParseResult parsed) => parsed.GetValue(_kubernetes);

    public bool IsOrderingOff(ParseResult parsed) => parsed.GetValue(_noOrders);

    public bool IsSchedulesOnly(ParseResult parsed) => parsed.GetValue(_schedulesOnly);

    /// <exception cref="StartupException">There is no access to a cluster, or it cannot be read.</exception>
    public KubernetesConfiguration ReadAccess(ParseResult parsed)
    {
        try
        {
            return KubernetesConfiguration.Load(parsed.GetValue(_kubeconfig));
        }
        catch (KubernetesConfigurationException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    public ClusterOptions Read(ParseResult parsed, KubernetesConfiguration access)
    {
        var lease = parsed.GetValue(_lease)!;
        return new ClusterOptions
        {
            AgentNamespace = parsed.GetValue(_agentNamespace) ?? access.Namespace,
            AgentSelector = parsed.GetValue(_agentSelector)!,
            Networks = parsed.GetValue(_network) is not Both ? [parsed.GetValue(_network) ?? "host"] : ["host", "pod"],
            ServerNamespace = parsed.GetValue(_serverNamespace) ?? Variable(NamespaceVariable),
            ServerSelector = parsed.GetValue(_serverSelector) ?? Variable(SelectorVariable),
            RackLabel = parsed.GetValue(_rackLabel)!,
            NodeGrace = parsed.GetValue(_grace),
            ProbesFile = parsed.GetValue(_probes),
            LeaseNamespace = lease == "none" ? null : access.Namespace,
            LeaseName = lease,
            Identity = Variable(IdentityVariable) ?? $"{Environment.MachineName}-{Environment.ProcessId}",
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
