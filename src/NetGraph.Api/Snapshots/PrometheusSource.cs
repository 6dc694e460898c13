using NetGraph.Measurements;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Api.Snapshots;

/// <summary>Reads the mesh from a server with Prometheus' query API.</summary>
/// <param name="client">The server.</param>
/// <param name="clock">For the time of "now".</param>
internal sealed class PrometheusSource(PrometheusClient client, TimeProvider clock) : IMeasurementSource
{
    private const double BitsPerMegabit = 1e6;
    private static readonly TimeSpan LeastWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan EchoWindow = TimeSpan.FromMinutes(5);
    private static readonly string[] Pair = [Labels.SourceNode, Labels.DestinationNode];
    private static readonly string[] Source = [Labels.SourceNode];
    private static readonly string[] Place = [Labels.Node, Labels.Zone, Labels.Region, Labels.Rack, Labels.InstanceType];

    private delegate void LinkSetter(ref LinkMeasurement link, double value);

    public bool HasHistory => true;

    public async Task<Mesh> ReadAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        try
        {
            var window = query.Window ?? await FindWindowAsync(query.At, cancellation).ConfigureAwait(false);
            var echoWindow = query.Window ?? EchoWindow;
            var builder = new MeshBuilder();
            var gate = new Lock();

            Task Ask(string expression, LinkSetter set) =>
                client.QueryAsync(expression, query.At, Pair, (labels, value) =>
                {
                    // All our values are finite and not negative: anything else is somebody else's series under our name.
                    if (labels[0] is not { } source || labels[1] is not { } destination || !double.IsFinite(value) || value < 0) return;
                    lock (gate) set(ref builder.Link(source, destination), value);
                }, cancellation);
            Task AskTests(MetricFamily family, LinkSetter set, Statistic? statistic = null) => Ask(PromQl.OfThroughputTests(family, query, window, statistic), set);

            async Task<int> AskNodes(string expression, Action<MeshNode> add) =>
                await client.QueryAsync(expression, query.At, Place, (labels, _) =>
                {
                    if (labels[0] is not { } name) return;
                    lock (gate) add(new MeshNode(name) { Zone = labels[1], Region = labels[2], Rack = labels[3], InstanceType = labels[4] });
                }, cancellation).ConfigureAwait(false);

            var live = new HashSet<string>(StringComparer.Ordinal);
            var nodes = AskNodes(PromQl.Nodes(), builder.AddNode);
            await Task.WhenAll(
                nodes,
                client.QueryAsync(PromQl.LiveAgents(), query.At, Source, (labels, _) =>
                {
                    if (labels[0] is not { } name) return;
                    lock (gate) live.Add(name);
                }, cancellation),
                AskTests(Metrics.IperfBandwidth, (ref link, value) => link = link with { ThroughputBitsPerSecond = value * BitsPerMegabit }),
                AskTests(Metrics.IperfSuccess, (ref link, value) => link = link with { State = value > 0 ? LinkState.Up : LinkState.Down }, Statistic.Last),
                AskTests(Metrics.Retransmits, (ref link, value) => link = link with { RetransmittedSegments = value }),
                AskTests(Metrics.Quality, (ref link, value) => link = link with { Quality = MeasurementQualityNames.FromMetric(value) }, Statistic.Last),
                AskTests(Metrics.LastSuccess, (ref link, value) => link = link with { LastSuccessUnixSeconds = value }, Statistic.Last),
                Ask(PromQl.MeanRoundTripTime(echoWindow), (ref link, value) => link = link with { RoundTripTimeSeconds = value }),
                Ask(PromQl.LossRatio(echoWindow), (ref link, value) => link = link with { LossRatio = value })).ConfigureAwait(false);

            // What a silent agent said last is no longer known to be so. Where no agent is seen, the data is of other exporters.
            if (live.Count > 0) builder.ForgetLinksFrom(source => !live.Contains(source));

            // While the collector is away nothing tells which nodes exist: then all that were measured do, and they keep their last known places.
            var isCollectorAway = await nodes.ConfigureAwait(false) == 0;
            if (isCollectorAway) await AskNodes(PromQl.NodesSeenWithin(window), builder.DescribeNode).ConfigureAwait(false);
            return builder.Build(query.At ?? clock.GetUtcNow(), isCollectorAway ? _ => true : builder.IsDescribed);
        }
        catch (PrometheusQueryException exception)
        {
            var kind = exception.IsTimeout ? SourceFailure.TimedOut : exception.StatusCode is null ? SourceFailure.Unreachable : SourceFailure.Failed;
            throw new MeasurementSourceException(kind, exception.Message, exception);
        }
    }

    private async Task<TimeSpan> FindWindowAsync(DateTimeOffset? at, CancellationToken cancellation)
    {
        var interval = TimeSpan.Zero;
        await client.QueryAsync(PromQl.CycleInterval(), at, [], (_, value) =>
        {
            if (value is > 0 and < 1e7) interval = TimeSpan.FromSeconds(value);
        }, cancellation).ConfigureAwait(false);
        return interval * 2 > LeastWindow ? interval * 2 : LeastWindow;
    }
}
