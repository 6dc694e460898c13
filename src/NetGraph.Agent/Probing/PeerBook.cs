using System.Collections.Frozen;
using NetGraph.Agent.Irtt;
using NetGraph.Agent.PathMtu;
using NetGraph.Agent.Publishing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Probing;

/// <summary>What the probes of the peers found: a record per peer, and counts of the whole node. What is found of a peer that left is forgotten, also by a run that ends later.</summary>
internal sealed class PeerBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PeerFindings> _peers = new(StringComparer.Ordinal);
    private readonly Histogram _icmp = new(Histogram.RoundTripBounds);
    private readonly FrozenDictionary<string, Connects> _connects =
        new Dictionary<string, Connects> { [ProbeNames.Tcp] = new(), [ProbeNames.Http] = new() }.ToFrozenDictionary();

    private PeerProbes _probes = new() { PathMtuSeconds = 0 };
    private long _icmpSent;
    private long _icmpLost;

    /// <summary>Takes a new list. Findings of peers that stay, by probes that stay, are kept.</summary>
    public void Set(IReadOnlyList<Peer> peers, PeerProbes probes)
    {
        lock (_lock)
        {
            var known = new Dictionary<string, PeerFindings>(_peers, StringComparer.Ordinal);
            _peers.Clear();
            _probes = probes;
            foreach (var peer in peers) _peers[peer.Node] = Without(known.GetValueOrDefault(peer.Node) ?? new PeerFindings(), probes);
        }
    }

    public PeerFindings? Find(string node)
    {
        lock (_lock) return _peers.GetValueOrDefault(node);
    }

    /// <summary>Notes what a probe that is also one of targets found of a peer.</summary>
    public void Record(string node, string probe, ProbeOutcome outcome)
    {
        if (probe == ProbeNames.Icmp)
        {
            if (!Change(node, found => found with
            {
                IcmpSent = found.IcmpSent + outcome.Attempts,
                IcmpLost = found.IcmpLost + outcome.Failed,
                IcmpRoundTripSum = outcome.Times.Aggregate(found.IcmpRoundTripSum, (sum, time) => sum + time),
            })) return;
            Interlocked.Add(ref _icmpSent, outcome.Attempts);
            Interlocked.Add(ref _icmpLost, outcome.Failed);
            foreach (var time in outcome.Times) _icmp.Observe(time.TotalSeconds);
            return;
        }

        TimeSpan? last = outcome.Times is [.., var newest] ? newest : null;
        if (!Change(node, found => probe == ProbeNames.Tcp
            ? found with { TcpConnect = last, TcpFailure = outcome.Failure }
            : found with { HttpConnect = outcome.ConnectTime, HttpFirstByte = last, HttpFailure = outcome.Failure })) return;
        var connects = _connects[probe];
        if (last is { } seconds) connects.Times.Observe(seconds.TotalSeconds);
        if (outcome.Failure is { } failure) Interlocked.Increment(ref connects.Failures[(int)failure]);
    }

    public void Record(string node, OneWayDelay delay) =>
        Change(node, found => found with { OneWayDelay = delay.Delay, OneWayDelayErrorBound = delay.ErrorBound, OneWayDelayQuality = delay.Quality, OneWayDelayFailure = null });

    public void RecordOneWayDelayFailure(string node, ProbeFailure failure) =>
        Change(node, found => found with { OneWayDelay = null, OneWayDelayErrorBound = null, OneWayDelayQuality = null, OneWayDelayFailure = failure });

    public void Record(string node, PathMtuResult result) =>
        Change(node, found => found with { PathMtuBytes = result.Bytes, IsPathMtuBlackHole = result.IsBlackHole });

    /// <summary>Writes the metrics of the probes that are on.</summary>
    public void Write(ExpositionWriter writer, string source, PairSeries published)
    {
        List<(string Node, PeerFindings Found)> peers;
        PeerProbes probes;
        lock (_lock)
        {
            peers = [.. _peers.Select(peer => (peer.Key, peer.Value)).OrderBy(peer => peer.Key, StringComparer.Ordinal)];
            probes = _probes;
        }

        if (probes.IcmpSeconds > 0)
        {
            writer.Write(Metrics.IcmpSent, Interlocked.Read(ref _icmpSent), source);
            writer.Write(Metrics.IcmpLost, Interlocked.Read(ref _icmpLost), source);
            writer.Begin(Metrics.IcmpRoundTrip);
            writer.Sample(_icmp, source);
        }

        WriteConnects(writer, source, probes);
        if (probes.OneWayDelaySeconds > 0)
        {
            writer.Begin(Metrics.OneWayDelay);
            foreach (var (node, found) in peers)
            {
                if (published.Include(source, node) && found.OneWayDelay is { } delay) writer.Sample(delay.TotalSeconds, source, node);
            }
        }

        if (probes.PathMtuSeconds > 0)
        {
            if (published.Detail == PairDetail.All)
            {
                writer.Begin(Metrics.PathMtu);
                foreach (var (node, found) in peers)
                {
                    if (published.Include(source, node) && found.PathMtuBytes is { } bytes) writer.Sample(bytes, source, node);
                }
            }

            if (peers.Exists(peer => peer.Found.PathMtuBytes is not null)) writer.Write(Metrics.PathMtuBlackHoles, peers.Count(peer => peer.Found.IsPathMtuBlackHole), source);
        }
    }

    private void WriteConnects(ExpositionWriter writer, string source, PeerProbes probes)
    {
        string[] on = [.. _connects.Keys.Where(probe => (probe == ProbeNames.Tcp ? probes.TcpSeconds : probes.HttpSeconds) > 0).OrderDescending(StringComparer.Ordinal)];
        if (on.Length == 0) return;
        writer.Begin(Metrics.Connect);
        foreach (var probe in on) writer.Sample(_connects[probe].Times, source, probe);
        writer.Begin(Metrics.ConnectFailures);
        foreach (var probe in on)
        {
            foreach (var failure in ProbeFailureNames.All) writer.Sample(Interlocked.Read(ref _connects[probe].Failures[(int)failure]), source, probe, failure.ToReason());
        }
    }

    private bool Change(string node, Func<PeerFindings, PeerFindings> change)
    {
        lock (_lock)
        {
            if (!_peers.TryGetValue(node, out var found)) return false;
            _peers[node] = Without(change(found), _probes);
            return true;
        }
    }

    /// <summary>Findings without those of probes that are off.</summary>
    private static PeerFindings Without(PeerFindings found, PeerProbes probes)
    {
        if (probes.IcmpSeconds == 0) found = found with { IcmpSent = 0, IcmpLost = 0, IcmpRoundTripSum = TimeSpan.Zero };
        if (probes.TcpSeconds == 0) found = found with { TcpConnect = null, TcpFailure = null };
        if (probes.HttpSeconds == 0) found = found with { HttpConnect = null, HttpFirstByte = null, HttpFailure = null };
        if (probes.OneWayDelaySeconds == 0) found = found with { OneWayDelay = null, OneWayDelayErrorBound = null, OneWayDelayQuality = null, OneWayDelayFailure = null };
        if (probes.PathMtuSeconds == 0) found = found with { PathMtuBytes = null, IsPathMtuBlackHole = false };
        return found;
    }

    private sealed class Connects
    {
        public Histogram Times { get; } = new(Histogram.RoundTripBounds);

        public long[] Failures { get; } = new long[ProbeFailureNames.All.Count];
    }
}
