using System.Collections.Immutable;
using NetGraph.Collector.Planning;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector;

/// <summary>What the collector did and is doing; its metrics and its progress are written from here. May be used from several threads at once.</summary>
internal sealed class CollectorState(CollectorOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long[] _failures = new long[ProbeFailureNames.All.Count];
    private readonly Dictionary<(string Source, string Destination), PairHistory> _pairs = [];
    private ImmutableArray<MeshNode> _nodes = [];
    private long _cycles;
    private long _rounds;
    private long _planned;
    private long _succeeded;
    private long _busyRetries;
    private long _discoveryErrors;
    private Cycle? _cycle;
    private CycleSummary? _last;

    public void SetNodes(ImmutableArray<MeshNode> nodes)
    {
        lock (_lock) _nodes = nodes;
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

    public long BeginCycle(MeshPlan plan, IReadOnlyList<string> names, IReadOnlySet<string>? targets = null)
    {
        lock (_lock)
        {
            _planned += plan.TestCount;
            _cycle = new Cycle(_cycles + 1, plan, clock.GetUtcNow(), clock.GetTimestamp());
            var members = names.ToHashSet(StringComparer.Ordinal);
            foreach (var pair in _pairs.Keys.Where(pair => !members.Contains(pair.Source) || !members.Contains(pair.Destination)).ToList()) _pairs.Remove(pair);
            foreach (var source in names)
            {
                foreach (var destination in names)
                {
                    if (source != destination && !(targets is not null && targets.Contains(source) && targets.Contains(destination))) _pairs.TryAdd((source, destination), new PairHistory(clock.GetTimestamp(), null));
                }
            }

            return _cycle.Number;
        }
    }

    public void EndTest(string source, string destination, ProbeFailure? failure)
    {
        lock (_lock)
        {
            if (failure is { } reason)
            {
                _failures[(int)reason]++;
                if (_cycle is not null) _cycle.Failed++;
                return;
            }

            _succeeded++;
            if (_cycle is not null) _cycle.Succeeded++;
            if (_pairs.TryGetValue((source, destination), out var history)) _pairs[(source, destination)] = history with { Measured = clock.GetTimestamp() };
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
            var cycle = _cycle!;
            _last = new CycleSummary(
                cycle.Number, cycle.StartedAt, clock.GetElapsedTime(cycle.Started).TotalSeconds, cycle.Plan.SlotCount, cycle.Succeeded, cycle.Failed, cycle.BusyRetries);
            _cycle = null;
            return _last;
        }
    }

    public CycleProgress ReadProgress()
    {
        lock (_lock)
        {
            var slotSeconds = options.DurationSeconds + options.SlotMargin.TotalSeconds;
            var running = _cycle is null
                ? null
                : new RunningCycle(
                    _cycle.Number, _cycle.StartedAt, _cycle.Plan.TestCount, _cycle.Succeeded, _cycle.Failed,
                    _cycle.Plan.SlotCount, _cycle.SlotsDone, _cycle.Plan.LowerBoundSlots, (_cycle.Plan.SlotCount - _cycle.SlotsDone) * slotSeconds);
            return new CycleProgress(running, _last);
        }
    }

    public void Write(ExpositionWriter writer)
    {
        WriteMesh(writer);
        ProcessMetrics.Write(writer, "collector");
    }

    /// <summary>Without what every process says of itself.</summary>
    public void WriteMesh(ExpositionWriter writer)
    {
        lock (_lock)
        {
            writer.Begin(Metrics.NodeInfo);
            foreach (var node in _nodes) writer.Sample(1, node.Name, node.Zone, node.Region, node.Rack, node.InstanceType, node.IsTarget ? Labels.Target : null);
            writer.Write(Metrics.CollectorCycles, _cycles);
            writer.Write(Metrics.CollectorRounds, _rounds);
            writer.Write(Metrics.CollectorTestsPlanned, _planned);
            writer.Write(Metrics.CollectorTestsSucceeded, _succeeded);
            writer.Begin(Metrics.CollectorTestsFailed);
            foreach (var failure in ProbeFailureNames.All) writer.Sample(_failures[(int)failure], failure.ToReason());
            writer.Write(Metrics.CollectorBusyRetries, _busyRetries);
            writer.Write(Metrics.CollectorDiscoveryErrors, _discoveryErrors);
            writer.Write(Metrics.CollectorCycleInterval, options.Interval.TotalSeconds);
            if (_cycle is not null)
            {
                writer.Write(Metrics.CollectorPlanSlots, _cycle.Plan.SlotCount);
                writer.Write(Metrics.CollectorPlanLowerBound, _cycle.Plan.LowerBoundSlots);
            }

            if (_last is not null) writer.Write(Metrics.CollectorCycleDuration, _last.DurationSeconds);
            if (_pairs.Count > 0) WriteCoverage(writer);
        }
    }

    private void WriteCoverage(ExpositionWriter writer)
    {
        // A cycle that takes longer than its interval stretches what counts as recent.
        var cycle = Math.Max(options.Interval.TotalSeconds, _last?.DurationSeconds ?? 0);
        double Age(long timestamp) => clock.GetElapsedTime(timestamp).TotalSeconds;
        var recent = _pairs.Values.Count(pair => pair.Measured is { } measured && Age(measured) <= 2 * cycle);
        writer.Write(Metrics.CollectorCoverage, (double)recent / _pairs.Count);
        writer.Write(Metrics.CollectorOldestPair, _pairs.Values.Max(pair => Age(pair.Measured ?? pair.Joined)));
    }

    private sealed class Cycle(long number, MeshPlan plan, DateTimeOffset startedAt, long started)
    {
        public long Number => number;

        public MeshPlan Plan => plan;

        public DateTimeOffset StartedAt => startedAt;

        public long Started => started;

        public int Succeeded { get; set; }

        public int Failed { get; set; }

        public int SlotsDone { get; set; }

        public int BusyRetries { get; set; }
    }

    private readonly record struct PairHistory(long Joined, long? Measured);
}

/// <summary>Answer of <c>/api/v1/cycle</c>.</summary>
internal sealed record CycleProgress(RunningCycle? Running, CycleSummary? Last);

/// <summary>The cycle that runs now.</summary>
internal sealed record RunningCycle(
    long Cycle, DateTimeOffset StartedAt, int TestsPlanned, int TestsSucceeded, int TestsFailed, int Slots, int SlotsDone, int LowerBoundSlots, double SecondsLeft);

/// <summary>A cycle that has ended.</summary>
internal sealed record CycleSummary(long Cycle, DateTimeOffset StartedAt, double DurationSeconds, int Slots, int TestsSucceeded, int TestsFailed, int BusyRetries);
