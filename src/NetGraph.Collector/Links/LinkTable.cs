using System.Runtime.InteropServices;
using NetGraph.Measurements;

namespace NetGraph.Collector.Links;

/// <summary>What all agents know of their links: the newest whole matrix, whatever the level of detail of the metrics. May be used from several threads at once.</summary>
/// <remarks>Echoes are counted over the last two and a half to five minutes, as one reads them from Prometheus, and apart from that since a moment that can be marked.</remarks>
internal sealed class LinkTable(TimeProvider clock)
{
    private const int MostMisses = 3;
    private const int MaxNameLength = 253;
    private static readonly TimeSpan HalfWindow = TimeSpan.FromSeconds(150);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AgentRecord> _agents = new(StringComparer.Ordinal);

    /// <summary>Takes what an agent says of its links; what else it says is passed over.</summary>
    /// <param name="agent">Name of the agent's node.</param>
    /// <param name="links">What it says.</param>
    /// <param name="testedOnly">Whether to pass over links that were never tested, of which only echoes are known.</param>
    public void Take(string agent, IReadOnlyList<AgentLink> links, bool testedOnly = false)
    {
        lock (_lock)
        {
            if (!_agents.TryGetValue(agent, out var record)) _agents[agent] = record = new AgentRecord { RotatedAt = clock.GetTimestamp() };
            record.Misses = 0;
            record.Pass++;
            var rotates = clock.GetElapsedTime(record.RotatedAt) >= HalfWindow;
            if (rotates) record.RotatedAt = clock.GetTimestamp();
            foreach (var link in links)
            {
                if (link is not null && CanBe(link, agent) && (!testedOnly || link.IsSuccess is not null)) Take(record, link, rotates);
            }

            foreach (var (pair, known) in record.Links)
            {
                if (known.Pass != record.Pass) record.Links.Remove(pair);
            }
        }
    }

    /// <summary>An agent did not answer: after a few times what it said last is no longer known to be so.</summary>
    public void Miss(string agent)
    {
        lock (_lock)
        {
            if (_agents.TryGetValue(agent, out var record)) record.Misses++;
        }
    }

    /// <summary>Forgets agents of nodes that left.</summary>
    public void Retain(IReadOnlySet<string> nodes)
    {
        lock (_lock)
        {
            foreach (var agent in _agents.Keys.Where(agent => !nodes.Contains(agent)).ToList()) _agents.Remove(agent);
        }
    }

    /// <summary>Counts echoes for <see cref="ReadEchoes"/> from now on.</summary>
    public void MarkEchoes()
    {
        lock (_lock)
        {
            foreach (var record in _agents.Values)
            {
                foreach (var pair in record.Links.Keys)
                {
                    ref var link = ref CollectionsMarshal.GetValueRefOrNullRef(record.Links, pair);
                    link.Marked = link.Echoes;
                }
            }
        }
    }

    /// <summary>Echoes since the last mark, of every link whose sending node's agent answers.</summary>
    public IReadOnlyList<LinkEchoes> ReadEchoes() => EchoesSince(link => link.Marked);

    /// <summary>Echoes of the last two and a half to five minutes, as pictures show them, of every link whose sending node's agent answers.</summary>
    public IReadOnlyList<LinkEchoes> ReadRecentEchoes() => EchoesSince(link => link.Older);

    /// <summary>The matrix. Where two agents know of the same pair, the newer test counts. O(V log V + E).</summary>
    /// <param name="nodes">The nodes that there are, with different names; links to others are left out.</param>
    public Mesh BuildMesh(IReadOnlyList<MeshNode> nodes)
    {
        var index = new Dictionary<string, int>(nodes.Count, StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++) index.Add(nodes[i].Name, i);
        var links = new List<LinkMeasurement>();
        lock (_lock)
        {
            foreach (var (agent, record) in _agents)
            {
                foreach (var (pair, link) in record.Links)
                {
                    if (!index.TryGetValue(pair.Source, out var source) || !index.TryGetValue(pair.Destination, out var destination)) continue;
                    var other = _agents.GetValueOrDefault(pair.Source == agent ? pair.Destination : pair.Source);
                    var isKnownTwice = other is not null && other.Links.ContainsKey(pair);
                    // Of a pair that both ends know, the sending one's record stands for both.
                    if (isKnownTwice && pair.Source != agent) continue;
                    var isNewerThere = isKnownTwice && other!.Links[pair].TestedAt > link.TestedAt;
                    var test = isNewerThere ? other!.Links[pair] : link;
                    links.Add(Measurement(source, destination, test, (isNewerThere ? other! : record).IsSilent, link, record.IsSilent));
                }
            }
        }

        return new Mesh(nodes, links, clock.GetUtcNow());
    }

