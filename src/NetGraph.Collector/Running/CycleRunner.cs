using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Links;
using NetGraph.Collector.Planning;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>Runs mesh cycles, one after the other, for as long as it lives: when they are due, or when somebody asks.</summary>
internal sealed partial class CycleRunner(
    NodeWatch nodes, PairTest test, AggregateTest aggregate, AgentHealth health, LinkTable links, CycleRequests requests, CycleBudget budget, CollectorOptions options, CollectorState state,
    TimeProvider clock, ILogger<CycleRunner> log)
{
    /// <summary>Told of each test that ended; must not wait.</summary>
    public event Action<TestOutcome>? TestEnded;

    // A hold may last longer than timers can, and the nodes may be fewer by then.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private readonly PlanOptions _plan = options.Plan;

    // A collector that starts anew goes on with a sampled mesh about where the last one was, instead of from the first sample.
    private readonly long _cyclesBefore = (long)(clock.GetUtcNow().ToUnixTimeSeconds() / Math.Max(1, options.Interval.TotalSeconds));

    public async Task RunAsync(CancellationToken cancellation)
    {
        var wait = TimeSpan.Zero;
        while (true)
        {
            if (options.OnRequestOnly) state.Wait("request", "A cycle runs when it is asked for.", null);
            var isAsked = await requests.WaitAsync(options.OnRequestOnly ? Timeout.InfiniteTimeSpan : wait, cancellation).ConfigureAwait(false);
            var start = clock.GetTimestamp();
            var current = await nodes.ReadAsync(cancellation).ConfigureAwait(false);
            var lack = NodeWatch.FindLack([.. current.Select(member => member.Node)]);
            if (lack is null)
            {
                var planned = Sort(current);
                var plan = Plan(planned);
                // Who asks for a cycle knows what it costs.
                if (!isAsked && budget.FindHold(plan, planned) is { } hold)
                {
                    state.Wait(hold.Reason, hold.Detail, hold.Time);
                    Log.Waits(log, hold.Time.TotalSeconds, hold.Detail);
                    wait = hold.Time < LongestWait ? hold.Time : LongestWait;
                    continue;
                }

                requests.Begin();
                await RunCycleAsync(planned, plan, cancellation).ConfigureAwait(false);
                await aggregate.RunAsync([.. current.OfType<AgentNode>()], Guid.NewGuid().ToString("N")[..12], cancellation).ConfigureAwait(false);
            }
            else
            {
                Log.NoMesh(log, lack);
            }

            requests.End();
            wait = options.Interval - clock.GetElapsedTime(start);
            if (lack is null) state.Wait("interval", "The next cycle is not due yet.", wait);
            else state.Wait("nodes", lack, wait);
        }
    }

    /// <summary>Runs one cycle. Nodes that join in its course wait for the next; tests of nodes that leave are skipped.</summary>
    internal Task RunCycleAsync(IReadOnlyList<MeshMember> current, CancellationToken cancellation)
    {
        var planned = Sort(current);
        return RunCycleAsync(planned, Plan(planned), cancellation);
    }

    private async Task RunCycleAsync(PlanNode[] planned, MeshPlan plan, CancellationToken cancellation)
    {
        links.MarkEchoes();
        // A test of both directions at once takes the time of one.
        budget.Begin(PlanCost.Of(plan, planned, TimeSpan.FromSeconds(options.TestSeconds), options.SlotMargin, 0, 0).BusiestNodeSeconds / (options.IsBidirectional ? 2 : 1));
        var cycle = state.BeginCycle(plan, [.. planned.Select(node => node.Name)]);
        Log.CycleStarts(log, cycle, plan.TestCount, plan.RoundCount, plan.SlotCount, plan.LowerBoundSlots);

        var run = new CycleRun([.. planned.Select(node => node.Name)]);
        await RunRoundsAsync(plan.Rounds, run, isLast: false, cancellation).ConfigureAwait(false);
        if (run.PutOff.Count > 0)
        {
            var again = MeshPlanner.PlanTests(planned, run.PutOff, _plan);
            state.AddSlots(again.SlotCount);
            Log.TriesAgain(log, cycle, again.TestCount, again.SlotCount);
            await RunRoundsAsync(again.Rounds, run, isLast: true, cancellation).ConfigureAwait(false);
        }

        var summary = state.EndCycle();
        budget.End(summary.TestsSucceeded);
        Log.CycleEnds(log, cycle, summary.DurationSeconds, summary.TestsSucceeded, summary.TestsFailed, summary.TestsSkipped, summary.BusyRetries);
    }

    private PlanNode[] Sort(IReadOnlyList<MeshMember> current) =>
        [.. current.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => new PlanNode(node.Name, node.Node.GroupBy(options.CappedGroup), node.Node.Zone ?? "", IsSource: node is AgentNode))];

    private MeshPlan Plan(PlanNode[] planned) => MeshPlanner.Plan(planned, _plan, _cyclesBefore + state.NextCycle);

    private async Task RunRoundsAsync(IEnumerable<Round> rounds, CycleRun run, bool isLast, CancellationToken cancellation)
    {
        foreach (var round in rounds)
        {
            var present = (await nodes.ReadAsync(cancellation).ConfigureAwait(false)).ToDictionary(node => node.Name, StringComparer.Ordinal);
            var measured = options.IsBidirectional ? new HashSet<NodePair>() : null;
            foreach (var slot in round.Slots)
            {
                // A bidirectional test measured its opposite too.
                var tests = measured is null ? slot.Tests : slot.Tests.Where(planned => measured.Add(Unordered(planned)));
                await Task.WhenAll(tests.Select(planned => RunTestAsync(planned, present, run, isLast, cancellation))).ConfigureAwait(false);
                state.EndSlot();
            }

            state.EndRound();
        }
    }

    private async Task RunTestAsync(PlannedTest planned, Dictionary<string, MeshMember> present, CycleRun run, bool isLast, CancellationToken cancellation)
    {
        // Always the same end of a pair has both results: otherwise two agents would publish them side by side.
        if (options.IsBidirectional && planned.Source > planned.Destination) planned = planned with { Source = planned.Destination, Destination = planned.Source };
        var pair = new NodePair(planned.Source, planned.Destination);
        string sourceName = run.Names[planned.Source], destinationName = run.Names[planned.Destination];
        state.BeginTest(sourceName, destinationName);
        if (!present.TryGetValue(sourceName, out var source) || !present.TryGetValue(destinationName, out var destination))
        {
            EndBoth((from, to) => state.SkipTest(from, to, SkipReason.NodeLeft));
            return;
        }

        bool IsAway(MeshMember member) => member is AgentNode agent && health.IsAway(agent);
        if (IsAway(source) || IsAway(destination))
        {
            // The link is published as failed by who could not send; of a source that is away nobody can say anything.
            if (source is AgentNode sender && !IsAway(source) && run.Tell(pair))
                await test.ReportAwayAsync(sender, destination, $"The agent of '{destinationName}' did not answer its last orders and was not asked again", cancellation).ConfigureAwait(false);
            if (isLast) EndBoth((from, to) => state.SkipTest(from, to, SkipReason.AgentUnreachable));
            else PutOff(pair, run);
            return;
        }

        var result = await test.RunAsync(source, destination, run.NewTestId(), planned.IsInterfered, cancellation).ConfigureAwait(false);
        if (result.Failure is Measurements.ProbeFailure.AgentUnreachable) run.Tell(pair);
        var bytes = BytesOf(result) + (result.Opposite is { } opposite ? BytesOf(opposite) : 0);
        state.CountBytes(bytes, budget.Charge(source.Node.Zone ?? "", destination.Node.Zone ?? "", bytes));
        // An agent that stopped, started anew or was taken says nothing of the link.
        var mayPass = result.Failure is Measurements.ProbeFailure.AgentUnreachable or Measurements.ProbeFailure.PeerTerminated or Measurements.ProbeFailure.Busy;
        if (mayPass && !isLast) PutOff(pair, run);
        else EndBoth((from, to) => EndTest(from, to, from == sourceName ? result : result.Opposite ?? result));

        void EndBoth(Action<string, string> end)
        {
            end(sourceName, destinationName);
            if (options.IsBidirectional) end(destinationName, sourceName);
        }
    }

    private void EndTest(string source, string destination, ThroughputResult result)
    {
        state.EndTest(source, destination, result);
        // Who listens knows of no protocols: two in turn would make one jagged line.
        if (options.Protocol == ProtocolChoice.Both && TestOrders.Protocol(options, state.CycleNumber) != TestProtocol.Tcp) return;
        TestEnded?.Invoke(new TestOutcome(source, destination, result, clock.GetUtcNow()));
    }

    private long BytesOf(ThroughputResult result) => (long)(result.TransferredBytes ?? (result.ThroughputBitsPerSecond ?? 0) * options.TestSeconds / 8);

    private static NodePair Unordered(PlannedTest test) => new(Math.Min(test.Source, test.Destination), Math.Max(test.Source, test.Destination));

    private void PutOff(NodePair pair, CycleRun run)
    {
        NodePair[] pairs = options.IsBidirectional ? [pair, new NodePair(pair.Second, pair.First)] : [pair];
        foreach (var _ in pairs) state.PutOffTest();
        lock (run) run.PutOff.AddRange(pairs);
    }

    /// <summary>What is kept of a cycle while it runs.</summary>
    private sealed class CycleRun(string[] names)
    {
        // A name that no other collector, and no earlier life of this one, gives to a test.
        private readonly string _prefix = Guid.NewGuid().ToString("N")[..12];
        private readonly HashSet<NodePair> _told = [];
        private int _tests;

        public string[] Names => names;

        public List<NodePair> PutOff { get; } = [];

        public string NewTestId() => $"{_prefix}-{Interlocked.Increment(ref _tests)}";

        /// <summary>Notes that the source's agent is told of a failure of the pair.</summary>
        /// <returns>Whether it was not before.</returns>
        public bool Tell(NodePair pair)
        {
            lock (_told) return _told.Add(pair);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Lack} Waiting for the next cycle.")]
        public static partial void NoMesh(ILogger log, string lack);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The next cycle waits {Seconds:0} s: {Detail}")]
        public static partial void Waits(ILogger log, double seconds, string detail);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} starts: {Tests} tests in {Rounds} rounds, {Slots} slots (lower bound {LowerBound})")]
        public static partial void CycleStarts(ILogger log, long cycle, long tests, int rounds, int slots, int lowerBound);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} tries {Tests} tests again that failed for what may pass, in {Slots} slots")]
        public static partial void TriesAgain(ILogger log, long cycle, long tests, int slots);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} ended after {Seconds:0.0} s: {Succeeded} tests succeeded, {Failed} failed, {Skipped} skipped, {BusyRetries} busy retries")]
        public static partial void CycleEnds(ILogger log, long cycle, double seconds, long succeeded, long failed, long skipped, int busyRetries);
    }
}
