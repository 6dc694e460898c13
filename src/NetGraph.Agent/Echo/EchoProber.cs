using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Echo;

/// <summary>Sends trains of UDP echoes to all peers, from several source ports, for as long as it lives.</summary>
/// <remarks>
/// Several source ports, since routers choose among equal-cost paths by the ports: each member of such a set is met. A port is kept for life, so that it stays on its path.
/// All peers are spread over the time from one moment of the train to the next. Only peers due within a few milliseconds are sent to together, at most eight, each with a
/// time of its own: waking for each of them would be most of the work.
/// </remarks>
internal sealed class EchoProber : IDisposable
{
    private const int MostTogether = 8;
    private static readonly TimeSpan LongestTogether = TimeSpan.FromMilliseconds(20);

    private readonly EchoTrain _train;
    private readonly Func<bool> _isLoaded;
    private readonly EchoClock _clock;
    private readonly ImmutableArray<EchoSocket> _sockets;
    private readonly List<Thread> _threads = [];
    private readonly ManualResetEvent _stop = new(false);
    private volatile bool _isStopping;
    private readonly ulong _session = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private ImmutableArray<Target> _targets = [];
    private EchoLedger _ledger;

    /// <param name="local">Local address of the probes.</param>
    /// <param name="train">How many, how often.</param>
    /// <param name="phase">When in its interval this node begins, 0 to 1, so that not all nodes send at the same moment.</param>
    /// <param name="isLoaded">Whether a throughput test has this node now.</param>
    /// <param name="firstPort">First of the source ports, which follow one another; 0 for any that are free.</param>
    /// <param name="time">Clocks; the system's by default.</param>
    /// <exception cref="SocketException">A port is taken or the address not ours.</exception>
    public EchoProber(IPAddress local, EchoTrain train, double phase, Func<bool> isLoaded, int firstPort = 0, TimeProvider? time = null)
    {
        _train = train;
        _isLoaded = isLoaded;
        _clock = new EchoClock(time ?? TimeProvider.System);
        _ledger = NewLedger(0, 0);
        _sockets = Bind(local, firstPort);
        foreach (var socket in _sockets) _threads.Add(EchoThread.Start("echo receiver", () => Receive(socket)));
        _threads.Add(EchoThread.Start("echo sender", () => Send(phase)));
    }

    /// <summary>What came of all echoes.</summary>
    public EchoTotals Totals { get; } = new();

    /// <summary>What is known of each peer, in the order of the list.</summary>
    public IEnumerable<(string Node, EchoFigures Figures)> Peers
    {
        get
        {
            var now = _clock.Now;
            return _targets.Select(target => (target.Echoes.Node, target.Echoes.Read(now)));
        }
    }

    /// <summary>The source ports.</summary>
    public IEnumerable<int> SourcePorts => _sockets.Select(socket => socket.Port);

    /// <summary>Whether the kernel says when answers came.</summary>
    public bool IsStampedByKernel => _sockets.All(socket => socket.IsStampedByKernel);

    /// <summary>Takes a new list of peers. Counts of peers that stay go on; those of others are gone.</summary>
    public void SetPeers(IReadOnlyList<Peer> peers)
    {
        var known = _targets.ToDictionary(target => target.Echoes.Node, StringComparer.Ordinal);
        ImmutableArray<Target> targets = [.. peers.Select(peer => new Target(
            new IPEndPoint(IPAddress.Parse(peer.Address), peer.EchoPort).Serialize(),
            known.TryGetValue(peer.Node, out var old) ? old.Echoes : new PeerEchoes(peer.Node, _train)))];
        Volatile.Write(ref _ledger, NewLedger(targets.Length, _ledger.Close()));
        ImmutableInterlocked.InterlockedExchange(ref _targets, targets);
    }

    /// <summary>Sends echoes to a peer, twenty a second, while a throughput test with it fills the queues on the way.</summary>
    /// <param name="node">The peer at the test's other end.</param>
    /// <param name="length">How long the test sends.</param>
    /// <param name="end">Ends the sending early.</param>
    /// <returns>What comes of them, to be read when the test is over; <see langword="null"/> for a node that is not on the list.</returns>
    public LoadedEchoes? BeginTest(string node, TimeSpan length, CancellationToken end)
    {
        if (_targets.FirstOrDefault(target => target.Echoes.Node == node) is not { } target) return null;
        var test = new LoadedEchoes(target.Echoes, _clock.Now, length);
        _ = SendAsync(test, target.Address, end);
        return test;
    }

