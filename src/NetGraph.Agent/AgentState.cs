using NetGraph.Agent.Echo;
using NetGraph.Agent.Orders;
using NetGraph.Agent.Probing;
using NetGraph.Agent.Publishing;
using NetGraph.Agent.Throttling;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent;

/// <summary>All that an agent knows, and its metrics written from it.</summary>
/// <param name="nodeName">Name of the agent's node.</param>
/// <param name="clock">For the time of success.</param>
/// <param name="pairDetail">Which series a pair has.</param>
/// <param name="level">Which pairs have series.</param>
/// <param name="isZeroOnFailure">Whether the inherited gauges are 0 after a failure, as iperf3-monitor has them, instead of absent.</param>
internal sealed class AgentState(string nodeName, TimeProvider clock, PairDetail pairDetail = PairDetail.Basic, MetricsLevel level = MetricsLevel.Full, bool isZeroOnFailure = false)
{
    private readonly RecentEchoes _recent = new(clock);
    private long _unauthorized;
    private long _busy;
    private ThroughputResult? _lastWithCpu;

    public string NodeName => nodeName;

    public ThroughputTable Throughput { get; } = new(clock);

    public ThrottleMeter Throttling { get; } = new(new CpuThrottling(), clock);

    public TestSlot Slot { get; } = new();

    public PeerList Peers { get; private set; } = new("", []);

