using System.Collections.Immutable;
using NetGraph.Collector.Planning;
using NetGraph.Collector.Running;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector;

/// <summary>What the collector did and is doing; its metrics and its progress are written from here. May be used from several threads at once.</summary>
internal sealed class CollectorState(CollectorOptions options, TimeProvider clock)
{
    /// <summary>From so many slots on their own mean tells better than the settings how long the others will take.</summary>
    private const int TellingSlots = 5;

    /// <summary>Most tests in one answer.</summary>
    private const int TestsPerAnswer = 10_000;

    private readonly Lock _lock = new();
    private readonly long[] _failures = new long[ProbeFailureNames.All.Count];
    private readonly long[] _skips = new long[SkipReasonNames.All.Count];
    private readonly PairAges _pairs = new(clock);
    private List<TestReport> _tests = [];
    private List<TestReport> _testsBefore = [];
    private ImmutableArray<MeshNode> _nodes = [];
    private IReadOnlyDictionary<string, int> _leftOut = new Dictionary<string, int>();
    private long _cycles;
    private long _rounds;
    private long _planned;
    private long _succeeded;
    private long _putOff;
    private long _busyRetries;
    private long _discoveryErrors;
    private long _bytes;
    private double _cost;
    private CycleCounts? _cycle;
    private MeshPlan? _plan;
    private CycleSummary? _last;
    private double _ownSeconds;
    private CycleWait? _waiting;
    private long? _waitEnds;
    private AggregateResult? _aggregate;

    /// <summary>The nodes of the newest list.</summary>
    public ImmutableArray<MeshNode> Nodes
    {
        get
        {
            lock (_lock) return _nodes;
        }
    }

    /// <summary>Number of the next cycle, from 1.</summary>
    public long NextCycle
    {
        get
        {
            lock (_lock) return _cycles + 1;
        }
    }

    public void SetNodes(ImmutableArray<MeshNode> nodes)
    {
        lock (_lock) _nodes = nodes;
    }

    /// <summary>Sets what a node received from many at once; <see langword="null"/> when nothing is known.</summary>
    public void SetAggregate(AggregateResult? result)
    {
        lock (_lock) _aggregate = result;
    }

    /// <summary>Sets how many nodes take no part, by why.</summary>
    public void SetLeftOut(IReadOnlyDictionary<string, int> nodes)
    {
        lock (_lock) _leftOut = nodes;
    }

    public void CountDiscoveryError()
    {
        lock (_lock) _discoveryErrors++;
    }

    public void CountBusyRetry()
    {
        lock (_lock)
        {
            _busyRetries++;
            if (_cycle is not null) _cycle.BusyRetries++;
        }
    }

    /// <summary>The next cycle waits.</summary>
    /// <param name="reason">One word for programs.</param>
    /// <param name="detail">A sentence for people.</param>
    /// <param name="time">How long, if that is known.</param>
    public void Wait(string reason, string detail, TimeSpan? time)
    {
        lock (_lock)
        {
            _waiting = new CycleWait(reason, detail, null);
            _waitEnds = time is { } left ? clock.GetTimestamp() + (long)(left.TotalSeconds * clock.TimestampFrequency) : null;
        }
    }

    /// <summary>A cycle begins.</summary>
    /// <param name="plan">What it runs.</param>
    /// <param name="names">Its nodes.</param>
    /// <param name="mesh">Settings of its mesh.</param>
    /// <returns>Its number.</returns>
    public long BeginCycle(MeshPlan plan, IReadOnlyCollection<string> names, CollectorOptions mesh)
    {
        lock (_lock)
        {
            _waiting = null;
            _planned += plan.TestCount;
            _cycle = new CycleCounts(_cycles + 1, plan, mesh, clock.GetUtcNow(), clock.GetTimestamp());
            (_tests, _testsBefore) = ([], _tests);
            if (mesh.Schedule is not null) return _cycle.Number;
            // What is covered, and how old the oldest pair is, is told of the mesh that has all nodes.
            _plan = plan;
            _pairs.SetNodes(names);
            return _cycle.Number;
        }
    }

    /// <summary>The planned time of a test has come.</summary>
    public void BeginTest(string source, string destination)
    {
        lock (_lock)
        {
            if (_cycle?.Options.Schedule is null) _pairs.Plan(source, destination);
        }
    }

