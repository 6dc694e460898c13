using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Planning;

namespace NetGraph.Collector.Running;

/// <summary>Runs mesh cycles, one after the other, for as long as it lives.</summary>
internal sealed partial class CycleRunner(NodeWatch nodes, PairTest test, CollectorOptions options, CollectorState state, TimeProvider clock, ILogger<CycleRunner> log)
{
    /// <summary>Told of each test that ended; must not wait.</summary>
    public event Action<TestOutcome>? TestEnded;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var start = clock.GetTimestamp();
            var current = await nodes.ReadAsync(cancellation).ConfigureAwait(false);
            if (current.Count >= 2 && current.Any(node => node is AgentNode)) await RunCycleAsync(current, cancellation).ConfigureAwait(false);
            else Log.TooFewNodes(log, current.Count);
            var left = options.Interval - clock.GetElapsedTime(start);
            if (left > TimeSpan.Zero) await Task.Delay(left, clock, cancellation).ConfigureAwait(false);
        }
    }

    internal async Task RunCycleAsync(IReadOnlyList<MeshMember> current, CancellationToken cancellation)
    {
        MeshMember[] sorted = [.. current.OrderBy(node => node.Name, StringComparer.Ordinal)];
        var limits = new PlanLimits { CrossingsPerGroup = options.CrossingsPerGroup, MaxConcurrent = options.MaxConcurrent };
        var plan = TargetPlanner.PlanFullMesh([.. sorted.Select(node => node.Node.GroupBy(options.CappedGroup))], [.. sorted.Select(node => node is TargetNode)], limits);
        var cycle = state.BeginCycle(plan, [.. sorted.Select(node => node.Name)], sorted.OfType<TargetNode>().Select(node => node.Name).ToHashSet(StringComparer.Ordinal));
        Log.CycleStarts(log, cycle, plan.TestCount, plan.Rounds.Length, plan.SlotCount, plan.LowerBoundSlots);
        // A name that no other collector, and no earlier life of this one, gives to a test.
        var prefix = Guid.NewGuid().ToString("N")[..12];
        var number = 0;
        foreach (var round in plan.Rounds)
        {
            for (var slot = 0; slot < 2; slot++)
            {
                await Task.WhenAll(round.Slot(isReverse: slot == 1).Select(pair =>
                    RunTestAsync(sorted[pair.First], sorted[pair.Second], $"{prefix}-{++number}", cancellation))).ConfigureAwait(false);
                state.EndSlot();
            }

            state.EndRound();
        }

        var summary = state.EndCycle();
        Log.CycleEnds(log, cycle, summary.DurationSeconds, summary.TestsSucceeded, summary.TestsFailed, summary.BusyRetries);
    }

    private async Task RunTestAsync(MeshMember source, MeshMember destination, string testId, CancellationToken cancellation)
    {
        var result = await test.RunAsync(source, destination, testId, cancellation).ConfigureAwait(false);
        state.EndTest(source.Name, destination.Name, result.Failure);
        TestEnded?.Invoke(new TestOutcome(source.Name, destination.Name, result, clock.GetUtcNow()));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A mesh needs at least two nodes, one of them with an agent, and the node list has {Count}: waiting for the next cycle")]
        public static partial void TooFewNodes(ILogger log, int count);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} starts: {Tests} tests in {Rounds} rounds, {Slots} slots (lower bound {LowerBound})")]
        public static partial void CycleStarts(ILogger log, long cycle, int tests, int rounds, int slots, int lowerBound);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} ended after {Seconds:0.0} s: {Succeeded} tests succeeded, {Failed} failed, {BusyRetries} busy retries")]
        public static partial void CycleEnds(ILogger log, long cycle, double seconds, int succeeded, int failed, int busyRetries);
    }
}
