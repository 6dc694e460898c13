using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Ping;
using NetGraph.Measurements;

namespace NetGraph.Agent.PathMtu;

/// <summary>Sends ICMP echoes of many sizes to a peer until the largest that arrives is known. Blocks; for one search.</summary>
/// <remarks>The answer of Linux may be fragmented on its way back, so it is the way there that is measured.</remarks>
internal sealed class PathMtuProbe
{
    private const int Ipv4Floor = 576, Ipv6Floor = 1280;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private readonly IcmpSocket _socket;
    private readonly CancellationToken _end;
    private readonly Dictionary<ushort, (int Size, long SentAt)> _sent = [];
    private TimeSpan _wait = LongestWait;
    private bool _isTold;

    private PathMtuProbe(IcmpSocket socket, CancellationToken end)
    {
        _socket = socket;
        _end = end;
    }

    /// <summary>Searches once.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="end"/> fired.</exception>
    public static PathMtuResult Run(bool isRaw, IPAddress destination, IPAddress? bind, CancellationToken end)
    {
        try
        {
            using var socket = new IcmpSocket(isRaw, destination, bind);
            socket.ForbidFragments();
            var probe = new PathMtuProbe(socket, end);
            var isV6 = destination.AddressFamily == AddressFamily.InterNetworkV6;
            var local = PathMtuSearch.FindLocal(socket.KnownMtu, ushort.MaxValue, probe.IsTaken);
            var result = PathMtuSearch.Find(isV6 ? Ipv6Floor : Ipv4Floor, local, probe.Send, () => socket.KnownMtu);
            return result with { IsBlackHole = result.IsBlackHole && !probe._isTold };
        }
        catch (SocketException exception)
        {
            return new PathMtuResult(null, false, exception.SocketErrorCode is SocketError.HostUnreachable or SocketError.NetworkUnreachable ? ProbeFailure.Unreachable : ProbeFailure.ToolError);
        }
    }

    private bool IsTaken(int size) => TrySend(size) == SizeOutcome.Silent;

    private SizeOutcome Send(int size)
    {
        _end.ThrowIfCancellationRequested();
        var outcome = TrySend(size);
        return outcome == SizeOutcome.Silent ? Await(size) : outcome;
    }

    private SizeOutcome TrySend(int size)
    {
        var sequence = (ushort)_sent.Count;
        var isRefused = false;
        while (true)
        {
            try
            {
                _sent[sequence] = (size, _socket.Send(sequence, size - _socket.IpHeaderLength));
                // What is sent at the second try was not refused for its own size.
                _isTold |= isRefused;
                return SizeOutcome.Silent;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize && !isRefused)
            {
                // It may be the error that an earlier packet met on its path, which the kernel reports once.
                isRefused = true;
            }
            catch (SocketException exception)
            {
                return exception.SocketErrorCode switch
                {
                    SocketError.MessageSize => SizeOutcome.NotSent,
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable => SizeOutcome.NoRoute,
                    _ => SizeOutcome.Silent,
                };
            }
        }
    }

    private SizeOutcome Await(int size)
    {
        var start = Stopwatch.GetTimestamp();
        while (_wait - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            _end.ThrowIfCancellationRequested();
            try
            {
                if (_socket.Receive(left < ShortestWait ? left : ShortestWait) is not { } answer || !_sent.TryGetValue(answer.Sequence, out var sent) || sent.Size != size) continue;
                var roundTrip = Stopwatch.GetElapsedTime(sent.SentAt, answer.At) * 4;
                _wait = roundTrip < ShortestWait ? ShortestWait : roundTrip > LongestWait ? LongestWait : roundTrip;
                return SizeOutcome.Answered;
            }
            catch (SocketException exception)
            {
                if (exception.SocketErrorCode == SocketError.MessageSize) return SizeOutcome.TooBig;
                if (exception.SocketErrorCode is SocketError.HostUnreachable or SocketError.NetworkUnreachable) return SizeOutcome.NoRoute;
            }
        }

        return SizeOutcome.Silent;
    }
}