    /// <summary>A test ended.</summary>
    public void EndTest(string source, string destination, ThroughputResult result)
    {
        lock (_lock)
        {
            if (_cycle is null) return;
            if (result.Failure is { } reason)
            {
                _failures[(int)reason]++;
                _cycle.Failed++;
                _tests.Add(new TestReport(source, destination, null, null, reason.ToReason()));
                return;
            }

            _succeeded++;
            _cycle.Succeeded++;
            _tests.Add(new TestReport(source, destination, result.ThroughputBitsPerSecond, result.Quality.ToName(), null));
            _pairs.Measure(source, destination);
        }
    }

    /// <summary>A test is not ordered, and will not be in this cycle.</summary>
    public void SkipTest(string source, string destination, SkipReason reason)
    {
        lock (_lock)
        {
            if (_cycle is null) return;
            _skips[(int)reason]++;
            _cycle.Skipped++;
            _tests.Add(new TestReport(source, destination, null, null, reason.ToName()));
        }
    }

    /// <summary>A test gave no result for a reason that may pass: it will be tried again at the end of the cycle.</summary>
    public void PutOffTest()
    {
        lock (_lock)
        {
            _putOff++;
            if (_cycle is not null) _cycle.PutOff++;
        }
    }

    /// <summary>The cycle gets more slots, for tests that were put off.</summary>
    public void AddSlots(int slots)
    {
        lock (_lock)
        {
            if (_cycle is not null) _cycle.Slots += slots;
        }
    }

    /// <summary>A test moved bytes.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="cost">What they cost, in the currency of the price.</param>
    public void CountBytes(long bytes, double cost)
    {
        lock (_lock)
        {
            _bytes += bytes;
            _cost += cost;
            if (_cycle is not null) _cycle.Bytes += bytes;
        }
    }

    public void EndSlot()
    {
        lock (_lock)
        {
            if (_cycle is not null) _cycle.SlotsDone++;
        }
    }

    public void EndRound()
    {
        lock (_lock) _rounds++;
    }

    public CycleSummary EndCycle()
    {
        lock (_lock)
        {
            _cycles++;
            _last = _cycle!.Summary(clock.GetElapsedTime(_cycle.Started).TotalSeconds);
            if (_cycle.Options.Schedule is null) _ownSeconds = _last.DurationSeconds;
            _cycle = null;
            return _last;
        }
    }

    public CycleProgress ReadProgress()
    {
        lock (_lock)
        {
            var running = _cycle?.Progress(SecondsLeft(_cycle));
            var left = WaitSecondsLeft();
            return new CycleProgress(running, _last, running is null && _waiting is not null ? _waiting with { SecondsLeft = left } : null);
        }
    }

    /// <summary>Tests of a cycle; those of the newest two are kept.</summary>
    /// <param name="cycle">Number of the cycle; <see langword="null"/> for the newest.</param>
    /// <param name="from">How many to leave out.</param>
    public TestReports ReadTests(long? cycle, int from)
    {
        lock (_lock)
        {
            var newest = _cycle?.Number ?? _cycles;
            var asked = cycle ?? newest;
            var tests = asked == newest ? _tests : asked == newest - 1 ? _testsBefore : [];
            return new TestReports(asked, from, tests.GetRange(Math.Min(from, tests.Count), Math.Clamp(tests.Count - from, 0, TestsPerAnswer)));
        }
    }

    /// <summary>All tests of a cycle, if it is one of the newest two.</summary>
    public IReadOnlyList<TestReport> ReadAllTests(long cycle)
    {
        lock (_lock)
        {
            var newest = _cycle?.Number ?? _cycles;
            return cycle == newest ? [.. _tests] : cycle == newest - 1 ? [.. _testsBefore] : [];
        }
    }

    public void Write(ExpositionWriter writer)
    {
        WriteMesh(writer);
        ProcessMetrics.Write(writer, "collector");
    }

