using NetGraph.Agent;
using NetGraph.Api.Snapshots;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli;

/// <summary>Reads agents that live in this process, in place of Prometheus.</summary>
internal sealed class EmbeddedSource(IReadOnlyList<AgentHost> agents, IReadOnlyList<MeshNode> nodes, TimeProvider clock) : IMeasurementSource
{
    public bool HasHistory => false;

    public Task<Mesh> ReadAsync(SnapshotQuery query, CancellationToken cancellation)
    {
        var index = nodes.Select((node, i) => (node.Name, i)).ToDictionary(item => item.Name, item => item.i, StringComparer.Ordinal);
        var links = agents.SelectMany(agent => agent.ReadLinks(query.Protocol == TestProtocol.Udp.ToLabel() ? TestProtocol.Udp : TestProtocol.Tcp))
            .Select(link => new LinkMeasurement(index[link.Source], index[link.Destination])
            {
                ThroughputBitsPerSecond = link.ThroughputBitsPerSecond ?? double.NaN,
                RetransmittedSegments = link.RetransmittedSegments ?? double.NaN,
                Quality = link.Quality,
                State = link.IsSuccess switch { true => LinkState.Up, false => LinkState.Down, null => LinkState.Unknown },
                LastSuccessUnixSeconds = link.LastSuccess?.ToUnixTimeMilliseconds() / 1000.0 ?? double.NaN,
                RoundTripTimeSeconds = link.ProbesReceived > 0 ? link.RoundTripSum.TotalSeconds / link.ProbesReceived : double.NaN,
                LossRatio = link.ProbesSent > 0 ? 1 - ((double)link.ProbesReceived / link.ProbesSent) : double.NaN,
            });
        return Task.FromResult(new Mesh(nodes, [.. links], clock.GetUtcNow()));
    }

    public Task<IReadOnlyList<HistoryPoint>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException("Agents know only the present.");
}
