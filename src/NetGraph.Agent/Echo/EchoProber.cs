using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Agent.Echo;

/// <summary>Sends trains of UDP echoes to all peers, from several source ports, for as long as it lives.</summary>
/// <remarks>
/// Several source ports, since routers choose among equal-cost paths by the ports: each member of such a set is met. The datagrams of a train
/// are spread evenly over the interval, and all peers over each step, so that nothing is sent in bursts.
/// </remarks>
internal sealed class EchoProber : IDisposable
{
    private readonly EchoTrain _train;
    private readonly Func<bool> _isLoaded;
    private readonly ImmutableArray<Socket> _sockets;
    private readonly List<Thread> _threads = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly ulong _session = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private readonly long _start = Stopwatch.GetTimestamp();
    private ImmutableArray<Target> _targets = [];
    private EchoLedger _ledger;

    /// <param name="local">Local address of the probes.</param>
    /// <param name="train">How many, how often.</param>
    /// <param name="phase">When in its interval this node begins, 0 to 1, so that not all nodes send at the same moment.</param>
    /// <param name="isLoaded">Whether a throughput test has this node now.</param>
    public EchoProber(IPAddress local, EchoTrain train, double phase, Func<bool> isLoaded)
    {
        _train = train;
        _isLoaded = isLoaded;
        _ledger = NewLedger(0, 0);
        _sockets = [.. Enumerable.Range(0, train.SourcePorts).Select(_ =>
        {
            var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(local, 0));
            return socket;
        })];
        foreach (var socket in _sockets) _threads.Add(EchoThread.Start("echo receiver", () => Receive(socket)));
        _threads.Add(EchoThread.Start("echo sender", () => Send(phase)));
    }

    /// <summary>Round-trip times to all peers.</summary>
    public Histogram RoundTrips { get; } = new(Histogram.RoundTripBounds);

    /// <summary>What came of the echoes, a record per peer.</summary>
    public IEnumerable<EchoCounts> Counts => _targets.Select(target => target.Counts);

    /// <summary>Takes a new list of peers. Counts of peers that stay go on; those of others are gone.</summary>
    public void SetPeers(IReadOnlyList<Peer> peers)
    {
        var known = _targets.ToDictionary(target => target.Counts.Node, StringComparer.Ordinal);
        ImmutableArray<Target> targets = [.. peers.Select(peer => new Target(
            new IPEndPoint(IPAddress.Parse(peer.Address), peer.EchoPort).Serialize(),
            known.TryGetValue(peer.Node, out var old) ? old.Counts : new EchoCounts(peer.Node)))];
        Volatile.Write(ref _ledger, NewLedger(targets.Length, _ledger.Close()));
        ImmutableInterlocked.InterlockedExchange(ref _targets, targets);
    }

    public void Dispose()
    {
        _stop.Set();
        foreach (var thread in _threads) thread.Join();
        foreach (var socket in _sockets) socket.Dispose();
        _stop.Dispose();
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    private EchoLedger NewLedger(int peers, ulong first)
    {
        var perSecond = peers * _train.Datagrams / _train.Interval.TotalSeconds;
        var capacity = 64 + (int)(2 * perSecond * (_train.Timeout.TotalSeconds + 1));
        return new EchoLedger(_train.Timeout, capacity, time => RoundTrips.Observe(time.TotalSeconds), first);
    }

    private void Send(double phase)
    {
        var step = _train.Interval / _train.Datagrams;
        var datagram = new byte[EchoPacket.Length];
        var next = Now + (step * phase);
        for (var number = 0; !WaitUntil(next); number++)
        {
            var targets = _targets;
            var socket = _sockets[number % _sockets.Length];
            for (var i = 0; i < targets.Length; i++)
            {
                if (WaitUntil(next + (step * ((double)i / targets.Length)))) return;
                var ledger = Volatile.Read(ref _ledger);
                if (ledger.Send(targets[i].Counts, Now, _isLoaded()) is not { } sequence) continue;
                new EchoPacket(IsReply: false, ResponderIsLoaded: false, _session, sequence, 0).Write(datagram);
                EchoThread.TrySend(socket, datagram, targets[i].Address);
            }

            Volatile.Read(ref _ledger).Expire(Now, _isLoaded());
            next += step;
            // After the machine slept, go on from now instead of making up for it in a burst.
            if (next < Now - step) next = Now;
        }
    }

    private bool WaitUntil(TimeSpan time)
    {
        var left = time - Now;
        return left > TimeSpan.Zero ? _stop.Wait(left) : _stop.IsSet;
    }

    private void Receive(Socket socket)
    {
        var from = new SocketAddress(socket.AddressFamily);
        Span<byte> datagram = stackalloc byte[EchoPacket.Length + 1];
        while (!_stop.IsSet)
        {
            if (!EchoThread.TryReceive(socket, datagram, from, out var length)) continue;
            var now = Now;
            if (EchoPacket.Read(datagram[..length]) is not { IsReply: true } reply || reply.Session != _session) continue;
            var dwell = TimeSpan.FromMicroseconds(reply.DwellNanoseconds / 1000.0);
            Volatile.Read(ref _ledger).Receive(reply.Sequence, now, dwell, reply.ResponderIsLoaded || _isLoaded());
        }
    }

    private sealed record Target(SocketAddress Address, EchoCounts Counts);
}

/// <summary>A train of echoes.</summary>
/// <param name="Datagrams">Datagrams to each peer in an interval, 1 to 100. Default 10: one could show no loss ratio.</param>
/// <param name="SourcePorts">Source ports used in turn, 1 to 16. Default 4.</param>
/// <param name="Interval">Time from one train to the next, at least 100 ms. Default 10 s.</param>
/// <param name="Timeout">How long an answer may take before it counts as lost. Default 1 s.</param>
internal sealed record EchoTrain(int Datagrams, int SourcePorts, TimeSpan Interval, TimeSpan Timeout)
{
    public static EchoTrain Default { get; } = new(10, 4, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
}
