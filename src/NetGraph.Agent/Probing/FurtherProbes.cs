using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Logging;
using NetGraph.Agent.Clock;
using NetGraph.Agent.Connecting;
using NetGraph.Agent.Irtt;
using NetGraph.Agent.PathMtu;
using NetGraph.Agent.Ping;
using NetGraph.Agent.Publishing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Probing;

/// <summary>All that an agent probes beside throughput and UDP echoes: whatever the collector's list says, of peers and of targets outside the mesh.</summary>
/// <remarks>A run towards a peer during which this node was in a throughput test does not count: it would measure that test's queues. Targets and path MTU always count.</remarks>
internal sealed partial class FurtherProbes : IAsyncDisposable
{
    private const int AtOnce = 16;
    // Runs that last for seconds: irtt, and searches whose packets vanish.
    private const int LongAtOnce = 8;

    private readonly AgentOptions _options;
    private readonly IcmpMethod _icmp;
    private readonly Func<bool> _isLoaded;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly HttpProbe _http;
    private readonly PeerClock _peerClock = new();
    private readonly IrttClient _irtt;
    private readonly FrozenDictionary<string, (Probe Probe, TimeSpan Limit)> _probes;
    private readonly ProbeTimetable _quick;
    private readonly ProbeTimetable _long;
    private readonly PeerBook _peers = new();
    private readonly TargetBook _targets;
    private readonly SemaphoreSlim _setting = new(1);
    private IrttServer? _irttServer;
    private int _isDisposed;

    /// <param name="options">Settings of the agent.</param>
    /// <param name="icmp">What ICMP echoes are sent with.</param>
    /// <param name="isLoaded">Whether a throughput test has this node now.</param>
    /// <param name="logs">Loggers.</param>
    public FurtherProbes(AgentOptions options, IcmpMethod icmp, Func<bool> isLoaded, ILoggerFactory logs)
    {
        _options = options;
        _icmp = icmp;
        _isLoaded = isLoaded;
        _logs = logs;
        _log = logs.CreateLogger<FurtherProbes>();
        _http = new HttpProbe(options.BindAddress);
        _irtt = new IrttClient(options.Irtt, options.BindAddress);
        _targets = new TargetBook(logs.CreateLogger<TargetBook>());
        Clock = new ClockWatch(options.ClockErrorBound, new Chrony(options.Chronyc), KernelClock.Read, TimeProvider.System, logs.CreateLogger<ClockWatch>());
        var probes = new Dictionary<string, (Probe, TimeSpan)>
        {
            [ProbeNames.Tcp] = (new TcpProbe(options.BindAddress).RunAsync, TimeSpan.FromSeconds(3)),
            [ProbeNames.Http] = (_http.RunAsync, TimeSpan.FromSeconds(5)),
            [ProbeNames.Dns] = (new DnsProbe().RunAsync, TimeSpan.FromSeconds(6.5)),
        };
        if (icmp.Mode != IcmpMode.Off) probes[ProbeNames.Icmp] = (new IcmpProbe(icmp, IcmpTrain.Default, options.Fping, options.BindAddress).RunAsync, TimeSpan.FromSeconds(5));
        _probes = probes.ToFrozenDictionary(StringComparer.Ordinal);
        _quick = new ProbeTimetable(options.NodeName, AtOnce, TimeProvider.System, _log);
        _long = new ProbeTimetable(options.NodeName, LongAtOnce, TimeProvider.System, _log);
        if (icmp.Mode == IcmpMode.Off) Log.NoIcmp(_log, icmp.Reasons.Count > 0 ? string.Join("; ", icmp.Reasons) : "it is off");
        else Log.Icmp(_log, icmp.Name, icmp.Reasons.Count > 0 ? $", since {string.Join("; ", icmp.Reasons)}" : "");
    }

    /// <summary>How far this node's clock may be off.</summary>
    public ClockWatch Clock { get; }

    /// <summary>Takes a new list of what to probe; it is checked.</summary>
    public async Task SetAsync(PeerList list)
    {
        await _setting.WaitAsync().ConfigureAwait(false);
        try
        {
            var wanted = list.Probes ?? new PeerProbes { PathMtuSeconds = 0 };
            var targets = list.Targets ?? [];
            if (_icmp.Mode == IcmpMode.Off)
            {
                wanted = wanted with { IcmpSeconds = 0 };
                if (targets.Count(target => target.Probe == ProbeNames.Icmp) is > 0 and var count) Log.NotProbed(_log, count);
                targets = [.. targets.Where(target => target.Probe != ProbeNames.Icmp)];
            }

            if (!_icmp.HasSocket) wanted = wanted with { PathMtuSeconds = 0 };
            _peers.Set(list.Peers, wanted);
            _targets.Set(targets);
            _quick.Set([.. targets.Select(TargetJob), .. list.Peers.SelectMany(peer => QuickJobs(peer, wanted))]);
            _long.Set(list.Peers.SelectMany(peer => LongJobs(peer, wanted)));
            await SetServerAsync(wanted.OneWayDelaySeconds > 0).ConfigureAwait(false);
        }
        finally
        {
            _setting.Release();
        }
    }

    /// <summary>What is known of the link to a peer; <see langword="null"/> when it is no peer.</summary>
    public PeerFindings? Find(string peer) => _peers.Find(peer);

