using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Agent.Probing;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Probing;

public sealed class ProbeTimetableTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    // Timers count whole milliseconds.
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void The_next_turn_is_the_first_of_its_phase_that_is_still_to_come() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var interval = TimeSpan.FromSeconds(random.Next(1, 86401));
            var phase = interval * random.NextDouble();
            var now = TimeSpan.FromTicks(random.NextInt64(TimeSpan.FromDays(400).Ticks));
            var next = ProbeTimetable.NextAfter(now, phase, interval);
            return next > now && (next - now <= interval || next == phase) && (next - phase).Ticks % interval.Ticks == 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_turn_that_is_now_is_over() => Assert.Equal(Interval + TimeSpan.FromSeconds(1), ProbeTimetable.NextAfter(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), Interval));

    [Fact]
    public void Phases_are_spread_evenly_over_the_interval_and_never_change()
    {
        var phases = Enumerable.Range(0, 3000).Select(i => ProbeTimetable.Phase("n1", "icmp", $"peer n{i}", Interval)).ToList();
        Assert.All(phases, phase => Assert.InRange(phase, TimeSpan.Zero, Interval - TimeSpan.FromTicks(1)));
        // In each of 30 seconds 100 are due; five standard deviations of that are 49.
        Assert.All(phases.CountBy(phase => (int)phase.TotalSeconds), second => Assert.InRange(second.Value, 51, 149));
        Assert.Equal(30, phases.CountBy(phase => (int)phase.TotalSeconds).Count());
        Assert.Equal(phases[7], ProbeTimetable.Phase("n1", "icmp", "peer n7", Interval));
        Assert.InRange(ProbeTimetable.Phase("n1", "icmp", "peer n7", Interval * 2) - (phases[7] * 2), TimeSpan.Zero, TimeSpan.FromTicks(1));
    }

    [Fact]
    public void Other_nodes_probes_and_subjects_have_other_phases()
    {
        TimeSpan[] phases =
        [
            ProbeTimetable.Phase("n1", "icmp", "a", Interval), ProbeTimetable.Phase("n2", "icmp", "a", Interval),
            ProbeTimetable.Phase("n1", "tcp", "a", Interval), ProbeTimetable.Phase("n1", "icmp", "b", Interval),
        ];
        Assert.Equal(4, phases.Distinct().Count());
    }

    [Fact]
    public async Task Each_job_runs_once_an_interval_at_its_own_phase_and_no_two_at_once()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        var runs = new ConcurrentQueue<(string Subject, TimeSpan At)>();
        await using var table = new ProbeTimetable("n1", 4, clock, NullLogger.Instance);
        var jobs = Enumerable.Range(0, 20).Select(i => new ProbeJob("tcp", $"s{i}", Interval, _ =>
        {
            runs.Enqueue(($"s{i}", clock.GetUtcNow() - start));
            return Task.CompletedTask;
        })).ToList();
        table.Set(jobs);
        var turns = (from job in jobs from turn in (int[])[0, 1] select (job.Subject, At: ProbeTimetable.Phase("n1", "tcp", job.Subject, Interval) + (Interval * turn))).OrderBy(turn => turn.At).ToList();
        foreach (var (turn, number) in turns.Select((turn, number) => (turn, number + 1)))
        {
            await AdvanceToAsync(clock, start + turn.At + Late);
            await Wait.UntilAsync(() => runs.Count == number, $"run {number} of {turn.Subject} is done");
        }

        Assert.Equal(turns.Select(turn => turn.Subject), runs.Select(run => run.Subject));
        Assert.All(turns.Zip(runs), pair => Assert.InRange(pair.Second.At, pair.First.At, pair.First.At + Late));
    }

    [Fact]
    public async Task Waits_for_a_timer_also_for_the_last_part_of_a_millisecond()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        var runs = 0;
        await using var table = new ProbeTimetable("n1", 1, clock, NullLogger.Instance);
        table.Set([new ProbeJob("tcp", "s", Interval, _ => { Interlocked.Increment(ref runs); return Task.CompletedTask; })]);
        await AdvanceToAsync(clock, start + ProbeTimetable.Phase("n1", "tcp", "s", Interval) - TimeSpan.FromMicroseconds(1));
        table.Set([new ProbeJob("tcp", "s", Interval, _ => { Interlocked.Increment(ref runs); return Task.CompletedTask; })]);
        await WaitForTimerAsync(clock);
        Assert.Equal(0, Volatile.Read(ref runs));
        clock.Advance(Late);
        await Wait.UntilAsync(() => Volatile.Read(ref runs) == 1, "the job runs");
    }

    [Fact]
    public async Task A_new_list_moves_no_job_that_stays_and_drops_those_that_left()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        var runs = new ConcurrentQueue<(string Subject, TimeSpan At)>();
        ProbeJob Job(string subject) => new("tcp", subject, Interval, _ =>
        {
            runs.Enqueue((subject, clock.GetUtcNow() - start));
            return Task.CompletedTask;
        });
        await using var table = new ProbeTimetable("n1", 4, clock, NullLogger.Instance);
        var phase = ProbeTimetable.Phase("n1", "tcp", "stays", Interval);
        table.Set([Job("stays"), Job("leaves")]);
        await AdvanceToAsync(clock, start + (phase / 2));
        runs.Clear();
        table.Set([Job("stays")]);
        await AdvanceToAsync(clock, start + phase + Late);
        await Wait.UntilAsync(() => !runs.IsEmpty, "the job runs");
        await AdvanceToAsync(clock, start + phase + Interval + Late);
        await Wait.UntilAsync(() => runs.Count >= 2, "the job runs again");
        Assert.Equal(["stays", "stays"], runs.Select(run => run.Subject));
        Assert.All(runs.Zip((TimeSpan[])[phase, phase + Interval]), pair => Assert.InRange(pair.First.At, pair.Second, pair.Second + Late));
    }

    [Fact]
    public async Task A_job_that_still_runs_misses_its_turn_and_the_others_keep_theirs()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        int slow = 0, quick = 0;
        var release = new TaskCompletionSource();
        await using var table = new ProbeTimetable("n1", 4, clock, NullLogger.Instance);
        table.Set(
        [
            new ProbeJob("tcp", "slow", Interval, _ => { Interlocked.Increment(ref slow); return release.Task; }),
            new ProbeJob("tcp", "quick", Interval, _ => { Interlocked.Increment(ref quick); return Task.CompletedTask; }),
        ]);
        for (var turn = 1; turn <= 4; turn++)
        {
            await AdvanceToAsync(clock, start + (Interval * turn));
            await Wait.UntilAsync(() => Volatile.Read(ref quick) == turn && Volatile.Read(ref slow) >= 1, "the quick job runs each time");
        }

        Assert.Equal(1, Volatile.Read(ref slow));
        release.SetResult();
        await Wait.UntilAsync(() =>
        {
            clock.Advance(Interval);
            return Volatile.Read(ref slow) > 1;
        }, "the slow job runs again once it has ended");
    }

    [Fact]
    public async Task No_more_run_at_once_than_there_are_places()
    {
        var clock = new ManualClock();
        int running = 0, most = 0, done = 0;
        var places = new SemaphoreSlim(0);
        await using (var table = new ProbeTimetable("n1", 3, clock, NullLogger.Instance))
        {
            table.Set(Enumerable.Range(0, 12).Select(i => new ProbeJob("tcp", $"s{i}", Interval, async _ =>
            {
                var now = Interlocked.Increment(ref running);
                for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, now, seen);
                await places.WaitAsync(CancellationToken.None);
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref done);
            })));
            await WaitForTimerAsync(clock);
            clock.Advance(Interval);
            for (var i = 0; i < 12; i++)
            {
                var left = 12 - i;
                await Wait.UntilAsync(() => Volatile.Read(ref running) == Math.Min(3, left), "all places are taken");
                places.Release();
                await Wait.UntilAsync(() => Volatile.Read(ref done) == i + 1, "a job ends");
            }
        }

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_fault_of_one_job_is_logged_and_ends_no_other()
    {
        var clock = new ManualClock();
        using var log = new RecordingLog();
        var runs = 0;
        await using var table = new ProbeTimetable("n1", 1, clock, log);
        table.Set(
        [
            new ProbeJob("tcp", "faulty", Interval, _ => throw new InvalidOperationException("a bug")),
            new ProbeJob("tcp", "sound", Interval, _ => { Interlocked.Increment(ref runs); return Task.CompletedTask; }),
        ]);
        await Wait.UntilAsync(() =>
        {
            clock.Advance(Interval);
            return Volatile.Read(ref runs) >= 3 && log.Lines.Count >= 3;
        }, "both run again and again");
        Assert.All(log.Lines, line => Assert.Equal("Error: A fault in the program ended the probe tcp of 'faulty'", line));
    }

    [Fact]
    public async Task At_the_end_running_jobs_are_told_and_waited_for()
    {
        var clock = new ManualClock();
        bool hasBegun = false, hasEnded = false;
        using var log = new RecordingLog();
        var table = new ProbeTimetable("n1", 2, clock, log);
        table.Set([new ProbeJob("tcp", "s", Interval, async stop =>
        {
            Volatile.Write(ref hasBegun, true);
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                await Task.Yield();
                Volatile.Write(ref hasEnded, true);
            }
        })]);
        await WaitForTimerAsync(clock);
        clock.Advance(Interval);
        await Wait.UntilAsync(() => Volatile.Read(ref hasBegun), "the job runs");
        await table.DisposeAsync();
        Assert.True(hasEnded);
        Assert.Empty(log.Lines);
    }

    private static async Task AdvanceToAsync(ManualClock clock, DateTimeOffset to)
    {
        // Whatever is due before is done by the timer that waits for it.
        await WaitForTimerAsync(clock);
        clock.Advance(to - clock.GetUtcNow());
    }

    private static Task WaitForTimerAsync(ManualClock clock) => Wait.UntilAsync(() => clock.TimerCount == 1, "the timetable waits");
}
