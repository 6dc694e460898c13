using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Planning;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>A mesh of tests with settings of its own: plans its cycles and runs them. Meshes that share their services run one at a time.</summary>
/// <param name="services">What all meshes share.</param>
/// <param name="options">The mesh's settings.</param>
internal sealed partial class TestMesh(MeshServices services, CollectorOptions options)
{
    private readonly ILogger _log = services.Logs.CreateLogger<TestMesh>();
    private readonly PlanOptions _plan = options.Plan;

    // A collector that starts anew goes on with a sampled mesh about where the last one was, instead of from the first sample.
    private readonly long _cyclesBefore = (long)(services.Clock.GetUtcNow().ToUnixTimeSeconds() / Math.Max(1, options.Interval.TotalSeconds));
    private long _cycles;

    /// <summary>Told of each test that ended; must not wait.</summary>
    public event Action<TestOutcome>? TestEnded;

    /// <summary>Reads which nodes there are now.</summary>
    public Task<IReadOnlyList<MeshMember>> ReadNodesAsync(CancellationToken cancellation) => services.Nodes.ReadAsync(cancellation);

    /// <summary>Plans the next cycle.</summary>
    /// <param name="members">The nodes.</param>
    /// <param name="sends">Whether tests out of a node are wanted; <see langword="null"/> for all.</param>
    /// <param name="receives">Whether tests into a node are wanted; <see langword="null"/> for all.</param>
    public PlannedCycle Plan(IReadOnlyList<MeshMember> members, Func<MeshMember, bool>? sends = null, Func<MeshMember, bool>? receives = null)
    {
        PlanNode[] planned =
        [
            .. members.OrderBy(member => member.Name, StringComparer.Ordinal)
                .Select(member => new PlanNode(member.Name, member.Node.GroupBy(options.CappedGroup), member.Node.Zone ?? "", IsSource: member is AgentNode, Sends: sends?.Invoke(member) ?? true, Receives: receives?.Invoke(member) ?? true))
                .Where(node => node.Sends || node.Receives),
        ];
        return new PlannedCycle(planned, MeshPlanner.Plan(planned, _plan, _cyclesBefore + _cycles));
    }

