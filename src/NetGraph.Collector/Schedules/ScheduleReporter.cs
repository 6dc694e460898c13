using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using NetGraph.Kubernetes;
using NetGraph.Kubernetes.Events;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Collector.Schedules;

/// <summary>Writes status and events of schedules to the API server, in the background: the newest status of each, however long the server is away.</summary>
internal sealed partial class ScheduleReporter(KubernetesClient client, EventRecorder events, TimeProvider clock, ILogger<ScheduleReporter> log) : IScheduleReport
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(60);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TestScheduleStatus> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<(TestSchedule Schedule, ScheduleVerdict Verdict)> _verdicts = [];
    private TaskCompletionSource _added = NewSignal();

    public void Set(TestSchedule schedule, TestScheduleStatus status)
    {
        lock (_lock)
        {
            _waiting[schedule.Metadata.Name] = status;
            _added.TrySetResult();
        }
    }

    public void Tell(TestSchedule schedule, ScheduleVerdict verdict)
    {
        lock (_lock)
        {
            _verdicts.Enqueue((schedule, verdict));
            _added.TrySetResult();
        }
    }

    /// <summary>Writes what waits, again and again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task added;
            lock (_lock) added = _added.Task;
            await added.WaitAsync(cancellation).ConfigureAwait(false);
            List<(string Name, TestScheduleStatus Status)> statuses;
            List<(TestSchedule Schedule, ScheduleVerdict Verdict)> verdicts;
            lock (_lock)
            {
                statuses = [.. _waiting.Select(entry => (entry.Key, entry.Value))];
                verdicts = [.. _verdicts];
                _waiting.Clear();
                _verdicts.Clear();
                _added = NewSignal();
            }

            foreach (var (schedule, verdict) in verdicts)
            {
                var about = new ObjectReference { ApiVersion = "netgraph.io/v1alpha1", Kind = "TestSchedule", Name = schedule.Metadata.Name, Uid = schedule.Metadata.Uid, ResourceVersion = schedule.Metadata.ResourceVersion };
                await events.RecordAsync(about, isWarning: verdict.IsMet == false, verdict.IsMet == true ? "ExpectationsMet" : "ExpectationsNotMet", verdict.Message, cancellation).ConfigureAwait(false);
            }

            var pause = TimeSpan.Zero;
            foreach (var (name, status) in statuses)
            {
                var wait = await WriteAsync(name, status, cancellation).ConfigureAwait(false);
                if (wait > pause) pause = wait;
            }

            if (pause > TimeSpan.Zero) await Task.Delay(pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <returns>How long to wait before the next try; zero when there is nothing to try again.</returns>
    private async Task<TimeSpan> WriteAsync(string name, TestScheduleStatus status, CancellationToken cancellation)
    {
        try
        {
            await client.PatchStatusAsync(TestSchedule.Kind, null, name, JsonSerializer.SerializeToNode(status, StatusJsonContext.Default.TestScheduleStatus)!, cancellation).ConfigureAwait(false);
            return TimeSpan.Zero;
        }
        catch (KubernetesException exception)
        {
            if (exception.IsNotFound) return TimeSpan.Zero;
            Log.NotWritten(log, name, exception.Message);
            lock (_lock)
            {
                // A newer one that came meanwhile stays.
                _waiting.TryAdd(name, status);
                _added.TrySetResult();
            }

            return exception.IsTransient ? RetryPause : RefusedPause;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The status of TestSchedule '{Schedule}' could not be written and will be tried again: {Reason}")]
        public static partial void NotWritten(ILogger log, string schedule, string reason);
    }
}

/// <summary>JSON of a status as a merge patch: what is not known is written as null, so that an older value goes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(TestScheduleStatus))]
internal sealed partial class StatusJsonContext : JsonSerializerContext;
