using NetGraph.Measurements;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Api.Snapshots;

/// <summary>Reads the mesh from a server with Prometheus' query API.</summary>
/// <remarks>
/// First which nodes there are, then what is known of their links. Of large meshes only what is needed is asked for, in shards, two at a time: answers are then
/// of a bounded size, and neither side is kept busy by one api alone.
/// </remarks>
/// <param name="client">The server.</param>
/// <param name="clock">For the time of "now".</param>
/// <param name="network">Network whose measurements are read, where agents measure more than one; <see langword="null"/> for all.</param>
internal sealed class PrometheusSource(PrometheusClient client, TimeProvider clock, string? network = null) : IMeasurementSource
{
    private const double BitsPerMegabit = 1e6;
    private const double MillisecondsPerSecond = 1e3;
    private const int QuestionsAtOnce = 8;
    private const int LargeQuestionsAtOnce = 2;
    private static readonly TimeSpan LeastWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan EchoWindow = TimeSpan.FromMinutes(5);
    // In the order in which ReadTestingAsync puts them into its answer.
    private static readonly (string Expression, Func<TestingFigures, double, TestingFigures> Set)[] TestingQuestions =
    [
        (PromQl.Newest(Metrics.CollectorCoverage), (figures, value) => figures with { CoverageRatio = value }),
        (PromQl.Newest(Metrics.CollectorOldestPair), (figures, value) => figures with { OldestPairAgeSeconds = value }),
        (PromQl.Newest(Metrics.CollectorCycleDuration), (figures, value) => figures with { CycleDurationSeconds = value }),
        (PromQl.Newest(Metrics.CollectorCycleInterval), (figures, value) => figures with { CycleIntervalSeconds = value }),
        (PromQl.Newest(Metrics.CollectorPlanSlots), (figures, value) => figures with { PlanSlots = value }),
        (PromQl.Newest(Metrics.CollectorPlanLowerBound), (figures, value) => figures with { LowerBoundSlots = value }),
        (PromQl.Newest(Metrics.CollectorBudget), (figures, value) => figures with { BudgetBytes = value }),
        (PromQl.Newest(Metrics.CollectorBudgetWait), (figures, value) => figures with { BudgetWaitSeconds = value }),
        (PromQl.OfDay(Metrics.CollectorTestBytes), (figures, value) => figures with { DayBytes = value }),
        (PromQl.OfDay(Metrics.CollectorTestCost), (figures, value) => figures with { DayCost = value }),
        (PromQl.OfDay(Metrics.CollectorTestsSucceeded), (figures, value) => figures with { DaySucceeded = value }),
        (PromQl.OfDay(Metrics.CollectorTestsFailed), (figures, value) => figures with { DayFailed = value }),
        (PromQl.OfDay(Metrics.CollectorTestsSkipped), (figures, value) => figures with { DaySkipped = value }),
    ];

    private static readonly string[] Pair = [Labels.SourceNode, Labels.DestinationNode];
    private static readonly string[] Source = [Labels.SourceNode];
    private static readonly string[] Place = [Labels.Node, Labels.Zone, Labels.Region, Labels.Rack, Labels.InstanceType, Labels.Kind];

    public PrometheusClient Client => client;

    public bool HasHistory => true;

