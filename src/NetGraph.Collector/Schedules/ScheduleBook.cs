using System.Globalization;
using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Running;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector.Schedules;

/// <summary>All TestSchedules: knows which is due, runs it, and says how it went. May be used from several threads at once.</summary>
/// <param name="services">What all meshes share.</param>
/// <param name="collector">Settings of the collector.</param>
/// <param name="report">Where status and verdicts go; must not wait.</param>
/// <param name="log">Where it logs.</param>
internal sealed partial class ScheduleBook(MeshServices services, CollectorOptions collector, IScheduleReport report, ILogger<ScheduleBook> log) : IScheduledCycles
{
    /// <summary>Annotation that asks for a run now, by each new value.</summary>
    public const string RunNow = "netgraph.io/run-now";

    private const string BudgetSpent = "BudgetSpent";
    private const string DutyCycle = "DutyCycle";

    // The nodes may be fewer by then.
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Told of each test that ended; must not wait.</summary>
    public event Action<TestOutcome>? TestEnded;

    /// <inheritdoc/>
    public TimeSpan? UntilDue
    {
        get
        {
            lock (_lock) return NextDue()?.Due - services.Clock.GetUtcNow();
        }
    }

    /// <summary>Names of all schedules, sorted.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock) return [.. _entries.Keys];
        }
    }

    /// <inheritdoc/>
    public Task WaitForChangeAsync(CancellationToken cancellation)
    {
        lock (_lock) return _changed.Task.WaitAsync(cancellation);
    }

    /// <summary>Takes the schedules as they are now. One that is new or changed is read anew; the run of one that is gone or suspended is ended.</summary>
    public void Take(IReadOnlyList<TestSchedule> schedules)
    {
        TaskCompletionSource changed;
        var touched = new List<Entry>();
        lock (_lock)
        {
            var present = schedules.ToDictionary(schedule => schedule.Metadata.Name, StringComparer.Ordinal);
            foreach (var (name, entry) in _entries.ToList())
            {
                if (present.TryGetValue(name, out var schedule) && schedule.Metadata.Uid == entry.Resource.Metadata.Uid) continue;
                _entries.Remove(name);
                entry.Stop();
            }

            foreach (var schedule in schedules)
            {
                if (!_entries.TryGetValue(schedule.Metadata.Name, out var entry)) _entries[schedule.Metadata.Name] = entry = new Entry(schedule);
                else if (!entry.TakeIfChanged(schedule)) continue;
                Read(entry);
                touched.Add(entry);
            }

            changed = _changed;
            _changed = NewSignal();
        }

        foreach (var entry in touched) Report(entry);
        changed.SetResult();
    }

    /// <inheritdoc/>
    public async Task RunDueAsync(CancellationToken cancellation)
    {
        Entry? entry;
        lock (_lock)
        {
            entry = NextDue();
            if (entry is null || entry.Due > services.Clock.GetUtcNow()) return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await RunAsync(entry, stop, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Log.Ended(log, entry.Name);
        }
        finally
        {
            lock (_lock) entry.Running = null;
            Report(entry);
        }
    }

    /// <summary>Writes what is known of the schedules; nothing of those that are gone.</summary>
    public void Write(ExpositionWriter writer)
    {
        lock (_lock)
        {
            writer.Begin(Metrics.ScheduleAccepted);
            foreach (var entry in _entries.Values) writer.Sample(entry.Settings is null ? 0 : 1, entry.Name);
            writer.Begin(Metrics.SchedulePairs);
            foreach (var entry in _entries.Values.Where(entry => entry.Last is not null))
            {
                writer.Sample(entry.Last!.TestsPlanned, entry.Name, "planned");
                writer.Sample(entry.Last.TestsSucceeded, entry.Name, "succeeded");
                writer.Sample(entry.Last.TestsFailed + entry.Last.TestsSkipped, entry.Name, "failed");
            }

            writer.Begin(Metrics.ScheduleLastRun);
            foreach (var entry in _entries.Values.Where(entry => entry.LastRun is not null)) writer.Sample(entry.LastRun!.Value.ToUnixTimeMilliseconds() / 1000.0, entry.Name);
            writer.Begin(Metrics.ScheduleBytes);
            foreach (var entry in _entries.Values) writer.Sample(entry.Bytes, entry.Name);
            writer.Begin(Metrics.ScheduleExpectationsMet);
            foreach (var entry in _entries.Values.Where(entry => entry.Verdict is { IsMet: not null })) writer.Sample(entry.Verdict!.IsMet == true ? 1 : 0, entry.Name);
        }
    }

    private Entry? NextDue() => _entries.Values.Where(entry => entry is { Due: not null, Running: null }).MinBy(entry => entry.Due);

    /// <summary>Reads what a new or changed schedule means.</summary>
    private void Read(Entry entry)
    {
        var now = services.Clock.GetUtcNow();
        var settings = ScheduleReader.Read(entry.Resource, collector, out var faults);
        entry.Faults = faults;
        if (settings is null || settings.IsSuspended) entry.Stop();
        if (settings is null) Log.Refused(log, entry.Name, string.Join("; ", faults));
        if (settings is not null && (entry.Settings is null || entry.Generation != entry.Resource.Metadata.Generation))
        {
            // A schedule whose settings stay goes on with its mesh, which knows how far a sample has come.
            entry.Mesh = new TestMesh(services, settings.Options);
            entry.Mesh.TestEnded += outcome => TestEnded?.Invoke(outcome);
        }

        entry.Settings = settings;
        entry.Generation = entry.Resource.Metadata.Generation;
        entry.Hold = null;
        entry.Due = settings is null || settings.IsSuspended ? null : entry.IsAskedToRunNow ? now : settings.Timing.NextRun(now, entry.LastRun);
    }

    private async Task RunAsync(Entry entry, CancellationTokenSource stop, CancellationToken cancellation)
    {
        var members = await services.Nodes.ReadAsync(cancellation).ConfigureAwait(false);
        ScheduleSettings settings;
        TestMesh mesh;
        PlannedCycle cycle;
        lock (_lock)
        {
            // It may have been changed meanwhile.
            if (entry.Settings is null || entry.Due is null) return;
            (settings, mesh) = (entry.Settings, entry.Mesh!);
            cycle = mesh.Plan(members, member => settings.Sources.Matches(member.Labels), member => settings.Destinations.Matches(member.Labels));
            entry.Estimate(cycle);
            var isAsked = entry.IsAskedToRunNow;
            entry.RunNowTaken = entry.Resource.Metadata.Annotations.GetValueOrDefault(RunNow) ?? entry.RunNowTaken;
            var now = services.Clock.GetUtcNow();
            entry.Hold = FindHold(entry, cycle, members, isAsked);
            if (entry.Hold is { Reason: BudgetSpent or DutyCycle, Time: var wait })
            {
                entry.Due = now + (wait < LongestHold ? wait : LongestHold);
                return;
            }

            entry.Due = settings.Timing.NextRun(now + TimeSpan.FromTicks(1), now);
            if (entry.Hold is not null) return;
            entry.LastRun = now;
            entry.Running = stop;
        }

        Report(entry);
        var summary = await mesh.RunAsync(cycle, stop.Token).ConfigureAwait(false);
        var verdict = Judge(settings.Expectations, summary);
        bool isNews;
        lock (_lock)
        {
            isNews = verdict.IsMet is not null && (entry.Verdict?.IsMet != verdict.IsMet || verdict.IsMet == false);
            (entry.Last, entry.Verdict) = (summary, verdict);
            entry.Bytes += summary.Bytes;
        }

        if (isNews) report.Tell(entry.Resource, verdict);
    }

    private CycleHold? FindHold(Entry entry, PlannedCycle cycle, IReadOnlyList<MeshMember> members, bool isAsked)
    {
        if (cycle.Plan.TestCount == 0)
        {
            int senders = cycle.Nodes.Count(node => node.Sends), receivers = cycle.Nodes.Count(node => node.Receives);
            return new CycleHold("TooFewNodes", $"There is no pair to test: of {members.Count} nodes with an agent or server {senders} are sources and {receivers} are destinations. See spec.sources and spec.destinations, and the nodes' labels.", TimeSpan.Zero);
        }

        if (collector.IsOrderingOff) return new CycleHold("OrderingOff", "The collector was started with --no-orders: it plans and orders nothing.", TimeSpan.Zero);
        return !isAsked && services.Budget.FindHold(cycle.Plan, cycle.Nodes, entry.BytesPerTest) is { } hold ? hold with { Reason = hold.Reason == "budget" ? BudgetSpent : DutyCycle } : null;
    }

    private ScheduleVerdict Judge(MeshExpectations expectations, CycleSummary summary)
    {
        if (!expectations.HasAny) return new ScheduleVerdict(null, "Nothing is expected: see spec.expectations.");
        // A run may be shorter than the time from one train of echoes to the next.
        var echoes = services.Links.ReadRecentEchoes().ToDictionary(link => (link.Source, link.Destination));
        var broken = expectations.Judge(services.State.ReadAllTests(summary.Cycle), echoes);
        if (broken.Count == 0) return new ScheduleVerdict(true, string.Create(CultureInfo.InvariantCulture, $"All {summary.TestsPlanned} links are as expected."));
        var first = broken[0];
        return new ScheduleVerdict(false, string.Create(CultureInfo.InvariantCulture, $"{broken.Count} of {summary.TestsPlanned} links are not as expected, such as {first.Source} to {first.Destination}: {string.Join("; ", first.Reasons)}."));
    }

    private void Report(Entry entry)
    {
        lock (_lock)
        {
            if (_entries.GetValueOrDefault(entry.Name) == entry) report.Set(entry.Resource, entry.Status(services.Clock.GetUtcNow()));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is kept of a schedule.</summary>
    private sealed class Entry(TestSchedule resource)
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

        public bool IsAskedToRunNow => Resource.Metadata.Annotations.GetValueOrDefault(RunNow) is { } asked && asked != RunNowTaken;

        /// <summary>Takes a newer form of the resource, unless only its status differs, which is our own.</summary>
        public bool TakeIfChanged(TestSchedule newer)
        {
            var isChanged = newer.Metadata.Generation != Resource.Metadata.Generation || newer.Metadata.Annotations.GetValueOrDefault(RunNow) != Resource.Metadata.Annotations.GetValueOrDefault(RunNow);
            Resource = newer;
            return isChanged;
        }

        public void Stop() => Running?.Cancel();

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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "TestSchedule '{Schedule}' is not run: {Faults}")]
        public static partial void Refused(ILogger log, string schedule, string faults);

        [LoggerMessage(Level = LogLevel.Information, Message = "The run of TestSchedule '{Schedule}' was ended: it was deleted, suspended, or cannot be run any longer")]
        public static partial void Ended(ILogger log, string schedule);
    }
}

/// <summary>Whether the links of a run were as expected.</summary>
/// <param name="IsMet">Whether; <see langword="null"/> when nothing is expected.</param>
/// <param name="Message">The same for people.</param>
internal sealed record ScheduleVerdict(bool? IsMet, string Message)
{
    /// <summary>As it stands in the status.</summary>
    public string Word => IsMet switch { true => "Met", false => "NotMet", null => "Unknown" };
}

/// <summary>Takes what is to be said of schedules. Nothing here waits.</summary>
internal interface IScheduleReport
{
    /// <summary>The status is now this.</summary>
    void Set(TestSchedule schedule, TestScheduleStatus status);

    /// <summary>A run has shown that links are, or are not, as expected.</summary>
    void Tell(TestSchedule schedule, ScheduleVerdict verdict);
}
