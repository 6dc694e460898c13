using System.Globalization;
using NetGraph.Collector.Planning;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests;

public sealed class CollectorStateTests
{
    private static readonly ThroughputResult Good = new() { ThroughputBitsPerSecond = 8e6 };
    private readonly ManualClock _clock = new();
    private readonly CollectorState _state;

    private readonly CollectorOptions _options = new() { Token = SharedToken.Random(), Interval = TimeSpan.FromSeconds(100) };

    public CollectorStateTests() => _state = new CollectorState(_options, _clock);

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
        _state.EndTest("a", "b", Good);
        Assert.Equal((0.5, 10), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));

        _clock.Advance(TimeSpan.FromSeconds(10));
        _state.EndTest("b", "a", Good);
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
        _state.EndTest("a", "b", ThroughputResult.Failed(ProbeFailure.Timeout, "late"));

        Assert.Equal((0, 30), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));
    }

    [Fact]
    public void A_node_that_left_no_longer_counts_and_one_that_joined_counts_from_then_on()
    {
        Begin("a", "b");
        _state.EndTest("a", "b", Good);
        _state.EndTest("b", "a", Good);
        _state.EndCycle();
        _clock.Advance(TimeSpan.FromSeconds(50));
        Begin("b", "c");

        Assert.Equal((0, 0), (Value("coverage_ratio"), Value("oldest_pair_age_seconds")));
    }

    [Fact]
    public void A_cycle_longer_than_its_interval_stretches_what_is_recent()
    {
        Begin("a", "b");
        _state.EndTest("a", "b", Good);
        _state.EndTest("b", "a", Good);
        _clock.Advance(TimeSpan.FromSeconds(300));
        _state.EndCycle();

        Assert.Equal(1, Value("coverage_ratio"));
        Assert.Equal(300, Value("cycle_duration_seconds"));
    }

    [Fact]
    public void Progress_tells_how_much_is_left()
    {
        Begin("a", "b");
        _state.EndTest("a", "b", Good);
        _state.EndSlot();
        var running = _state.ReadProgress().Running!;

        Assert.Equal((1, 2, 1, 0, 2, 1, 2), (running.Cycle, running.TestsPlanned, running.TestsSucceeded, running.TestsFailed, running.Slots, running.SlotsDone, running.LowerBoundSlots));
        Assert.Equal(5.5, running.SecondsLeft);
        Assert.Null(_state.ReadProgress().Waiting);
    }

    [Fact]
    public void Each_planned_test_ends_as_exactly_one_of_succeeded_failed_and_skipped()
    {
        Begin("a", "b");
        _state.PutOffTest();
        _state.AddSlots(1);
        _state.EndTest("a", "b", ThroughputResult.Failed(ProbeFailure.Busy, "busy"));
        _state.SkipTest("b", "a", SkipReason.NodeLeft);
        _state.CountBytes(1000, 0);
        var last = _state.EndCycle();

        Assert.Equal((2, 0, 1, 1, 1, 3, 1000), (last.TestsPlanned, last.TestsSucceeded, last.TestsFailed, last.TestsSkipped, last.TestsPutOff, last.Slots, last.Bytes));
        Assert.Equal([new TestReport("a", "b", null, null, "busy"), new TestReport("b", "a", null, null, "node_left")], _state.ReadTests(1, 0).Tests);
    }

    [Fact]
    public void Tests_of_the_newest_two_cycles_can_be_read_from_any_place()
    {
        Begin("a", "b");
        _state.EndTest("a", "b", Good);
        _state.EndTest("b", "a", Good);
        _state.EndCycle();
        Begin("a", "b");
        _state.EndTest("b", "a", Good with { Quality = MeasurementQuality.Interfered });

        Assert.Equal([new TestReport("b", "a", 8e6, "interfered", null)], _state.ReadTests(null, 0).Tests);
        Assert.Equal([new TestReport("b", "a", 8e6, "ok", null)], _state.ReadTests(1, 1).Tests);
        Assert.Empty(_state.ReadTests(1, 5).Tests);
        Assert.Empty(_state.ReadTests(3, 0).Tests);
    }

    [Fact]
    public void What_the_next_cycle_waits_for_runs_down()
    {
        _state.Wait("interval", "Not due.", TimeSpan.FromSeconds(60));
        _clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(new CycleWait("interval", "Not due.", 40), _state.ReadProgress().Waiting);
        _clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(0, _state.ReadProgress().Waiting!.SecondsLeft);
    }

    [Fact]
    public void Time_left_follows_the_slots_that_were_once_there_are_enough_of_them()
    {
        Begin("a", "b", "c", "d", "e", "f");
        for (var i = 0; i < 5; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            _state.EndSlot();
        }

        Assert.Equal(10, _state.ReadProgress().Running!.SecondsLeft);
    }

    private void Fill()
    {
        _state.SetNodes([new MeshNode("node \"1\"\\") { Zone = "z", Region = "r", Rack = "1", InstanceType = "t" }, new MeshNode("node-2"), new MeshNode("t") { IsTarget = true }]);
        Begin("a", "b", "c");
        _clock.Advance(TimeSpan.FromSeconds(7));
        _state.CountBusyRetry();
        _state.EndTest("a", "b", Good);
        _state.EndTest("b", "a", ThroughputResult.Failed(ProbeFailure.Timeout, "late"));
        _state.EndRound();
        _state.EndCycle();
        _state.CountDiscoveryError();
        Begin("a", "b", "c");
    }

    private void Begin(params string[] names) =>
        Begin(new PlanOptions(), names);

    private void Begin(PlanOptions options, params string[] names)
    {
        var plan = MeshPlanner.Plan([.. names.Select(name => new PlanNode(name))], options, 0);
        _state.BeginCycle(plan, names, _options);
        foreach (var test in plan.Rounds.SelectMany(round => round.Slots).SelectMany(slot => slot.Tests)) _state.BeginTest(names[test.Source], names[test.Destination]);
    }

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
