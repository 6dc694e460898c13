using Microsoft.Extensions.Logging;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Probing;

/// <summary>What the probes of targets outside the mesh found. What is found of a target that left is forgotten, also by a run that ends later.</summary>
/// <param name="log">Told when a target goes down or comes back.</param>
internal sealed partial class TargetBook(ILogger log)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Entry> _targets = new(StringComparer.Ordinal);

    /// <summary>Takes a new list. Counts of targets that stay go on; a target that is probed otherwise, or has become another under the same name, begins anew.</summary>
    public void Set(IReadOnlyList<ProbeTarget> targets)
    {
        lock (_lock)
        {
            var known = new Dictionary<string, Entry>(_targets, StringComparer.Ordinal);
            _targets.Clear();
            foreach (var target in targets)
                _targets[target.Name] = known.TryGetValue(target.Name, out var old) && Same(old.Target, target) ? old : new Entry(target);
        }
    }

    public void Record(ProbeTarget target, ProbeOutcome outcome)
    {
        bool? was;
        lock (_lock)
        {
            if (!_targets.TryGetValue(target.Name, out var entry) || !Same(entry.Target, target)) return;
            entry.Probes += outcome.Attempts;
            foreach (var time in outcome.Times) entry.Time += time;
            if (outcome.Failure is { } failure) entry.Failures[(int)failure] += outcome.Failed;
            was = entry.IsUp;
            entry.IsUp = outcome.Times.Length > 0;
            if (was == entry.IsUp) return;
        }

        if (outcome.Times.IsEmpty) Log.Down(log, target.Name, target.Probe, outcome.Text);
        else if (was is false) Log.Up(log, target.Name, target.Probe);
    }

    public void Write(ExpositionWriter writer, string source)
    {
        lock (_lock)
        {
            if (_targets.Count == 0) return;
            writer.Begin(Metrics.TargetProbes);
            foreach (var (name, entry) in _targets) writer.Sample(entry.Probes, source, name, entry.Target.Probe);
            writer.Begin(Metrics.TargetFailures);
            foreach (var (name, entry) in _targets)
            {
                foreach (var failure in ProbeFailureNames.All.Where(failure => entry.Failures[(int)failure] > 0)) writer.Sample(entry.Failures[(int)failure], source, name, entry.Target.Probe, failure.ToReason());
            }

            writer.Begin(Metrics.TargetTime);
            foreach (var (name, entry) in _targets) writer.Sample(entry.Time.TotalSeconds, source, name, entry.Target.Probe);
            writer.Begin(Metrics.TargetUp);
            foreach (var (name, entry) in _targets)
            {
                if (entry.IsUp is { } isUp) writer.Sample(isUp ? 1 : 0, source, name, entry.Target.Probe);
            }
        }
    }

    private static bool Same(ProbeTarget a, ProbeTarget b) => a == b with { IntervalSeconds = a.IntervalSeconds };

    private sealed class Entry(ProbeTarget target)
    {
        public ProbeTarget Target => target;

        public long Probes { get; set; }

        public long[] Failures { get; } = new long[ProbeFailureNames.All.Count];

        public TimeSpan Time { get; set; }

        public bool? IsUp { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Target '{Target}' is down by {Probe}: {Text}")]
        public static partial void Down(ILogger log, string target, string probe, string? text);

        [LoggerMessage(Level = LogLevel.Information, Message = "Target '{Target}' is up again by {Probe}")]
        public static partial void Up(ILogger log, string target, string probe);
    }
}
