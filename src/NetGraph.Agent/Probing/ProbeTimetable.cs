using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace NetGraph.Agent.Probing;

/// <summary>Runs jobs, each at its own phase of its own interval, not too many at once, and none twice at the same time.</summary>
/// <remarks>
/// The phase is fixed by the names of node, probe and subject: nothing happens on all nodes at the same moment, and a new list of jobs moves no job that
/// stays. A job that is still running or waits for others when it is due misses that turn.
/// </remarks>
internal sealed partial class ProbeTimetable : IAsyncDisposable
{
    private readonly string _node;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _places;
    private readonly int _atOnce;
    private readonly long _start;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<(string, string)> _running = [];
    private PriorityQueue<ProbeJob, TimeSpan> _due = new();
    private CancellationTokenSource _changed = new();
    private readonly Task _work;

    /// <param name="node">Name of this node.</param>
    /// <param name="atOnce">Most jobs that run at once.</param>
    /// <param name="clock">Time.</param>
    /// <param name="log">For faults of jobs.</param>
    public ProbeTimetable(string node, int atOnce, TimeProvider clock, ILogger log)
    {
        _node = node;
        _clock = clock;
        _log = log;
        _atOnce = atOnce;
        _places = new SemaphoreSlim(atOnce);
        _start = clock.GetTimestamp();
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Takes a new list of jobs. Those that run end undisturbed.</summary>
    public void Set(IEnumerable<ProbeJob> jobs)
    {
        var now = _clock.GetElapsedTime(_start);
        var due = new PriorityQueue<ProbeJob, TimeSpan>(jobs.Select(job => (job, NextAfter(now, job))));
        CancellationTokenSource changed;
        lock (_lock)
        {
            (changed, _changed) = (_changed, new CancellationTokenSource());
            _due = due;
        }

        changed.Cancel();
        changed.Dispose();
    }

    /// <summary>Ends running jobs and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var i = 0; i < _atOnce; i++) await _places.WaitAsync().ConfigureAwait(false);
        _places.Dispose();
        _changed.Dispose();
        _stop.Dispose();
    }

    /// <summary>The first time after another at which a job that repeats at a phase of its interval is due.</summary>
    internal static TimeSpan NextAfter(TimeSpan now, TimeSpan phase, TimeSpan interval)
    {
        var turn = (now - phase).Ticks / interval.Ticks;
        var next = phase + (interval * turn);
        while (next <= now) next += interval;
        return next;
    }

    /// <summary>When in its interval a job is due: fixed by the names, spread evenly over all of them.</summary>
    internal static TimeSpan Phase(string node, string probe, string subject, TimeSpan interval)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{node}\n{probe}\n{subject}"));
        return new TimeSpan((long)(BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0) * interval.Ticks));
    }

    private TimeSpan NextAfter(TimeSpan now, ProbeJob job) => NextAfter(now, Phase(_node, job.Probe, job.Subject, job.Interval), job.Interval);

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (TakeDue(out var job, out var wait, out var changed))
            {
                await _places.WaitAsync(_stop.Token).ConfigureAwait(false);
                _ = Task.Run(() => RunAsync(job!));
                continue;
            }

            using var wake = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, changed);
            // A delay is cut to whole milliseconds: what is left of the last one would be waited for by asking the clock again and again.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _clock, wake.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool TakeDue(out ProbeJob? job, out TimeSpan wait, out CancellationToken changed)
    {
        lock (_lock)
        {
            changed = _changed.Token;
            var now = _clock.GetElapsedTime(_start);
            while (_due.TryPeek(out job, out var due))
            {
                wait = due - now;
                if (wait > TimeSpan.Zero) return false;
                _due.Dequeue();
                _due.Enqueue(job, NextAfter(now, job));
                if (_running.Add((job.Probe, job.Subject))) return true;
            }

            wait = Timeout.InfiniteTimeSpan;
            return false;
        }
    }

    private async Task RunAsync(ProbeJob job)
    {
        try
        {
            await job.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // There is no result.
        }
        catch (Exception exception)
        {
            // A fault of one probe must not end the others.
            Log.Faulty(_log, exception, job.Probe, job.Subject);
        }
        finally
        {
            lock (_lock) _running.Remove((job.Probe, job.Subject));
            _places.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A fault in the program ended the probe {Probe} of '{Subject}'")]
        public static partial void Faulty(ILogger log, Exception exception, string probe, string subject);
    }
}

/// <summary>Something to do again and again.</summary>
/// <param name="Probe">What is done.</param>
/// <param name="Subject">The peer or target that it is done to.</param>
/// <param name="Interval">Time from one run to the next.</param>
/// <param name="RunAsync">Does it once, within a bound of its own; the token ends it early.</param>
internal sealed record ProbeJob(string Probe, string Subject, TimeSpan Interval, Func<CancellationToken, Task> RunAsync);