    /// <summary>Runs a cycle. Nodes that join in its course wait for the next; tests of nodes that leave are skipped.</summary>
    /// <param name="cycle">What <see cref="Plan"/> made.</param>
    /// <param name="cancellation">Ends running tests, so that agents end their child processes.</param>
    public async Task<CycleSummary> RunAsync(PlannedCycle cycle, CancellationToken cancellation)
    {
        var (planned, plan) = cycle;
        _cycles++;
        if (options.Schedule is null) services.Links.MarkEchoes();
        // A test of both directions at once takes the time of one.
        services.Budget.Begin(PlanCost.Of(plan, planned, TimeSpan.FromSeconds(options.TestSeconds), options.SlotMargin, 0, 0).BusiestNodeSeconds / (options.IsBidirectional ? 2 : 1));
        var number = services.State.BeginCycle(plan, [.. planned.Select(node => node.Name)], options);
        Log.CycleStarts(_log, number, plan.TestCount, plan.RoundCount, plan.SlotCount, plan.LowerBoundSlots);
        CycleSummary summary;
        try
        {
            var test = new PairTest(services.Agents, options, TestOrders.Protocol(options, _cycles), services.State, services.Clock, services.Logs.CreateLogger<PairTest>());
            var run = new CycleRun([.. planned.Select(node => node.Name)], test);
            await RunRoundsAsync(plan.Rounds, run, isLast: false, cancellation).ConfigureAwait(false);
            if (run.PutOff.Count > 0)
            {
                var again = MeshPlanner.PlanTests(planned, run.PutOff, _plan);
                services.State.AddSlots(again.SlotCount);
                Log.TriesAgain(_log, number, again.TestCount, again.SlotCount);
                await RunRoundsAsync(again.Rounds, run, isLast: true, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            summary = services.State.EndCycle();
            services.Budget.End(summary.TestsSucceeded);
        }

        Log.CycleEnds(_log, number, summary.DurationSeconds, summary.TestsSucceeded, summary.TestsFailed, summary.TestsSkipped, summary.BusyRetries);
        return summary;
    }

    private async Task RunRoundsAsync(IEnumerable<Round> rounds, CycleRun run, bool isLast, CancellationToken cancellation)
    {
        foreach (var round in rounds)
        {
            var present = (await services.Nodes.ReadAsync(cancellation).ConfigureAwait(false)).ToDictionary(node => node.Name, StringComparer.Ordinal);
            var measured = options.IsBidirectional ? new HashSet<NodePair>() : null;
            foreach (var slot in round.Slots)
            {
                // A bidirectional test measured its opposite too.
                var tests = measured is null ? slot.Tests : slot.Tests.Where(planned => measured.Add(Unordered(planned)));
                await Task.WhenAll(tests.Select(planned => RunTestAsync(planned, present, run, isLast, cancellation))).ConfigureAwait(false);
                services.State.EndSlot();
            }

            services.State.EndRound();
        }
    }

    private async Task RunTestAsync(PlannedTest planned, Dictionary<string, MeshMember> present, CycleRun run, bool isLast, CancellationToken cancellation)
    {
        // Always the same end of a pair has both results: otherwise two agents would publish them side by side.
        if (options.IsBidirectional && planned.Source > planned.Destination) planned = planned with { Source = planned.Destination, Destination = planned.Source };
        var pair = new NodePair(planned.Source, planned.Destination);
        string sourceName = run.Names[planned.Source], destinationName = run.Names[planned.Destination];
        services.State.BeginTest(sourceName, destinationName);
        if (!present.TryGetValue(sourceName, out var source) || !present.TryGetValue(destinationName, out var destination))
        {
            EndBoth((from, to) => services.State.SkipTest(from, to, SkipReason.NodeLeft));
            return;
        }

        bool IsAway(MeshMember member) => member is AgentNode agent && services.Agents.Health.IsAway(agent);
        if (IsAway(source) || IsAway(destination))
        {
            // The link is published as failed by who could not send; of a source that is away nobody can say anything.
            if (source is AgentNode sender && !IsAway(source) && run.Tell(pair))
                await run.Test.ReportAwayAsync(sender, destination, $"The agent of '{destinationName}' did not answer its last orders and was not asked again", cancellation).ConfigureAwait(false);
            if (isLast) EndBoth((from, to) => services.State.SkipTest(from, to, SkipReason.AgentUnreachable));
            else PutOff(pair, run);
            return;
        }

        var result = await run.Test.RunAsync(source, destination, run.NewTestId(), planned.IsInterfered, cancellation).ConfigureAwait(false);
        if (result.Failure is Measurements.ProbeFailure.AgentUnreachable) run.Tell(pair);
        var bytes = BytesOf(result) + (result.Opposite is { } opposite ? BytesOf(opposite) : 0);
        services.State.CountBytes(bytes, services.Budget.Charge(source.Node.Zone ?? "", destination.Node.Zone ?? "", bytes));
        // An agent that stopped, started anew or was taken says nothing of the link.
        var mayPass = result.Failure is Measurements.ProbeFailure.AgentUnreachable or Measurements.ProbeFailure.PeerTerminated or Measurements.ProbeFailure.Busy;
        if (mayPass && !isLast) PutOff(pair, run);
        else EndBoth((from, to) => EndTest(from, to, from == sourceName ? result : result.Opposite ?? result, run.Test.Protocol));

        void EndBoth(Action<string, string> end)
        {
            end(sourceName, destinationName);
            if (options.IsBidirectional) end(destinationName, sourceName);
        }
    }

    private void EndTest(string source, string destination, ThroughputResult result, TestProtocol protocol)
    {
        services.State.EndTest(source, destination, result);
        // Who listens knows of no protocols: two in turn would make one jagged line.
        if (options.Protocol == ProtocolChoice.Both && protocol != TestProtocol.Tcp) return;
        TestEnded?.Invoke(new TestOutcome(source, destination, result, services.Clock.GetUtcNow()));
    }

    private long BytesOf(ThroughputResult result) => (long)(result.TransferredBytes ?? (result.ThroughputBitsPerSecond ?? 0) * options.TestSeconds / 8);

    private static NodePair Unordered(PlannedTest test) => new(Math.Min(test.Source, test.Destination), Math.Max(test.Source, test.Destination));

    private void PutOff(NodePair pair, CycleRun run)
    {
        NodePair[] pairs = options.IsBidirectional ? [pair, new NodePair(pair.Second, pair.First)] : [pair];
        foreach (var _ in pairs) services.State.PutOffTest();
        lock (run) run.PutOff.AddRange(pairs);
    }

    /// <summary>What is kept of a cycle while it runs.</summary>
    private sealed class CycleRun(string[] names, PairTest test)
    {
        // A name that no other collector, and no earlier life of this one, gives to a test.
        private readonly string _prefix = Guid.NewGuid().ToString("N")[..12];
        private readonly HashSet<NodePair> _told = [];
        private int _tests;

        public string[] Names => names;

        public PairTest Test => test;

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
        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} starts: {Tests} tests in {Rounds} rounds, {Slots} slots (lower bound {LowerBound})")]
        public static partial void CycleStarts(ILogger log, long cycle, long tests, int rounds, int slots, int lowerBound);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} tries {Tests} tests again that failed for what may pass, in {Slots} slots")]
        public static partial void TriesAgain(ILogger log, long cycle, long tests, int slots);

        [LoggerMessage(Level = LogLevel.Information, Message = "Cycle {Cycle} ended after {Seconds:0.0} s: {Succeeded} tests succeeded, {Failed} failed, {Skipped} skipped, {BusyRetries} busy retries")]
        public static partial void CycleEnds(ILogger log, long cycle, double seconds, long succeeded, long failed, long skipped, int busyRetries);
    }
}

/// <summary>A cycle that can run.</summary>
/// <param name="Nodes">Its nodes, sorted by name.</param>
/// <param name="Plan">Its tests.</param>
internal sealed record PlannedCycle(PlanNode[] Nodes, MeshPlan Plan);