    public void SetPeers(PeerList list)
    {
        Peers = list;
        Throughput.Retain(list.Peers.Select(peer => peer.Node).Concat(list.WithoutAgent ?? []).ToHashSet(StringComparer.Ordinal));
        if (list.Schedules is { } schedules) Throughput.RetainSchedules(schedules.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Notes what a test found, under the direction that its data took.</summary>
    public void Record(ThroughputOrder order, ThroughputResult result)
    {
        if (result is { LocalCpuRatio: not null } or { RemoteCpuRatio: not null }) _lastWithCpu = result;
        if (order.Isolation == Isolation.Aggregate)
        {
            // One flow of many that shared the destination: only their sum says something.
            Throughput.Count(result);
            return;
        }

        var (source, destination) = order.Direction == TestDirection.Reverse ? (order.PeerNode, nodeName) : (nodeName, order.PeerNode);
        Throughput.Record(source, destination, result, order.Protocol, order.TestId, order.Schedule);
        if (order.Direction == TestDirection.Forward) Throughput.ForgetOpposite(destination, source, order.Protocol);
        if (order.Direction == TestDirection.Bidirectional) Throughput.RecordOpposite(destination, source, result.Opposite ?? result, order.Protocol, order.TestId, order.Schedule);
    }

    public void CountUnauthorized() => Interlocked.Increment(ref _unauthorized);

    public void CountBusy() => Interlocked.Increment(ref _busy);

    public void Write(ExpositionWriter writer, EchoProber prober, EchoResponder responder, FurtherProbes further)
    {
        var links = ReadLinks(prober, further, TestProtocol.Tcp);
        var recent = _recent.Read(prober.Peers.ToDictionary(peer => peer.Node, peer => new PeerEchoTotals(peer.Figures.Sent, peer.Figures.Received, peer.Figures.RoundTripSum), StringComparer.Ordinal));
        var published = new PairSeries(PublishedPairs.Choose(level, Peers.Peers.Count, links, recent), pairDetail);
        WriteThroughput(writer, published);
        EchoMetrics.Write(writer, nodeName, prober, published);
        further.Write(writer, published);
        NodeMetrics.Write(writer, nodeName, links, recent);
        writer.Write(Metrics.AgentTests, Throughput.Tests, nodeName);
        writer.Begin(Metrics.AgentFailures);
        foreach (var failure in ProbeFailureNames.All) writer.Sample(Throughput.Failures(failure), nodeName, failure.ToReason());
        writer.Begin(Metrics.AgentTestCpu);
        if (_lastWithCpu?.LocalCpuRatio is { } local) writer.Sample(local, nodeName, "local");
        if (_lastWithCpu?.RemoteCpuRatio is { } remote) writer.Sample(remote, nodeName, "remote");
        writer.Write(Metrics.AgentThrottledTests, Throttling.ThrottledTests, nodeName);
        writer.Begin(Metrics.AgentOrdersRejected);
        writer.Sample(Interlocked.Read(ref _busy), nodeName, "busy");
        writer.Sample(Interlocked.Read(ref _unauthorized), nodeName, "unauthorized");
        writer.Write(Metrics.AgentEchoesAnswered, responder.Answered, nodeName);
        ProcessMetrics.Write(writer, "agent");
    }

    /// <summary>The same as records.</summary>
    public IReadOnlyList<AgentLink> ReadLinks(EchoProber prober, FurtherProbes further, TestProtocol protocol)
    {
        var links = new Dictionary<(string, string), AgentLink>();
        foreach (var (key, entry) in Throughput.Entries.Where(entry => entry.Key.Protocol == protocol))
        {
            links[(key.Source, key.Destination)] = new AgentLink(key.Source, key.Destination)
            {
                ThroughputBitsPerSecond = entry.Result.ThroughputBitsPerSecond,
                RetransmittedSegments = entry.Result.RetransmittedSegments,
                Quality = entry.Result.Quality,
                IsSuccess = entry.Result.Failure is null,
                LastSuccess = entry.LastSuccess,
                TestedAt = entry.TestedAt,
            };
        }

        foreach (var (node, echoes) in prober.Peers)
        {
            var link = links.GetValueOrDefault((nodeName, node)) ?? new AgentLink(nodeName, node);
            links[(nodeName, node)] = link with
            {
                ProbesSent = echoes.Sent,
                ProbesReceived = echoes.Received,
                RoundTripSum = echoes.RoundTripSum,
                RoundTripMedian = echoes.RoundTripMedian,
                RoundTripMinimum = echoes.RoundTripMinimum,
                RoundTripMaximum = echoes.RoundTripMaximum,
                RoundTripJitter = echoes.Jitter,
                EcmpLostPortsRatio = echoes.EcmpLostPortsRatio,
                ReorderedProbes = echoes.Reordered,
                DuplicateProbes = echoes.Duplicates,
                LoadedRoundTrip = echoes.LoadedRoundTrip,
                LatencyUnderLoad = echoes.LatencyUnderLoad,
                Findings = further.Find(node),
            };
        }

        return [.. links.Values];
    }

    private void WriteThroughput(ExpositionWriter writer, PairSeries published)
    {
        var entries = Throughput.Entries.Where(entry => published.Include(entry.Key.Source, entry.Key.Destination)).ToList();
        void Family(MetricFamily family, TestProtocol? only, Func<ThroughputTable.Entry, double?> value)
        {
            writer.Begin(family);
            foreach (var (key, entry) in entries)
            {
                if ((only ?? key.Protocol) == key.Protocol && value(entry) is { } number) writer.Sample(number, key.Source, key.Destination, key.Protocol.ToLabel());
            }
        }

        double? Inherited(ThroughputTable.Entry entry, double? value) => value ?? (isZeroOnFailure && entry.Result.Failure is not null ? 0 : null);

        Family(Metrics.IperfBandwidth, null, entry => Inherited(entry, entry.Result.ThroughputBitsPerSecond / 1e6));
        Family(Metrics.IperfSuccess, null, entry => entry.Result.Failure is null ? 1 : 0);
        Family(Metrics.IperfJitter, TestProtocol.Udp, entry => Inherited(entry, entry.Result.JitterSeconds * 1000));
        Family(Metrics.IperfPackets, TestProtocol.Udp, entry => Inherited(entry, entry.Result.SentDatagrams));
        Family(Metrics.IperfLostPackets, TestProtocol.Udp, entry => Inherited(entry, entry.Result.LostDatagrams));
        // Of UDP no more than that: a pair has at most sixteen series.
        Family(Metrics.Transactions, TestProtocol.Tcp, entry => entry.Result.TransactionsPerSecond);
        Family(Metrics.Retransmits, TestProtocol.Tcp, entry => entry.Result.RetransmittedSegments);
        Family(Metrics.Quality, TestProtocol.Tcp, entry => entry.Result.Failure is null ? (int)entry.Result.Quality : null);
        writer.Begin(Metrics.FailedFor);
        foreach (var (key, entry) in entries)
        {
            if (entry.Result.Failure is { } failure) writer.Sample(failure.ToCode(), key.Source, key.Destination, key.Protocol.ToLabel(), failure.ToReason());
        }

        Family(Metrics.LastSuccess, TestProtocol.Tcp, entry => entry.LastSuccess?.ToUnixTimeMilliseconds() / 1000.0);
    }
}
