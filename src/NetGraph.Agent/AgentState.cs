using NetGraph.Agent.Echo;
using NetGraph.Agent.Orders;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent;

/// <summary>All that an agent knows, and its metrics written from it.</summary>
internal sealed class AgentState(string nodeName, TimeProvider clock)
{
    private long _unauthorized;
    private long _busy;

    public string NodeName => nodeName;

    public ThroughputTable Throughput { get; } = new(clock);

    public TestSlot Slot { get; } = new();

    public PeerList Peers { get; private set; } = new("", []);

    public void SetPeers(PeerList list)
    {
        Peers = list;
        Throughput.Retain(list.Peers.Select(peer => peer.Node).Concat(list.Targets ?? []).ToHashSet(StringComparer.Ordinal));
    }

    public void CountUnauthorized() => Interlocked.Increment(ref _unauthorized);

    public void CountBusy() => Interlocked.Increment(ref _busy);

    public void Write(ExpositionWriter writer, EchoProber prober, EchoResponder responder)
    {
        WriteThroughput(writer);
        WriteEcho(writer, prober);
        writer.Write(Metrics.AgentTests, Throughput.Tests, nodeName);
        writer.Begin(Metrics.AgentFailures);
        foreach (var failure in ProbeFailureNames.All) writer.Sample(Throughput.Failures(failure), nodeName, failure.ToReason());
        writer.Begin(Metrics.AgentOrdersRejected);
        writer.Sample(Interlocked.Read(ref _busy), nodeName, "busy");
        writer.Sample(Interlocked.Read(ref _unauthorized), nodeName, "unauthorized");
        writer.Write(Metrics.AgentEchoesAnswered, responder.Answered, nodeName);
        ProcessMetrics.Write(writer, "agent");
    }

    /// <summary>The same as records, for a reader in the same process.</summary>
    public IReadOnlyList<AgentLink> ReadLinks(EchoProber prober)
    {
        var links = new Dictionary<(string, string), AgentLink>();
        foreach (var (key, entry) in Throughput.Entries)
        {
            links[key] = new AgentLink(key.Source, key.Destination)
            {
                ThroughputBitsPerSecond = entry.Result.ThroughputBitsPerSecond,
                RetransmittedSegments = entry.Result.RetransmittedSegments,
                Quality = entry.Result.Quality,
                IsSuccess = entry.Result.Failure is null,
                LastSuccess = entry.LastSuccess,
            };
        }

        foreach (var counts in prober.Counts)
        {
            var (sent, received, sum) = counts.Read();
            var link = links.GetValueOrDefault((nodeName, counts.Node)) ?? new AgentLink(nodeName, counts.Node);
            links[(nodeName, counts.Node)] = link with { ProbesSent = sent, ProbesReceived = received, RoundTripSum = sum };
        }

        return [.. links.Values];
    }

    private void WriteThroughput(ExpositionWriter writer)
    {
        var entries = Throughput.Entries.ToList();
        void Family(MetricFamily family, Func<ThroughputTable.Entry, double?> value)
        {
            writer.Begin(family);
            foreach (var (key, entry) in entries)
            {
                if (value(entry) is { } number) writer.Sample(number, key.Source, key.Destination, "tcp");
            }
        }

        Family(Metrics.IperfBandwidth, entry => entry.Result.ThroughputBitsPerSecond / 1e6);
        Family(Metrics.IperfSuccess, entry => entry.Result.Failure is null ? 1 : 0);
        Family(Metrics.Retransmits, entry => entry.Result.RetransmittedSegments);
        Family(Metrics.Quality, entry => entry.Result.Failure is null ? (int)entry.Result.Quality : null);
        Family(Metrics.LastSuccess, entry => entry.LastSuccess?.ToUnixTimeMilliseconds() / 1000.0);
    }

    private void WriteEcho(ExpositionWriter writer, EchoProber prober)
    {
        var peers = prober.Counts.Select(counts => (counts.Node, Read: counts.Read())).OrderBy(peer => peer.Node, StringComparer.Ordinal).ToList();
        writer.Begin(Metrics.ProbesSent);
        foreach (var (node, read) in peers) writer.Sample(read.Sent, nodeName, node);
        writer.Begin(Metrics.ProbesReceived);
        foreach (var (node, read) in peers) writer.Sample(read.Received, nodeName, node);
        writer.Begin(Metrics.ProbeRoundTripTime);
        foreach (var (node, read) in peers) writer.Sample(read.RoundTripSum.TotalSeconds, nodeName, node);
        writer.Begin(Metrics.ProbeRoundTripHistogram);
        writer.Sample(prober.RoundTrips, nodeName);
    }
}