    private IReadOnlyList<LinkEchoes> EchoesSince(Func<LinkRecord, EchoTotals> since)
    {
        lock (_lock)
        {
            return
            [
                .. from agent in _agents
                   where agent.Value.Misses < MostMisses
                   from link in agent.Value.Links
                   where link.Key.Source == agent.Key
                   let echoes = link.Value.Echoes.Since(since(link.Value))
                   where echoes.Sent > 0
                   select new LinkEchoes(link.Key.Source, link.Key.Destination, echoes.Sent, echoes.Received, double.IsNaN(echoes.RoundTripTimeSeconds) ? null : echoes.RoundTripTimeSeconds),
            ];
        }
    }

    private static LinkMeasurement Measurement(int source, int destination, in LinkRecord test, bool isTestSilent, in LinkRecord sent, bool isEchoSilent)
    {
        var echoes = sent.Echoes.Since(sent.Older);
        var known = new LinkMeasurement(source, destination) { LastSuccessUnixSeconds = test.LastSuccess > 0 ? test.LastSuccess / 1000.0 : double.NaN };
        if (!isTestSilent)
        {
            known = known with
            {
                ThroughputBitsPerSecond = test.ThroughputBitsPerSecond,
                RetransmittedSegments = test.RetransmittedSegments,
                Quality = test.Quality,
                State = test.State,
            };
        }

        return isEchoSilent
            ? known
            : known with { RoundTripTimeSeconds = echoes.RoundTripTimeSeconds, LossRatio = echoes.LossRatio, JitterSeconds = sent.JitterSeconds, OneWayDelaySeconds = sent.OneWayDelaySeconds };
    }

    private static void Take(AgentRecord record, AgentLink link, bool rotates)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(record.Links, (link.Source, link.Destination), out var exists);
        var echoes = EchoTotals.Of(link);
        // What was counted before it was first looked at may be of last month; what was counted since the agent began anew is of now.
        if (!exists) known.Older = known.Newer = known.Marked = echoes;
        else if (!echoes.CanFollow(known.Echoes)) known.Older = known.Newer = known.Marked = default;
        else if (rotates) (known.Older, known.Newer) = (known.Newer, known.Echoes);
        known.Echoes = echoes;
        known.Pass = record.Pass;
        known.JitterSeconds = link.RoundTripJitter?.TotalSeconds ?? double.NaN;
        known.OneWayDelaySeconds = link.Findings?.OneWayDelay is { } delay && delay >= TimeSpan.Zero ? delay.TotalSeconds : double.NaN;
        known.TestedAt = link.TestedAt?.ToUnixTimeMilliseconds() ?? 0;
        known.LastSuccess = link.LastSuccess?.ToUnixTimeMilliseconds() ?? 0;
        known.State = link.IsSuccess switch { true => LinkState.Up, false => LinkState.Down, null => LinkState.Unknown };
        known.ThroughputBitsPerSecond = known.State == LinkState.Up ? link.ThroughputBitsPerSecond ?? double.NaN : double.NaN;
        known.RetransmittedSegments = known.State == LinkState.Up ? link.RetransmittedSegments ?? double.NaN : double.NaN;
        known.Quality = known.State == LinkState.Up ? link.Quality : MeasurementQuality.Ok;
    }

    // An agent knows of its own links only, and nothing else is believed.
    private static bool CanBe(AgentLink link, string agent) =>
        link.Source is { Length: > 0 and <= MaxNameLength } && link.Destination is { Length: > 0 and <= MaxNameLength } && link.Source != link.Destination
        && (link.Source == agent || link.Destination == agent)
        && IsNumber(link.ThroughputBitsPerSecond) && IsNumber(link.RetransmittedSegments) && IsNumber(link.RoundTripJitter?.TotalSeconds) && Enum.IsDefined(link.Quality) && EchoTotals.Of(link).IsPossible;

    private static bool IsNumber(double? value) => value is null || (double.IsFinite(value.Value) && value >= 0);

    private sealed class AgentRecord
    {
        public Dictionary<(string Source, string Destination), LinkRecord> Links { get; } = [];

        public long RotatedAt { get; set; }

        public int Pass { get; set; }

        public int Misses { get; set; }

        public bool IsSilent => Misses >= MostMisses;
    }

    /// <summary>Times in milliseconds since 1970, 0 for never: a large mesh has millions of these.</summary>
    private struct LinkRecord
    {
        public double ThroughputBitsPerSecond;
        public double RetransmittedSegments;
        public double JitterSeconds;
        public double OneWayDelaySeconds;
        public long TestedAt;
        public long LastSuccess;
        public MeasurementQuality Quality;
        public LinkState State;
        public int Pass;
        public EchoTotals Echoes;
        public EchoTotals Older;
        public EchoTotals Newer;
        public EchoTotals Marked;
    }
}
