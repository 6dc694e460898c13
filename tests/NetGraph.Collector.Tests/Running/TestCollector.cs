using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Links;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Running;

/// <summary>The running parts of a collector, and fake agents for it.</summary>
internal sealed class TestCollector : IAsyncDisposable
{
    public const string Token = "a-token-of-at-least-16";
    private readonly AgentClient _client;

    private TestCollector(IReadOnlyList<FakeAgent> agents, string token, string? authorityFile, TimeSpan margin, Func<CollectorOptions, CollectorOptions>? change)
    {
        var options = new CollectorOptions { Token = SharedToken.Of(token, "the test"), DurationSeconds = 1, SlotMargin = margin };
        Options = change?.Invoke(options) ?? options;
        Agents = agents;
        Nodes = [.. agents.Select((agent, i) => NodeOf(agent, $"n{i + 1}"))];
        _client = new AgentClient(Options.Token, authorityFile);
        State = new CollectorState(Options, TimeProvider.System);
        Watch = new NodeWatch(new FixedNodes(() => [.. Nodes, .. Targets]), State, NullLogger<NodeWatch>.Instance);
        Services = new MeshServices(Watch, _client, Links, new CycleBudget(Options.Budget, null, TimeProvider.System), State, TimeProvider.System, NullLoggerFactory.Instance);
        Mesh = new TestMesh(Services, Options);
        Test = new PairTest(_client, Options, TestOrders.Protocol(Options, 1), State, TimeProvider.System, NullLogger<PairTest>.Instance);
        Aggregate = new AggregateTest(_client, Options, State, TimeProvider.System, NullLogger<AggregateTest>.Instance);
        Cycles = new CycleRunner(Services, [Mesh], Aggregate, Requests, Options, scheduled: null, NullLogger<CycleRunner>.Instance);
        Peers = new PeerSync(Watch, _client, Options, schedules: null, TimeProvider.System, NullLogger<PeerSync>.Instance);
    }

    public CollectorOptions Options { get; }

    public IReadOnlyList<FakeAgent> Agents { get; }

    public IReadOnlyList<AgentNode> Nodes { get; set; }

    public IReadOnlyList<TargetNode> Targets { get; set; } = [];

    public CollectorState State { get; }

    public NodeWatch Watch { get; }

    public PairTest Test { get; }

    public MeshServices Services { get; }

    public TestMesh Mesh { get; }

    public CycleBudget Budget => Services.Budget;

    public LinkTable Links { get; } = new(TimeProvider.System);

    public CycleRequests Requests { get; } = new(TimeProvider.System);

    public AgentHealth Health => _client.Health;

    public AgentClient Client => _client;

    public AggregateTest Aggregate { get; }

    public CycleRunner Cycles { get; }

    public PeerSync Peers { get; }

    public string Metrics
    {
        get
        {
            var writer = new ExpositionWriter();
            State.Write(writer);
            return writer.ToString();
        }
    }

    public static async Task<TestCollector> StartAsync(int agents, string token = Token, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null, string? authorityFile = null, double marginSeconds = 0.5, Func<CollectorOptions, CollectorOptions>? change = null)
    {
        var started = new List<FakeAgent>();
        for (var i = 1; i <= agents; i++) started.Add(await FakeAgent.StartAsync(i, Token, certificate));
        return new TestCollector(started, token, authorityFile, TimeSpan.FromSeconds(marginSeconds), change);
    }

    /// <summary>Plans and runs one cycle of its mesh.</summary>
    public Task RunCycleAsync(IReadOnlyList<MeshMember> members, CancellationToken cancellation) => Mesh.RunAsync(Mesh.Plan(members), cancellation);

    public static AgentNode NodeOf(FakeAgent agent, string name) =>
        new(new MeshNode(name), agent.Address) { ManagementAddress = agent.Address, OrdersPort = agent.Port };

    /// <summary>A node at whose address nobody listens.</summary>
    public static AgentNode Away(string name) =>
        new(new MeshNode(name), IPAddress.Parse("127.0.8.1")) { ManagementAddress = IPAddress.Parse("127.0.8.1"), OrdersPort = Repository.FreePort() };

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var agent in Agents) await agent.DisposeAsync();
    }
}

internal sealed class FixedNodes(Func<IReadOnlyList<MeshMember>> read) : INodeSource
{
    public Task<IReadOnlyList<MeshMember>> ReadAsync(CancellationToken cancellation) => Task.FromResult(read());
}
