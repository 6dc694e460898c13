using System.Globalization;
using System.Net;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Iperf3;

/// <summary>Command lines of iperf3 3.10 and newer.</summary>
internal static class IperfCommand
{
    private const int ConnectTimeoutMilliseconds = 3000;

    // Each interval costs room in the report and in memory: an hour has no more of them than a minute.
    private const int MaxIntervals = 60;

    /// <summary>A client that measures as ordered and prints JSON.</summary>
    public static IReadOnlyList<string> Client(ThroughputOrder order, IPAddress? bind)
    {
        List<string> arguments =
        [
            "-c", Address(order.PeerAddress),
            "-p", Text(order.PeerPort),
            "-t", Text(order.DurationSeconds),
            "-J",
            "--connect-timeout", Text(ConnectTimeoutMilliseconds),
        ];
        if (bind is not null) arguments.AddRange(["-B", bind.ToString()]);
        if (order.Protocol == TestProtocol.Udp) arguments.Add("-u");
        if (order.OmitSeconds > 0) arguments.AddRange(["-O", Text(order.OmitSeconds)]);
        if (order.ParallelStreams > 1) arguments.AddRange(["-P", Text(order.ParallelStreams)]);
        // iperf3 applies -b to each stream; the order's limit is that of the whole test.
        if (order.BitrateBitsPerSecond is { } bitrate) arguments.AddRange(["-b", Text(bitrate / order.ParallelStreams)]);
        if (order.CongestionControl is { } algorithm) arguments.AddRange(["-C", algorithm]);
        if (order.MaximumSegmentBytes is { } segment) arguments.AddRange(["-M", Text(segment)]);
        if (order.Dscp is { } codePoint) arguments.AddRange(["--dscp", Text(codePoint)]);
        if (order.DurationSeconds > MaxIntervals) arguments.AddRange(["-i", Text((order.DurationSeconds + MaxIntervals - 1) / MaxIntervals)]);
        if (order.Direction == TestDirection.Reverse) arguments.Add("-R");
        if (order.Direction == TestDirection.Bidirectional) arguments.Add("--bidir");
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

    // Without the brackets that an IPv6 address may come in: iperf3 takes them for part of a name.
    private static string Address(string text) => IPAddress.Parse(text).ToString();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
