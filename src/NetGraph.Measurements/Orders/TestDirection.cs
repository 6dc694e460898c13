namespace NetGraph.Measurements.Orders;

/// <summary>Which way a test's data goes.</summary>
public enum TestDirection
{
    /// <summary>The agent that runs the client sends.</summary>
    Forward,

    /// <summary>The peer sends (iperf3 <c>-R</c>). Only for peers without an agent.</summary>
    Reverse,

    /// <summary>Both send at once (iperf3 <c>--bidir</c>). Two results, which disturb each other.</summary>
    Bidirectional,
}
