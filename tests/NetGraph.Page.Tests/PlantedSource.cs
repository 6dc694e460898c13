using NetGraph.Api.Snapshots;
using NetGraph.Measurements;

namespace NetGraph.Page.Tests;

/// <summary>Measurements of a made-up mesh: racks of hosts, of which for six hours one sends little and one rack's uplink is narrow outwards; before that all was well.</summary>
internal sealed class PlantedSource : IMeasurementSource
{
    private const double InRack = 940e6;
    private const double BetweenRacks = 400e6;
    private const double OfBadNode = 11e6;
    private const double OfBadUplink = 60e6;
    private static readonly TimeSpan Trouble = TimeSpan.FromHours(6);
    private readonly MeshNode[] _nodes;

    private PlantedSource(IEnumerable<MeshNode> nodes) => _nodes = [.. nodes];

    public bool HasHistory { get; init; } = true;

    /// <summary>Whether the source fails.</summary>
    public bool IsAway { get; set; }

    /// <summary>The node that sends little; none when null.</summary>
    public string? BadNode { get; init; }

    /// <summary>The rack of which little leaves; none when null.</summary>
    public string? BadRack { get; init; }

    /// <summary>Nodes in racks of ten, worker-1 on, in rack-a on, all of one zone.</summary>
    public static PlantedSource OfRacks(int count, bool isSick = true, bool hasHistory = true) =>
        new(Enumerable.Range(0, count).Select(i => new MeshNode($"worker-{i + 1}") { Rack = $"rack-{(char)('a' + (i / 10))}", Zone = "zone-1" }))
        {
            HasHistory = hasHistory,
            BadNode = isSick ? "worker-7" : null,
            BadRack = isSick && count > 20 ? "rack-b" : null,
        };

    /// <summary>Nodes of such names, each well.</summary>
    public static PlantedSource Of(params string[] names) => new(names.Select(name => new MeshNode(name) { Zone = name }));

    public Task<Mesh> ReadAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        if (IsAway) throw Failure();
        var at = query.At ?? DateTimeOffset.UtcNow;
        if (query.Statistic == Statistic.StandardDeviation) return Task.FromResult(new Mesh(_nodes, [], at));
        var links = new List<LinkMeasurement>();
        for (var i = 0; i < _nodes.Length; i++)
        {
            for (var j = 0; j < _nodes.Length; j++)
            {
                if (i != j) links.Add(Link(i, j, at));
            }
        }

        return Task.FromResult(new Mesh(_nodes, links, at));
    }

    public Task<IReadOnlyList<HistoryPoint>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellation)
    {
        if (IsAway) throw Failure();
        int source = Array.FindIndex(_nodes, node => node.Name == query.Source), destination = Array.FindIndex(_nodes, node => node.Name == query.Destination);
        var points = new List<HistoryPoint>();
        for (var at = query.From; at <= query.To; at += query.Step)
        {
            // A gap, and one failed test.
            var hour = (int)(DateTimeOffset.UtcNow - at).TotalHours;
            if (hour == 9) continue;
            var link = Link(source, destination, at);
            points.Add(new HistoryPoint(at, hour == 4 ? link with { State = LinkState.Down, ThroughputBitsPerSecond = double.NaN, RetransmittedSegments = double.NaN } : link, hour == 4 ? ProbeFailure.ConnectionRefused : null));
        }

        return Task.FromResult<IReadOnlyList<HistoryPoint>>(points);
    }

    public Task<TestingFigures?> ReadTestingAsync(DateTimeOffset? at, CancellationToken cancellation) => !HasHistory ? Task.FromResult<TestingFigures?>(null) : Task.FromResult<TestingFigures?>(new TestingFigures
    {
        CoverageRatio = 0.987,
        OldestPairAgeSeconds = 7400,
        CycleDurationSeconds = 1260,
        CycleIntervalSeconds = 3600,
        PlanSlots = 240,
        LowerBoundSlots = 236,
        BudgetBytes = 12e12,
        BudgetWaitSeconds = 900,
        DayBytes = 7.4e12,
        DaySucceeded = 84_960,
        DayFailed = 17,
        DaySkipped = 59,
        Failures = [new("worker-7", "timeout", 12), new("worker-3", "connection_refused", 5)],
    });

    public IReadOnlyList<NamedExpression> ExpressionsOf(HistoryQuery query) =>
        HasHistory ? [new("Throughput, Mbit/s", $"iperf_network_bandwidth_mbps{{source_node=\"{query.Source}\",destination_node=\"{query.Destination}\"}}")] : [];

    private static MeasurementSourceException Failure() => new(SourceFailure.Unreachable, "Prometheus cannot be reached at http://prometheus:9090: connection refused.");

    private LinkMeasurement Link(int source, int destination, DateTimeOffset at)
    {
        var (from, to) = (_nodes[source], _nodes[destination]);
        // Every test a little different, the same for the same ten minutes: 3 % either way.
        var slot = at.ToUnixTimeSeconds() / 600;
        var noise = 1 + (0.03 * Math.Sin((source * 12.9898) + (destination * 78.233) + (slot % 1009)));
        var isNear = from.Rack == to.Rack;
        var rate = isNear ? InRack : BetweenRacks;
        var isSick = DateTimeOffset.UtcNow - at < Trouble;
        if (isSick && from.Name == BadNode) rate = OfBadNode;
        else if (isSick && !isNear && from.Rack == BadRack) rate = OfBadUplink;
        return new LinkMeasurement(source, destination)
        {
            State = LinkState.Up,
            ThroughputBitsPerSecond = rate * noise,
            RoundTripTimeSeconds = (isNear ? 180e-6 : 420e-6) * noise * (rate < 100e6 ? 6 : 1),
            LossRatio = rate < 100e6 ? 0.004 * noise : 0,
            JitterSeconds = 20e-6 * noise,
            RetransmittedSegments = Math.Round(30 * noise),
            Quality = (source + (destination * 3)) % 61 == 0 ? MeasurementQuality.HostLimited : MeasurementQuality.Ok,
            LastSuccessUnixSeconds = (slot * 600) - 60,
        };
    }
}
