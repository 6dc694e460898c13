namespace NetGraph.Measurements.Orders;

/// <summary>The program that runs a test.</summary>
public enum TestTool
{
    /// <summary>iperf3.</summary>
    Iperf3,

    /// <summary>netperf's <c>TCP_STREAM</c>: how much arrives.</summary>
    Netperf,

    /// <summary>netperf's <c>TCP_RR</c>: how many requests of one byte are answered one after the other, and how long one takes.</summary>
    NetperfRequestResponse,
}
