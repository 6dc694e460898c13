using NetGraph.Collector.Links;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Links;

public sealed class LinkTableTests
{
    private static readonly MeshNode[] Nodes = [new("a") { Zone = "z" }, new("b"), new("c")];
    private readonly ManualClock _clock = new();
    private readonly LinkTable _table;

    public LinkTableTests() => _table = new LinkTable(_clock);

    [Fact]
    public void Shows_what_the_agents_said_last()
    {
        var at = _clock.GetUtcNow();
        _table.Take("a", [new AgentLink("a", "b") { IsSuccess = true, ThroughputBitsPerSecond = 5e8, RetransmittedSegments = 3, Quality = MeasurementQuality.HostLimited, LastSuccess = at, TestedAt = at }]);
        _table.Take("b", [new AgentLink("b", "a") { IsSuccess = false, LastSuccess = at, TestedAt = at }, new AgentLink("b", "c")]);
        var mesh = Build();

        Assert.Equal(["a", "b", "c"], mesh.Nodes.Select(node => node.Name));
        Assert.Equal([(0, 1), (1, 0), (1, 2)], mesh.Links.Select(link => (link.Source, link.Destination)));
        var up = mesh.Links[0];
        Assert.Equal((5e8, 3, MeasurementQuality.HostLimited, LinkState.Up, at.ToUnixTimeSeconds()), (up.ThroughputBitsPerSecond, up.RetransmittedSegments, up.Quality, up.State, up.LastSuccessUnixSeconds));
        Assert.True(mesh.Links[1] is { State: LinkState.Down, ThroughputBitsPerSecond: double.NaN });
        Assert.Equal(LinkState.Unknown, mesh.Links[2].State);
    }

    [Fact]
    public void Forgets_nodes_that_left_and_links_that_their_agent_forgot()
    {
        _table.Take("a", [Up("a", "b", 1), Up("a", "c", 1)]);
        _table.Take("b", [Up("b", "a", 1)]);
        _table.Retain(new HashSet<string> { "a", "c" });
        Assert.Equal([(0, 1), (0, 2)], Build().Links.Select(link => (link.Source, link.Destination)));

        _table.Take("a", [Up("a", "c", 1)]);
        Assert.Equal([(0, 2)], Build().Links.Select(link => (link.Source, link.Destination)));
        Assert.Equal([(0, 1)], _table.BuildMesh([new MeshNode("a"), new MeshNode("c")]).Links.Select(link => (link.Source, link.Destination)));
    }

    [Fact]
    public void Of_a_pair_that_both_ends_measured_the_newer_test_counts_and_the_senders_echoes()
    {
        _table.Take("a", [Up("a", "b", 1) with { TestedAt = _clock.GetUtcNow() }]);
        _table.Take("b", [Up("a", "b", 2) with { TestedAt = _clock.GetUtcNow().AddSeconds(1) }]);
        Echo("a", "b", 10, 9, 0.09);
        var link = Assert.Single(Build().Links);
        Assert.Equal((2, 0.01), (link.ThroughputBitsPerSecond, Math.Round(link.RoundTripTimeSeconds, 6)));

        _table.Take("a", [Up("a", "b", 3) with { TestedAt = _clock.GetUtcNow().AddSeconds(2) }]);
        Assert.Equal(3, Assert.Single(Build().Links).ThroughputBitsPerSecond);

        _table.Take("a", []);
        Assert.Equal(2, Assert.Single(Build().Links).ThroughputBitsPerSecond);
    }

    [Fact]
    public void Echoes_are_those_of_the_last_minutes_and_not_of_the_agents_whole_life()
    {
        _table.Take("a", [new AgentLink("a", "b") { ProbesSent = 1_000_000, ProbesReceived = 500_000, RoundTripSum = TimeSpan.FromDays(1) }]);
        Assert.Equal(double.NaN, Assert.Single(Build().Links).LossRatio);

        for (var i = 1; i <= 30; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            // One in ten is lost for a while, then none.
            var lost = Math.Min(i, 5);
            _table.Take("a", [new AgentLink("a", "b") { ProbesSent = 1_000_000 + (10 * i), ProbesReceived = 500_000 + (10 * i) - lost, RoundTripSum = TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds((10 * i) - lost) }]);
            if (i == 5) Assert.Equal((0.1, 0.001), (Math.Round(Assert.Single(Build().Links).LossRatio, 6), Math.Round(Assert.Single(Build().Links).RoundTripTimeSeconds, 6)));
        }

        Assert.Equal(0, Assert.Single(Build().Links).LossRatio);
    }