    public void Dispose()
    {
        if (_isStopping) return;
        _isStopping = true;
        _stop.Set();
        foreach (var thread in _threads) thread.Join();
        foreach (var socket in _sockets) socket.Dispose();
        _stop.Dispose();
    }

    private ImmutableArray<EchoSocket> Bind(IPAddress local, int firstPort)
    {
        var sockets = ImmutableArray.CreateBuilder<EchoSocket>(_train.SourcePorts);
        try
        {
            for (var i = 0; i < _train.SourcePorts; i++) sockets.Add(new EchoSocket(new IPEndPoint(local, firstPort == 0 ? 0 : firstPort + i), _clock));
            return sockets.MoveToImmutable();
        }
        catch
        {
            foreach (var socket in sockets) socket.Dispose();
            throw;
        }
    }

    private EchoLedger NewLedger(int peers, ulong first)
    {
        var perSecond = (peers * _train.Datagrams / _train.Interval.TotalSeconds) + (2 / LoadedEchoes.Spacing.TotalSeconds);
        var capacity = 64 + (int)(2 * perSecond * (_train.Timeout.TotalSeconds + 1));
        return new EchoLedger(_train.Timeout, capacity, Totals, first);
    }

    private void Send(double phase)
    {
        var step = _train.Interval / _train.Moments;
        var datagram = new byte[EchoPacket.Length];
        var next = _clock.Now + (step * phase);
        for (long number = 0; !WaitUntil(next); number++)
        {
            var targets = _targets;
            var together = Math.Clamp((int)(LongestTogether / step * targets.Length), 1, MostTogether);
            for (var i = 0; i < targets.Length; i++)
            {
                if (i % together == 0 && WaitUntil(next + (step * ((double)i / targets.Length)))) return;
                for (var n = _train.DatagramsAt(number); n > 0; n--) Send(targets[i], (int)(number % _sockets.Length), datagram);
            }

            Volatile.Read(ref _ledger).Expire(_clock.Read(), _isLoaded());
            next += step;
            // After the machine slept, go on from now instead of making up for it in a burst.
            if (next < _clock.Now - step) next = _clock.Now;
        }
    }

    private void Send(Target target, int port, byte[] datagram)
    {
        var isLoaded = _isLoaded();
        if (Volatile.Read(ref _ledger).Send(target.Echoes, port, _clock.Read(), isLoaded) is not { } sequence) return;
        new EchoPacket(IsReply: false, ResponderIsLoaded: false, _session, sequence, 0).Write(datagram);
        _sockets[port].TrySend(datagram, target.Address);
    }

    private async Task SendAsync(LoadedEchoes test, SocketAddress address, CancellationToken end)
    {
        var datagram = new byte[EchoPacket.Length];
        using var timer = new PeriodicTimer(LoadedEchoes.Spacing);
        try
        {
            for (var port = 0; _clock.Now < test.End; port = (port + 1) % _sockets.Length)
            {
                if (Volatile.Read(ref _ledger).Send(test, port, _clock.Read()) is { } sequence)
                {
                    new EchoPacket(IsReply: false, ResponderIsLoaded: false, _session, sequence, 0).Write(datagram);
                    _sockets[port].TrySend(datagram, address);
                }

                await timer.WaitForNextTickAsync(end).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private bool WaitUntil(TimeSpan time)
    {
        var left = time - _clock.Now;
        return _stop.WaitOne(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    private void Receive(EchoSocket socket)
    {
        var from = new SocketAddress(socket.AddressFamily);
        Span<byte> datagram = stackalloc byte[EchoPacket.Length + 1];
        while (!_isStopping)
        {
            if (!socket.TryReceive(datagram, from, out var arrival)) continue;
            if (EchoPacket.Read(datagram[..arrival.Length]) is not { IsReply: true } reply || reply.Session != _session) continue;
            var dwell = TimeSpan.FromTicks((long)Math.Min(reply.DwellNanoseconds / 100, (ulong)TimeSpan.TicksPerDay));
            Volatile.Read(ref _ledger).Receive(reply.Sequence, arrival, dwell, reply.ResponderIsLoaded || _isLoaded());
        }
    }

    private sealed record Target(SocketAddress Address, PeerEchoes Echoes);
}
