using System.Globalization;
using NetGraph.Collector.Planning;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests;

public sealed class CollectorStateTests
{
    private readonly ManualClock _clock = new();
    private readonly CollectorState _state;

    public CollectorStateTests() => _state = new CollectorState(new CollectorOptions { Token = SharedToken.Random(), Interval = TimeSpan.FromSeconds(100) }, _clock);

    [Fact]
    public void Writes_its_metrics_as_approved()
    {
        Fill();
        Approved.Matches("collector-metrics.txt", OwnMetrics());
    }

    [Fact]
    public async Task Promtool_is_silent_on_its_metrics()
    {
        Fill();
        Assert.Empty(await Promtool.CheckMetricsAsync(Write()));
    }

    [Fact]
    public void Coverage_and_the_oldest_pair_follow_the_clock()
    {
        Begin("a", "b");
        Assert.Equal((0, 0), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));

        _clock.Advance(TimeSpan.FromSeconds(10));
        _state.EndTest("a", "b", null);
        Assert.Equal((0.5, 10), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));

        _clock.Advance(TimeSpan.FromSeconds(10));
        _state.EndTest("b", "a", null);
        Assert.Equal((1, 10), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));

        _clock.Advance(TimeSpan.FromSeconds(190));
        Assert.Equal((1, 200), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0.5, 201), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));
    }

    [Fact]
    public void A_failed_test_does_not_make_a_pair_younger()
    {
        Begin("a", "b");
        _clock.Advance(TimeSpan.FromSeconds(30));
        _state.EndTest("a", "b", ProbeFailure.Timeout);

        Assert.Equal((0, 30), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));
    }

    [Fact]
    public void A_node_that_left_no_longer_counts_and_one_that_joined_counts_from_then_on()
    {
        Begin("a", "b");
        _state.EndTest("a", "b", null);
        _state.EndTest("b", "a", null);
        _state.EndCycle();
        _clock.Advance(TimeSpan.FromSeconds(50));
        Begin("b", "c");

        Assert.Equal((0, 0), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));
    }

    [Fact]
    public void A_cycle_longer_than_its_interval_stretches_what_is_recent()
    {
        Begin("a", "b");
        _state.EndTest("a", "b", null);
        _state.EndTest("b", "a", null);
        _clock.Advance(TimeSpan.FromSeconds(300));
        _state.EndCycle();

        Assert.Equal(1, Value("coverage_ratio"));
        Assert.Equal(300, Value("cycle_duration_seconds"));
    }

    [Fact]
    public void Progress_tells_how_much_is_left()
    {
        Begin("a", "b");
        _state.EndTest("a", "b", null);
        _state.EndSlot();
        var running = _state.ReadProgress().Running!;

        Assert.Equal((1, 2, 1, 0, 2, 1, 2), (running.Cycle, running.TestsPlanned, running.TestsSucceeded, running.TestsFailed, running.Slots, running.SlotsDone, running.LowerBoundSlots));
        Assert.Equal(5.5, running.SecondsLeft);
    }

    private void Fill()
    {
        _state.SetNodes([new MeshNode("node \"1\"\\") { Zone = "z", Region = "r", Rack = "1", InstanceType = "t" }, new MeshNode("node-2"), new MeshNode("t") { IsTarget = true }]);
        Begin("a", "b", "c");
        _clock.Advance(TimeSpan.FromSeconds(7));
        _state.CountBusyRetry();
        _state.EndTest("a", "b", null);
        _state.EndTest("b", "a", ProbeFailure.Timeout);
        _state.EndRound();
        _state.EndCycle();
        _state.CountDiscoveryError();
        Begin("a", "b", "c");
    }

    private void Begin(params string[] names) =>
        _state.BeginCycle(MeshPlanner.PlanFullMesh([.. names.Select(_ => "")], new PlanLimits()), names);

    private string Write()
    {
        var writer = new ExpositionWriter();
        _state.Write(writer);
        return writer.ToString();
    }

    /// <summary>Without what every process says of itself, which differs from run to run.</summary>
    private string OwnMetrics() => string.Concat(Write().Split('\n').Where(line => line.Length > 0 && !line.Contains("process_", StringComparison.Ordinal) && !line.Contains("netgraph_build_info", StringComparison.Ordinal)).Select(line => line + "\n"));

    private double Value(string name) =>
        double.Parse(Write().Split('\n').Single(line => line.StartsWith($"netgraph_collector_{name} ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
}