    [Fact]
    public void An_agent_that_began_anew_counts_from_its_beginning()
    {
        _table.Take("a", [new AgentLink("a", "b") { ProbesSent = 1000, ProbesReceived = 1000, RoundTripSum = TimeSpan.FromSeconds(1) }]);
        Echo("a", "b", 10, 5, 0.05);
        var link = Assert.Single(Build().Links);

        Assert.Equal((0.01, 0.5), (Math.Round(link.RoundTripTimeSeconds, 6), link.LossRatio));
    }

    [Fact]
    public void An_agent_that_does_not_answer_is_believed_for_a_moment_only()
    {
        _table.Take("a", [Up("a", "b", 7) with { LastSuccess = _clock.GetUtcNow() }]);
        _table.Miss("a");
        _table.Miss("a");
        Assert.Equal(7, Assert.Single(Build().Links).ThroughputBitsPerSecond);

        _table.Miss("a");
        var link = Assert.Single(Build().Links);
        Assert.Equal((LinkState.Unknown, double.NaN, _clock.GetUtcNow().ToUnixTimeSeconds()), (link.State, link.ThroughputBitsPerSecond, link.LastSuccessUnixSeconds));

        _table.Take("a", [Up("a", "b", 8)]);
        Assert.Equal(8, Assert.Single(Build().Links).ThroughputBitsPerSecond);
    }

    [Fact]
    public void What_cannot_be_is_passed_over()
    {
        var node = new string('n', 254);
        _table.Take("a",
        [
            null!, Up("b", "c", 1), Up("a", "a", 1), Up("a", "", 1), Up("a", node, 1), Up("a", "b", double.NaN), Up("a", "b", -1), Up("a", "b", double.PositiveInfinity),
            Up("a", "b", 1) with { Quality = (MeasurementQuality)99 }, Up("a", "b", 1) with { ProbesSent = 1, ProbesReceived = 2 }, Up("a", "b", 1) with { RoundTripSum = TimeSpan.FromSeconds(-1) },
            Up("a", "nobody", 1),
        ]);

        Assert.Empty(Build().Links);
    }

    [Fact]
    public void Of_a_large_mesh_links_known_by_echoes_alone_are_not_kept()
    {
        _table.Take("a", [new AgentLink("a", "b") { ProbesSent = 10 }, new AgentLink("a", "c") { IsSuccess = false }], testedOnly: true);

        Assert.Equal(2, Assert.Single(Build().Links).Destination);
    }

    [Fact]
    public void Echoes_since_a_mark_are_counted_apart()
    {
        _table.Take("a", [new AgentLink("a", "b"), new AgentLink("a", "c")]);
        Echo("a", "b", 10, 10, 0.1);
        _table.MarkEchoes();
        Assert.Empty(_table.ReadEchoes());

        Echo("a", "b", 30, 25, 0.4);
        var echoes = Assert.Single(_table.ReadEchoes());
        Assert.Equal(("a", "b", 20, 15, 0.02), (echoes.Source, echoes.Destination, echoes.Sent, echoes.Received, Math.Round(echoes.RttSeconds!.Value, 6)));
    }

    private static AgentLink Up(string source, string destination, double throughput) => new(source, destination) { IsSuccess = true, ThroughputBitsPerSecond = throughput };

    private void Echo(string source, string destination, long sent, long received, double seconds) =>
        _table.Take(source, [Up(source, destination, 1) with { ProbesSent = sent, ProbesReceived = received, RoundTripSum = TimeSpan.FromSeconds(seconds) }]);

    private Mesh Build() => _table.BuildMesh(Nodes);
}
