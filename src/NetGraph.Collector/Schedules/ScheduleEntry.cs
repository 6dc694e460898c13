using System.Globalization;
using NetGraph.Collector.Running;

namespace NetGraph.Collector.Schedules;

/// <summary>What a collector keeps of a schedule, and the status that follows from it. Guarded by the book that holds it.</summary>
/// <param name="resource">The schedule.</param>
internal sealed class ScheduleEntry(TestSchedule resource)
{
    private readonly Dictionary<string, (string Status, DateTimeOffset Since)> _transitions = (resource.Status.Conditions ?? []).DistinctBy(condition => condition.Type).ToDictionary(condition => condition.Type, condition => (condition.Status, condition.LastTransitionTime));
    private (long Planned, long Slots, long LowerBound, double? Bytes)? _plan;

    public TestSchedule Resource { get; private set; } = resource;

    public string Name => Resource.Metadata.Name;

    public long? Generation { get; set; }

    public ScheduleSettings? Settings { get; set; }

    public IReadOnlyList<string> Faults { get; set; } = [];

    public TestMesh? Mesh { get; set; }

    /// <summary>When it runs next; <see langword="null"/> when it does not.</summary>
    public DateTimeOffset? Due { get; set; }

    public DateTimeOffset? LastRun { get; set; } = resource.Status.LastRunTime;

    public string? RunNowTaken { get; set; } = resource.Status.LastRunNow;

    public CancellationTokenSource? Running { get; set; }

    /// <summary>Why what was due did not run.</summary>
    public CycleHold? Hold { get; set; }

    public CycleSummary? Last { get; set; }

    public ScheduleVerdict? Verdict { get; set; }

    public long Bytes { get; set; }

    /// <summary>What its tests moved last, each; before the first run what the settings tell.</summary>
    public double? BytesPerTest => Last is { TestsSucceeded: > 0 } ? (double)Last.Bytes / Last.TestsSucceeded : Settings?.Options.BytesPerTest;

    public bool IsAskedToRunNow => Resource.Metadata.Annotations.GetValueOrDefault(ScheduleBook.RunNow) is { } asked && asked != RunNowTaken;

    /// <summary>Takes a newer form of the resource, unless only its status differs, which is our own.</summary>
    public bool TakeIfChanged(TestSchedule newer)
    {
        var isChanged = newer.Metadata.Generation != Resource.Metadata.Generation || newer.Metadata.Annotations.GetValueOrDefault(ScheduleBook.RunNow) != Resource.Metadata.Annotations.GetValueOrDefault(ScheduleBook.RunNow);
        Resource = newer;
        return isChanged;
    }

    /// <summary>Ends its run. What is told of it is told on other threads: the book is locked here.</summary>
    public void Stop() => _ = Running?.CancelAsync();

    public void Estimate(PlannedCycle cycle) => _plan = (cycle.Plan.TestCount, cycle.Plan.SlotCount, cycle.Plan.LowerBoundSlots, BytesPerTest * cycle.Plan.TestCount);

    public TestScheduleStatus Status(DateTimeOffset now)
    {
        var isRunning = Running is { IsCancellationRequested: false };
        var failed = Last is null ? 0 : Last.TestsFailed + Last.TestsSkipped;
        ScheduleCondition accepted = Settings is null
            ? Condition("Accepted", false, "Invalid", $"Nothing runs until this is mended: {string.Join("; ", Faults)}.", now)
            : Condition("Accepted", true, "Valid", "The schedule can be run.", now);
        ScheduleCondition running = isRunning ? Condition("Running", true, "CycleRuns", "A cycle of tests runs.", now)
            : Settings is null ? Condition("Running", false, "NotAccepted", "See the condition Accepted.", now)
            : Settings.IsSuspended ? Condition("Running", false, "Suspended", "spec.suspend is set.", now)
            : Condition("Running", false, "Waiting", "The next run is not due yet.", now);
        ScheduleCondition degraded = Hold is { } hold ? Condition("Degraded", hold.Reason != "OrderingOff", hold.Reason, hold.Detail, now)
            : failed > 0 ? Condition("Degraded", true, "PairsFailed", string.Create(CultureInfo.InvariantCulture, $"{failed} of {Last!.TestsPlanned} pairs of the last run have no result: the collector's log says why."), now)
            : Condition("Degraded", false, "AsExpected", "Nothing stands in the way.", now);
        var old = Resource.Status;
        return new TestScheduleStatus
        {
            ObservedGeneration = Resource.Metadata.Generation,
            Conditions = [accepted, running, degraded],
            LastRunTime = LastRun,
            NextRunTime = isRunning ? null : Due,
            LastRunNow = RunNowTaken,
            PairsPlanned = _plan?.Planned ?? old.PairsPlanned,
            PairsSucceeded = Last?.TestsSucceeded ?? old.PairsSucceeded,
            PairsFailed = Last is null ? old.PairsFailed : failed,
            Slots = _plan?.Slots ?? old.Slots,
            LowerBoundSlots = _plan?.LowerBound ?? old.LowerBoundSlots,
            EstimatedBytes = _plan is { } plan ? (long?)plan.Bytes : old.EstimatedBytes,
            SpentBytes = Last?.Bytes ?? old.SpentBytes,
            Verdict = Verdict is null ? old.Verdict ?? "Unknown" : Verdict.Word,
            VerdictMessage = Verdict?.Message ?? old.VerdictMessage ?? "No run has ended yet.",
        };
    }

    private ScheduleCondition Condition(string type, bool isTrue, string reason, string message, DateTimeOffset now)
    {
        var status = isTrue ? "True" : "False";
        if (!_transitions.TryGetValue(type, out var last) || last.Status != status) _transitions[type] = last = (status, now);
        return new ScheduleCondition(type, status, reason, message) { LastTransitionTime = last.Since, ObservedGeneration = Resource.Metadata.Generation };
    }
}
