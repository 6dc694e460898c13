using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Planning;

namespace NetGraph.Collector.Running;

/// <summary>Runs mesh cycles, one after the other, for as long as it lives.</summary>
internal sealed partial class CycleRunner(NodeWatch nodes, PairTest test, CollectorOptions options, CollectorState state, TimeProvider clock, ILogger<CycleRunner> log)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var start = clock.GetTimestamp();
            var current = await nodes.ReadAsync(cancellation).ConfigureAwait(false);
            if (current.Count >= 2) await RunCycleAsync(current, cancellation).ConfigureAwait(false);
            else Log.TooFewNodes(log, current.Count);
            var left = options.Interval - clock.GetElapsedTime(start);
            if (left > TimeSpan.Zero) await Task.Delay(left, clock, cancellation).ConfigureAwait(false);
        }
    }

    internal async Task RunCycleAsync(IReadOnlyList<AgentNode> current, CancellationToken cancellation)
    {
        AgentNode[] sorted = [.. current.OrderBy(node => node.Name, StringComparer.Ordinal)];
        var limits = new PlanLimits { CrossingsPerGroup = options.CrossingsPerGroup, MaxConcurrent = options.MaxConcurrent };
        var plan = MeshPlanner.Plan([.. sorted.Select(node => new PlanNode(node.Name, node.Node.GroupBy(options.CappedGroup), node.Node.Zone ?? ""))], new PlanOptions { Pairs = PairSelection.Full, Limits = limits }, cycle: 0);
        var cycle = state.BeginCycle(plan, [.. sorted.Select(node => node.Name)]);
        Log.CycleStarts(log, cycle, plan.TestCount, plan.RoundCount, plan.SlotCount, plan.LowerBoundSlots);
        // A name that no other collector, and no earlier life of this one, gives to a test.
        var prefix = Guid.NewGuid().ToString("N")[..12];
        var number = 0;
        foreach (var round in plan.Rounds)
        {
            foreach (var slot in round.Slots)
            {
                await Task.WhenAll(slot.Tests.Select(planned =>
                    RunTestAsync(sorted[planned.Source], sorted[planned.Destination], $"{prefix}-{++number}", cancellation))).ConfigureAwait(false);
                state.EndSlot();
            }

            state.EndRound();
        }

        var summary = state.EndCycle();
        Log.CycleEnds(log, cycle, summary.DurationSeconds, summary.TestsSucceeded, summary.TestsFailed, summary.BusyRetries);
    }

    private async Task RunTestAsync(AgentNode source, AgentNode destination, string testId, CancellationToken cancellation)
    {
        var result = await test.RunAsync(source, destination, testId, cancellation).ConfigureAwait(false);
        state.EndTest(source.Name, destination.Name, result.Failure);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A mesh needs at least two nodes, and the node list has {Count}: waiting for the next cycle")]
        public static partial void TooFewNodes(ILogger log, int count);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} starts: {Tests} tests in {Rounds} rounds, {Slots} slots (lower bound {LowerBound})")]
        public static partial void CycleStarts(ILogger log, long cycle, long tests, int rounds, int slots, int lowerBound);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} ended after {Seconds:0.0} s: {Succeeded} tests succeeded, {Failed} failed, {BusyRetries} busy retries")]
        public static partial void CycleEnds(ILogger log, long cycle, double seconds, int succeeded, int failed, int busyRetries);
    }
}
