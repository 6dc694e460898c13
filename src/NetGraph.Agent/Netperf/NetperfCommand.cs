using System.Globalization;
using System.Net;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Netperf;

/// <summary>Command lines of netperf 2.7 and newer.</summary>
internal static class NetperfCommand
{
    /// <summary>What is asked for by name, so that no column has to be counted.</summary>
    public const string Selectors =
        "THROUGHPUT,THROUGHPUT_UNITS,RT_LATENCY,LOCAL_BYTES_SENT,LOCAL_BYTES_RECVD,LOCAL_TRANSPORT_RETRANS,REMOTE_TRANSPORT_RETRANS,LOCAL_CPU_PEAK_UTIL,REMOTE_CPU_PEAK_UTIL";

    /// <summary>A client without a banner (<c>-P 0</c>) that measures both ends' processors (<c>-c -C</c>) and prints a line for each selector (<c>-k</c>).</summary>
    public static IReadOnlyList<string> Client(ThroughputOrder order, IPAddress? bind)
    {
        var isStream = order.Tool != TestTool.NetperfRequestResponse;
        List<string> arguments =
        [
            "-H", IPAddress.TryParse(order.PeerAddress, out var address) ? address.ToString() : order.PeerAddress,
            "-p", Text(order.PeerPort),
            "-t", !isStream ? "TCP_RR" : order.Direction == TestDirection.Reverse ? "TCP_MAERTS" : "TCP_STREAM",
            "-l", Text(order.DurationSeconds),
            "-P", "0",
            "-c", "-C",
        ];
        if (isStream) arguments.AddRange(["-f", "m"]);
        if (bind is not null) arguments.AddRange(["-L", bind.ToString()]);
        arguments.AddRange(["--", "-k", Selectors]);
        return arguments;
    }

    /// <summary>A server in the foreground that serves any number of clients.</summary>
    public static IReadOnlyList<string> Server(int port, IPAddress? bind)
    {
        List<string> arguments = ["-D", "-p", Text(port)];
        if (bind is not null) arguments.AddRange(["-L", bind.ToString()]);
        return arguments;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
