using System.Globalization;
using System.Net;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Iperf3;

/// <summary>Command lines of iperf3 3.10 and newer.</summary>
internal static class IperfCommand
{
    private const int ConnectTimeoutMilliseconds = 3000;

    /// <summary>A client that measures as ordered and prints JSON.</summary>
    public static IReadOnlyList<string> Client(ThroughputOrder order, IPAddress? bind)
    {
        List<string> arguments =
        [
            "-c", order.PeerAddress,
            "-p", Text(order.PeerPort),
            "-t", Text(order.DurationSeconds),
            "-J",
            "--connect-timeout", Text(ConnectTimeoutMilliseconds),
        ];
        if (bind is not null) arguments.AddRange(["-B", bind.ToString()]);
        if (order.ParallelStreams > 1) arguments.AddRange(["-P", Text(order.ParallelStreams)]);
        // iperf3 applies -b to each stream; the order's limit is that of the whole test.
        if (order.BitrateBitsPerSecond is { } bitrate) arguments.AddRange(["-b", Text(bitrate / order.ParallelStreams)]);
        if (order.Reverse) arguments.Add("-R");
        return arguments;
    }

    /// <summary>A server that serves one client and ends, or ends by itself when none comes.</summary>
    public static IReadOnlyList<string> OneOffServer(int port, IPAddress? bind, TimeSpan idleTimeout)
    {
        List<string> arguments =
        [
            "-s", "-1",
            "-p", Text(port),
            "--forceflush",
            "--idle-timeout", Text((int)Math.Ceiling(idleTimeout.TotalSeconds)),
        ];
        if (bind is not null) arguments.AddRange(["-B", bind.ToString()]);
        return arguments;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
