using NetGraph.Lab.Building;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Running;

[Collection(Labs.Name)]
public sealed class DelayAndLossTests
{
    private const string Delayed =
        """
        { "name": "NAME", "hosts": ["a", "b", "c", "d"], "routers": ["r1", "r2"], "defaults": { "rate_mbit": 100 },
          "links": [ { "a": "a", "b": "r1" }, { "a": "r1", "b": "r2", "delay_ms": 5 },
                     { "a": "b", "b": "r2" }, { "a": "d", "b": "r2", "delay_ms": 20 }, { "a": "c", "b": "r1", "loss_ba_pct": 50 } ] }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("b", 0.010, 1)]
    [InlineData("d", 0.050, 2)]
    public void Delays_every_frame_by_what_the_file_says(string destination, double expectedSeconds, int wires)
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Delayed);
        lab.Up();
        var truth = Truth.Read(lab.StatePath("truth.json")).Single(pair => (pair.Source, pair.Destination) == ("a", destination));
        var address = lab.State.Namespaces.Single(space => space.Node == destination).Address!;

        // The first carries the search for hardware addresses; a busy machine adds to the others, never takes away.
        var fastest = Echo.RoundTrips($"{lab.Name}-a", address, 20).Skip(1).Min()!.Value.TotalSeconds;

        Assert.Equal(expectedSeconds, 2 * truth.DelaySeconds, 1e-9);
        Assert.InRange(fastest, expectedSeconds, expectedSeconds + wires * 0.0005);
        Assert.All(lab.State.Relays, relay => Assert.True(LabProcesses.IsRunning(relay)));
        Assert.Contains(": running", lab.Netlab("status", lab.Name).Output, StringComparison.Ordinal);
        Assert.Equal(0, lab.Netlab("down", lab.Name).ExitCode);
        Assert.Empty(lab.Traces());
    }

    [Fact]
    public void Loses_the_share_of_frames_that_the_file_says()
    {
        TestLab.DemandRoot("nft");
        using var lab = new TestLab(Delayed);
        lab.Up();

        // The search for the hardware address is lost as easily as anything else.
        Assert.True(SpinWait.SpinUntil(() => Echo.RoundTrips($"{lab.Name}-a", "10.77.0.3", 1)[0] is not null, Patience));

        var answers = Echo.RoundTrips($"{lab.Name}-a", "10.77.0.3", 400, patienceMilliseconds: 20).Count(time => time is not null);

        // Outside this range once in 10 000 runs.
        Assert.InRange(answers, 160, 240);
    }

    [Fact]
    public void Says_why_the_relay_cannot_work()
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Delayed);

        var run = lab.Netlab("relay", lab.Name);

        Assert.Equal((3, $"netlab: {lab.Name} is not up: the relay is started by netlab up\n"), (run.ExitCode, run.Error));
    }
}