    public async Task<Mesh> ReadAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        try
        {
            var asked = await ReadNodesAsync(query, cancellation).ConfigureAwait(false);
            var questions = Questions(query, asked, Within);
            var isLarge = asked.IsLarge;
            await Parallel.ForEachAsync(
                questions,
                new ParallelOptions { MaxDegreeOfParallelism = isLarge ? LargeQuestionsAtOnce : QuestionsAtOnce, CancellationToken = cancellation },
                async (question, token) => await AskAsync(question, query, asked.Nodes, token).ConfigureAwait(false)).ConfigureAwait(false);
            // Where no agent is seen, the data is of other exporters.
            return MeshBuilder.Build(
                asked.Nodes.Nodes, [.. questions.Select(question => question.Column)],
                node => asked.LiveAgents.Count > 0 && !asked.LiveAgents.Contains(node), query.At ?? clock.GetUtcNow());
        }
        catch (PrometheusQueryException exception)
        {
            throw Failure(exception);
        }
    }

    public async Task<IReadOnlyList<HistoryPoint>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellation)
    {
        try
        {
            var window = query.Window ?? WindowOf(await FindIntervalAsync(query.To, cancellation).ConfigureAwait(false));
            var echoWindow = query.Window ?? (query.Step > EchoWindow ? query.Step : EchoWindow);
            var tests = new SnapshotQuery { Statistic = query.Statistic, Protocol = query.Protocol, Detail = SnapshotDetail.Everything & ~SnapshotDetail.Age };
            HashSet<DateTimeOffset> silences = [], withoutAgent = [];
            var failures = new Dictionary<DateTimeOffset, ProbeFailure>();
            var pair = Within(PromQl.Pair(query.Source, query.Destination));
            void NoteFailure(DateTimeOffset at, double value)
            {
                if (ProbeFailureNames.OfCode(value) is { } failure) failures[at] = failure;
            }

            HistoryColumn[] columns = [.. ExpressionsOf(pair, tests, window, echoWindow, isLarge: false).Select(question => new HistoryColumn(question.Expression, question.Set))];
            var asked = columns
                .Select(column => (column.Expression, OnPoint: (PointHandler)((at, value) =>
                {
                    // VictoriaMetrics moves both ends outwards, to multiples of the step.
                    if (CanBe(value) && at >= query.From && at <= query.To) column.Points.Add((at, value));
                })))
                .Append((PromQl.FailedFor(query.Protocol, pair), NoteFailure))
                .Append((PromQl.SilentAgent(query.Source), (at, _) => silences.Add(at)))
                .Append((PromQl.IsTarget(query.Source), (at, _) => withoutAgent.Add(at)));
            await Parallel.ForEachAsync(
                asked, new ParallelOptions { MaxDegreeOfParallelism = QuestionsAtOnce, CancellationToken = cancellation },
                async (question, token) => await client.QueryRangeAsync(question.Expression, query.From, query.To, query.Step, question.OnPoint, token).ConfigureAwait(false)).ConfigureAwait(false);
            return HistoryBuilder.Build(columns, failures, at => silences.Contains(at) && !withoutAgent.Contains(at));
        }
        catch (PrometheusQueryException exception)
        {
            throw Failure(exception);
        }
    }

    public async Task<TestingFigures?> ReadTestingAsync(DateTimeOffset? at, CancellationToken cancellation)
    {
        var values = new double[TestingQuestions.Length];
        Array.Fill(values, double.NaN);
        var failures = new List<TestFailureCount>();
        async ValueTask AskAsync(int question, CancellationToken token) => await client.QueryAsync(TestingQuestions[question].Expression, at, [], (_, value) =>
        {
            if (CanBe(value)) values[question] = value;
        }, token).ConfigureAwait(false);
        try
        {
            var asked = Parallel.ForEachAsync(Enumerable.Range(0, values.Length), new ParallelOptions { MaxDegreeOfParallelism = QuestionsAtOnce, CancellationToken = cancellation }, AskAsync);
            var failed = client.QueryAsync(PromQl.FailuresOfDay(), at, [Labels.SourceNode, Labels.Reason], (labels, value) =>
            {
                if (labels[0] is { } source && labels[1] is { } reason && CanBe(value)) failures.Add(new TestFailureCount(source, reason, value));
            }, cancellation);
            await Task.WhenAll(asked, failed).ConfigureAwait(false);
        }
        catch (PrometheusQueryException exception)
        {
            throw Failure(exception);
        }

        var known = new TestingFigures
        {
            Failures = [.. failures.OrderByDescending(failure => failure.Tests).ThenBy(failure => failure.Source, StringComparer.Ordinal).ThenBy(failure => failure.Reason, StringComparer.Ordinal)],
        };
        return TestingQuestions.Zip(values).Aggregate(known, (figures, answer) => answer.First.Set(figures, answer.Second));
    }

    public IReadOnlyList<NamedExpression> ExpressionsOf(HistoryQuery query)
    {
        var tests = new SnapshotQuery { Statistic = query.Statistic, Protocol = query.Protocol };
        TimeSpan window = query.Window ?? LeastWindow, echoWindow = query.Window ?? EchoWindow;
        var series = Within(PromQl.Pair(query.Source, query.Destination));
        var isUdp = query.Protocol == "udp";
        return
        [
            new("Throughput, Mbit/s", PromQl.OfThroughputTests(Metrics.IperfBandwidth, tests, window, null, series)),
            new("Last test: 1 succeeded, 0 failed", PromQl.OfThroughputTests(Metrics.IperfSuccess, tests, window, Statistic.Last, series)),
            new("Why the last test failed", PromQl.FailedFor(query.Protocol, series)),
            new("Round-trip time, s", PromQl.MeanRoundTripTime(echoWindow, series)),
            new("Loss, 0 to 1", isUdp ? PromQl.DatagramLossRatio(tests, window, series) : PromQl.LossRatio(echoWindow, series)),
            new("Segments sent again", PromQl.OfThroughputTests(Metrics.Retransmits, tests, window, null, series)),
            new("Quality: 0 ok, 1 host_limited, 2 capped, 3 interfered, 4 clock_unsynced", PromQl.OfThroughputTests(Metrics.Quality, tests, window, Statistic.Last, series)),
        ];
    }

    private static MeasurementSourceException Failure(PrometheusQueryException exception)
    {
        var kind = exception.IsTimeout ? SourceFailure.TimedOut : exception.StatusCode is null ? SourceFailure.Unreachable : SourceFailure.Failed;
        return new MeasurementSourceException(kind, exception.Message, exception);
    }

    private async Task<Asked> ReadNodesAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        var interval = query.Window is null ? FindIntervalAsync(query.At, cancellation) : Task.FromResult(TimeSpan.Zero);
        var described = ReadPlacesAsync(PromQl.Nodes(), query.At, cancellation);
        var agents = client.QueryAsync(PromQl.LiveAgents(), query.At, Source, (labels, _) =>
        {
            if (labels[0] is { } name) live.Add(name);
        }, cancellation);
        await Task.WhenAll(interval, described, agents).ConfigureAwait(false);

        var window = query.Window ?? WindowOf(await interval.ConfigureAwait(false));
        var places = await described.ConfigureAwait(false);
        // While the collector is away nothing tells which nodes exist: then all that were measured do, and they keep their last known places.
        var isCollectorThere = places.Count > 0;
        if (!isCollectorThere) places = await ReadPlacesAsync(PromQl.NodesSeenWithin(window), query.At, cancellation).ConfigureAwait(false);
        var sources = isCollectorThere ? places.Keys : (IReadOnlyCollection<string>)[.. places.Keys.Union(live, StringComparer.Ordinal)];
        return new Asked(new NodeTable(places, isCollectorThere), live, sources, window);
    }

    private static TimeSpan WindowOf(TimeSpan interval) => TimeSpan.FromTicks(Math.Max(LeastWindow.Ticks, interval.Ticks * 2));

    private async Task<TimeSpan> FindIntervalAsync(DateTimeOffset? at, CancellationToken cancellation)
    {
        var interval = TimeSpan.Zero;
        await client.QueryAsync(PromQl.CycleInterval(), at, [], (_, value) =>
        {
            if (value is > 0 and < 1e7) interval = TimeSpan.FromSeconds(value);
        }, cancellation).ConfigureAwait(false);
        return interval;
    }

    private async Task<Dictionary<string, MeshNode>> ReadPlacesAsync(string expression, DateTimeOffset? at, CancellationToken cancellation)
    {
        var places = new Dictionary<string, MeshNode>(StringComparer.Ordinal);
        await client.QueryAsync(expression, at, Place, (labels, _) =>
        {
            if (labels[0] is { } name) places[name] = new MeshNode(name) { Zone = labels[1], Region = labels[2], Rack = labels[3], InstanceType = labels[4], IsTarget = labels[5] == Labels.TargetKind };
        }, cancellation).ConfigureAwait(false);
        return places;
    }

    private string Within(string series) => network is null ? series : series.Length == 0 ? PromQl.Network(network) : $"{PromQl.Network(network)},{series}";

    private static List<Question> Questions(SnapshotQuery query, Asked asked, Func<string, string> within)
    {
        var isLarge = asked.IsLarge;
        var detail = query.Statistic == Statistic.StandardDeviation ? SnapshotDetail.ThroughputOnly : isLarge ? query.Detail : SnapshotDetail.Everything;
        return (isLarge ? Shards.Of(asked.Sources, asked.Sources.Count) : [""])
            .SelectMany(sources => ExpressionsOf(within(sources), query with { Detail = detail }, asked.Window, query.Window ?? EchoWindow, isLarge))
            .Select(question => new Question(question.Expression, new LinkColumn(new PairSamples(isLarge), question.Set)))
            .ToList();
    }

    /// <summary>What is asked of the series that a matcher selects, and what each answer tells of its link.</summary>
    private static List<(string Expression, LinkSetter Set)> ExpressionsOf(string series, SnapshotQuery query, TimeSpan window, TimeSpan echoWindow, bool isLarge)
    {
        var questions = new List<(string Expression, LinkSetter Set)>();
        void Ask(string expression, LinkSetter set) => questions.Add((expression, set));
        void AskTests(MetricFamily family, LinkSetter set, Statistic? statistic = null) => Ask(PromQl.OfThroughputTests(family, query, window, statistic, series), set);

        AskTests(Metrics.IperfBandwidth, (ref link, value) => link = link with { ThroughputBitsPerSecond = value * BitsPerMegabit, State = isLarge ? LinkState.Up : link.State });
        if (isLarge)
        {
            // A throughput tells that a test succeeded, if not that it was the last: only the exceptions are sent over the network.
            Ask(PromQl.Failed(query, window, series), (ref link, value) => link = link with { State = value > 0 ? LinkState.Up : LinkState.Down });
            Ask(PromQl.Doubtful(query, window, series), (ref link, value) => link = link with { Quality = MeasurementQualityNames.FromMetric(value) });
        }
        else
        {
            AskTests(Metrics.IperfSuccess, (ref link, value) => link = link with { State = value > 0 ? LinkState.Up : LinkState.Down }, Statistic.Last);
            AskTests(Metrics.Quality, (ref link, value) => link = link with { Quality = MeasurementQualityNames.FromMetric(value) }, Statistic.Last);
        }

        if (query.Detail.HasFlag(SnapshotDetail.Retransmits)) AskTests(Metrics.Retransmits, (ref link, value) => link = link with { RetransmittedSegments = value });
        if (query.Detail.HasFlag(SnapshotDetail.Age)) AskTests(Metrics.LastSuccess, (ref link, value) => link = link with { LastSuccessUnixSeconds = value }, Statistic.Last);
        if (query.Detail.HasFlag(SnapshotDetail.RoundTripTime)) Ask(PromQl.MeanRoundTripTime(echoWindow, series), (ref link, value) => link = link with { RoundTripTimeSeconds = value });
        // Of UDP the test itself tells loss and jitter, one way; of TCP the echoes do.
        var isUdp = query.Protocol == "udp";
        if (query.Detail.HasFlag(SnapshotDetail.Loss)) Ask(isUdp ? PromQl.DatagramLossRatio(query, window, series) : PromQl.LossRatio(echoWindow, series), (ref link, value) => link = link with { LossRatio = value });
        if (query.Detail.HasFlag(SnapshotDetail.Jitter))
        {
            if (isUdp) AskTests(Metrics.IperfJitter, (ref link, value) => link = link with { JitterSeconds = value / MillisecondsPerSecond });
            else Ask(PromQl.Jitter(echoWindow, series), (ref link, value) => link = link with { JitterSeconds = value });
        }

        if (query.Detail.HasFlag(SnapshotDetail.OneWayDelay)) Ask(PromQl.OneWayDelay(window, series), (ref link, value) => link = link with { OneWayDelaySeconds = value });

        return questions;
    }

    private async Task AskAsync(Question question, SnapshotQuery query, NodeTable nodes, CancellationToken cancellation)
    {
        const int NotLookedUp = -2;
        // The node of each number that stands for a label's value in this answer.
        var nodeOf = new List<int>();
        int NodeOf(LabelValues labels, int label)
        {
            var number = labels.NumberOf(label);
            while (number >= nodeOf.Count) nodeOf.Add(NotLookedUp);
            if (nodeOf[number] == NotLookedUp) nodeOf[number] = nodes.NumberOf(labels[label]!);
            return nodeOf[number];
        }

        var samples = question.Column.Samples;
        await client.QueryAsync(question.Expression, query.At, Pair, (labels, value) =>
        {
            if (!CanBe(value)) return;
            // A series without both ends names no node.
            if (labels.NumberOf(0) < 0 || labels.NumberOf(1) < 0) return;
            int source = NodeOf(labels, 0), destination = NodeOf(labels, 1);
            if (source >= 0 && destination >= 0) samples.Add(source, destination, value);
        }, cancellation).ConfigureAwait(false);
    }

    // All our values are finite and not negative: anything else is somebody else's series under our name.
    private static bool CanBe(double value) => double.IsFinite(value) && value >= 0;

    /// <summary>A query about pairs, and what its answer tells.</summary>
    private sealed record Question(string Expression, LinkColumn Column);

    /// <summary>What was found out before the links are asked for.</summary>
    private sealed record Asked(NodeTable Nodes, HashSet<string> LiveAgents, IReadOnlyCollection<string> Sources, TimeSpan Window)
    {
        public bool IsLarge => Sources.Count > SnapshotQuery.ReadWholeUpTo;
    }
}