    /// <summary>Writes all but what every process says of itself.</summary>
    public void WriteMesh(ExpositionWriter writer)
    {
        lock (_lock)
        {
            writer.Begin(Metrics.NodeInfo);
            foreach (var node in _nodes) writer.Sample(1, node.Name, node.Zone, node.Region, node.Rack, node.InstanceType, node.IsTarget ? Labels.TargetKind : null);
            writer.Write(Metrics.CollectorCycles, _cycles);
            writer.Write(Metrics.CollectorRounds, _rounds);
            writer.Write(Metrics.CollectorTestsPlanned, _planned);
            writer.Write(Metrics.CollectorTestsSucceeded, _succeeded);
            writer.Begin(Metrics.CollectorTestsFailed);
            foreach (var failure in ProbeFailureNames.All) writer.Sample(_failures[(int)failure], failure.ToReason());
            writer.Begin(Metrics.CollectorTestsSkipped);
            foreach (var reason in SkipReasonNames.All) writer.Sample(_skips[(int)reason], reason.ToName());
            writer.Write(Metrics.CollectorTestsPutOff, _putOff);
            writer.Write(Metrics.CollectorBusyRetries, _busyRetries);
            writer.Write(Metrics.CollectorTestBytes, _bytes);
            if (options.Budget.PricePerGigabyteBetweenZones > 0) writer.Write(Metrics.CollectorTestCost, _cost);
            if (options.Budget.BytesPerDayOf(_nodes.Length) is { } allowed && double.IsFinite(allowed)) writer.Write(Metrics.CollectorBudget, allowed);
            var waitsFor = _cycle is null ? _waiting?.Reason : null;
            writer.Write(Metrics.CollectorBudgetWait, waitsFor is "budget" or "duty_cycle" ? WaitSecondsLeft() ?? 0 : 0);
            writer.Write(Metrics.CollectorBudgetExhausted, waitsFor is "budget" ? 1 : 0);
            writer.Write(Metrics.CollectorDiscoveryErrors, _discoveryErrors);
            if (_leftOut.Count > 0) writer.Begin(Metrics.CollectorNodesLeftOut);
            foreach (var (reason, count) in _leftOut) writer.Sample(count, reason);
            writer.Write(Metrics.CollectorCycleInterval, options.Interval.TotalSeconds);
            if (_cycle is not null)
            {
                writer.Write(Metrics.CollectorPlanSlots, _cycle.Plan.SlotCount);
                writer.Write(Metrics.CollectorPlanLowerBound, _cycle.Plan.LowerBoundSlots);
            }

            if (_aggregate is not null)
            {
                writer.Write(Metrics.AggregateThroughput, _aggregate.BitsPerSecond / 8, _aggregate.Destination);
                writer.Write(Metrics.AggregateSources, _aggregate.Sources, _aggregate.Destination);
            }

            if (_last is not null) writer.Write(Metrics.CollectorCycleDuration, _last.DurationSeconds);
            if (_plan is { TestCount: > 0 }) WriteCoverage(writer, _plan);
        }
    }

    private void WriteCoverage(ExpositionWriter writer, MeshPlan plan)
    {
        // A cycle that takes longer than its interval stretches what counts as recent. A pair of a sampled mesh has its turn once in each epoch of
        // so many cycles as it takes to cover all: two epochs, as two cycles of a full mesh, leave no pair out by where in its epoch it stands.
        var cycle = Math.Max(options.Interval.TotalSeconds, _ownSeconds);
        var all = Math.Round(plan.TestCount / plan.CoverageRatio);
        var (recent, oldest) = _pairs.Read(2 * plan.CyclesToCover * cycle);
        writer.Write(Metrics.CollectorCoverage, Math.Min(1, recent / all));
        if (oldest is { } age) writer.Write(Metrics.CollectorOldestPair, age);
    }

    private double? WaitSecondsLeft() => _waitEnds is { } end ? Math.Max(0, (double)(end - clock.GetTimestamp()) / clock.TimestampFrequency) : null;

    private double SecondsLeft(CycleCounts cycle)
    {
        var slotSeconds = cycle.SlotsDone < TellingSlots
            ? cycle.Options.TestSeconds + cycle.Options.SlotMargin.TotalSeconds
            : clock.GetElapsedTime(cycle.Started).TotalSeconds / cycle.SlotsDone;
        return (cycle.Slots - cycle.SlotsDone) * slotSeconds;
    }
}
