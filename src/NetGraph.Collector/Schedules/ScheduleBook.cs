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
    private readonly SortedDictionary<string, ScheduleEntry> _entries = new(StringComparer.Ordinal);
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
        var touched = new List<ScheduleEntry>();
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
                if (!_entries.TryGetValue(schedule.Metadata.Name, out var entry)) _entries[schedule.Metadata.Name] = entry = new ScheduleEntry(schedule);
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
        ScheduleEntry? entry;
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

    private ScheduleEntry? NextDue() => _entries.Values.Where(entry => entry is { Due: not null, Running: null }).MinBy(entry => entry.Due);

    /// <summary>Reads what a new or changed schedule means.</summary>
    private void Read(ScheduleEntry entry)
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

    private async Task RunAsync(ScheduleEntry entry, CancellationTokenSource stop, CancellationToken cancellation)
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

    private CycleHold? FindHold(ScheduleEntry entry, PlannedCycle cycle, IReadOnlyList<MeshMember> members, bool isAsked)
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

    private void Report(ScheduleEntry entry)
    {
        lock (_lock)
        {
            if (_entries.GetValueOrDefault(entry.Name) == entry) report.Set(entry.Resource, entry.Status(services.Clock.GetUtcNow()));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "TestSchedule '{Schedule}' is not run: {Faults}")]
        public static partial void Refused(ILogger log, string schedule, string faults);

        [LoggerMessage(Level = LogLevel.Information, Message = "The run of TestSchedule '{Schedule}' was ended: it was deleted, suspended, or cannot be run any longer")]
        public static partial void Ended(ILogger log, string schedule);
    }
}