    public void Write(ExpositionWriter writer, PairSeries published)
    {
        _peers.Write(writer, _options.NodeName, published);
        if (Clock.Current is { } clock) writer.Write(Metrics.ClockErrorBound, clock.Bound.TotalSeconds, _options.NodeName);
        _targets.Write(writer, _options.NodeName);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _quick.DisposeAsync().ConfigureAwait(false);
        await _long.DisposeAsync().ConfigureAwait(false);
        await _setting.WaitAsync().ConfigureAwait(false);
        await SetServerAsync(isWanted: false).ConfigureAwait(false);
        await Clock.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
        _peerClock.Dispose();
        _setting.Dispose();
    }

    private async Task SetServerAsync(bool isWanted)
    {
        if (isWanted == _irttServer is not null) return;
        if (_irttServer is { } old) await old.DisposeAsync().ConfigureAwait(false);
        var local = new IPEndPoint(_options.BindAddress ?? IPAddress.Any, _options.IrttPort);
        _irttServer = isWanted ? new IrttServer(_options.Irtt, local, TimeProvider.System, _logs.CreateLogger<IrttServer>()) : null;
    }

    private ProbeJob TargetJob(ProbeTarget target) => new(target.Probe, target.Name, TimeSpan.FromSeconds(target.IntervalSeconds), async stop =>
        _targets.Record(target, await RunAsync(target, stop).ConfigureAwait(false)));

    private IEnumerable<ProbeJob> QuickJobs(Peer peer, PeerProbes probes)
    {
        ProbeJob Job(ProbeTarget target) => new(target.Probe, "peer " + peer.Node, TimeSpan.FromSeconds(target.IntervalSeconds), async stop =>
        {
            if (_isLoaded()) return;
            var outcome = await RunAsync(target, stop).ConfigureAwait(false);
            if (!_isLoaded()) _peers.Record(peer.Node, target.Probe, outcome);
        });

        if (probes.IcmpSeconds > 0) yield return Job(new ProbeTarget { Name = peer.Node, Probe = ProbeNames.Icmp, Address = peer.Address, IntervalSeconds = probes.IcmpSeconds });
        if (probes.TcpSeconds > 0) yield return Job(new ProbeTarget { Name = peer.Node, Probe = ProbeNames.Tcp, Address = peer.Address, Port = peer.OrdersPort, IntervalSeconds = probes.TcpSeconds });
        if (probes.HttpSeconds > 0)
        {
            var url = new UriBuilder("http", peer.Address, peer.MetricsPort, "/healthz").Uri.AbsoluteUri;
            yield return Job(new ProbeTarget { Name = peer.Node, Probe = ProbeNames.Http, Url = url, IntervalSeconds = probes.HttpSeconds });
        }
    }

    private IEnumerable<ProbeJob> LongJobs(Peer peer, PeerProbes probes)
    {
        var address = IPAddress.Parse(peer.Address);
        if (probes.OneWayDelaySeconds > 0)
            yield return new ProbeJob(ProbeNames.OneWayDelay, peer.Node, TimeSpan.FromSeconds(probes.OneWayDelaySeconds), stop => MeasureDelayAsync(peer, address, stop));
        if (probes.PathMtuSeconds > 0)
        {
            yield return new ProbeJob(ProbeNames.PathMtu, peer.Node, TimeSpan.FromSeconds(probes.PathMtuSeconds), async stop => _peers.Record(
                peer.Node,
                await ProbeThread.RunAsync("path mtu", () => PathMtuProbe.Run(_icmp.Mode == IcmpMode.Raw, address, _options.BindAddress, stop)).ConfigureAwait(false)));
        }
    }

    private async Task<ProbeOutcome> RunAsync(ProbeTarget target, CancellationToken stop)
    {
        var (probe, limit) = _probes[target.Probe];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(limit);
        try
        {
            return await probe(target, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return ProbeOutcome.Fault(ProbeFailure.Timeout, $"no answer within {limit.TotalSeconds:0.#} s");
        }
    }

    private async Task MeasureDelayAsync(Peer peer, IPAddress address, CancellationToken stop)
    {
        if (_isLoaded()) return;
        var result = await _irtt.RunAsync(new IPEndPoint(address, _options.IrttPort), stop).ConfigureAwait(false);
        if (result is not { Delay: { } delay, RoundTrip: { } roundTrip })
        {
            if (!_isLoaded()) _peers.RecordOneWayDelayFailure(peer.Node, result.Failure!.Value);
            return;
        }

        var peers = await _peerClock.ReadAsync(peer, stop).ConfigureAwait(false);
        if (!_isLoaded()) _peers.Record(peer.Node, OneWayDelay.Judge(delay, roundTrip, Clock.Current?.Bound, peers));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "ICMP echoes go by {Means}{Reasons}")]
        public static partial void Icmp(ILogger log, string means, string reasons);

        [LoggerMessage(Level = LogLevel.Information, Message = "ICMP and path MTU cannot be measured here: {Reasons}")]
        public static partial void NoIcmp(ILogger log, string reasons);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Targets that are not probed, since ICMP echoes cannot be sent here: {Count}")]
        public static partial void NotProbed(ILogger log, int count);
    }
}
