using NetGraph.Collector.Discovery;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Running;

/// <summary>The orders for one test, from the collector's settings.</summary>
internal static class TestOrders
{
    /// <summary>Protocol of a cycle's tests: with both, TCP and UDP take turns, so that a slot stays as long as its test.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="cycle">Number of the cycle, from 1.</param>
    public static TestProtocol Protocol(CollectorOptions options, long cycle) => options.Protocol switch
    {
        ProtocolChoice.Udp => TestProtocol.Udp,
        ProtocolChoice.Both when cycle % 2 == 0 => TestProtocol.Udp,
        _ => TestProtocol.Tcp,
    };

    /// <summary>The order for the destination's agent.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="testId">Name of the test.</param>
    /// <param name="aggregateId">The aggregate that it is part of, if any.</param>
    public static ServerOrder Server(CollectorOptions options, string testId, string? aggregateId = null) => new()
    {
        TestId = testId,
        DurationSeconds = options.TestSeconds,
        Tool = options.Tool,
        Isolation = aggregateId is null ? options.Isolation : Isolation.Aggregate,
        AggregateId = aggregateId,
    };

    /// <summary>The order for the source's agent.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="testId">Name of the test.</param>
    /// <param name="peer">Name of the other end.</param>
    /// <param name="address">IP address or host name of the other end.</param>
    /// <param name="port">Port of the server there.</param>
    /// <param name="protocol">TCP or UDP.</param>
    public static ThroughputOrder Client(CollectorOptions options, string testId, string peer, string address, int port, TestProtocol protocol)
    {
        var isTcp = protocol == TestProtocol.Tcp;
        return new ThroughputOrder
        {
            TestId = testId,
            PeerNode = peer,
            PeerAddress = address,
            PeerPort = port,
            Isolation = options.Isolation,
            DurationSeconds = options.DurationSeconds,
            OmitSeconds = options.OmitSeconds,
            Tool = options.Tool,
            Protocol = protocol,
            Direction = options.IsBidirectional ? TestDirection.Bidirectional : TestDirection.Forward,
            ParallelStreams = options.ParallelStreams,
            BitrateBitsPerSecond = isTcp ? options.BitrateBitsPerSecond : Math.Min(options.UdpBitrateBitsPerSecond, options.BitrateBitsPerSecond ?? long.MaxValue),
            CongestionControl = isTcp ? options.CongestionControl : null,
            MaximumSegmentBytes = isTcp ? options.MaximumSegmentBytes : null,
            Dscp = options.Dscp,
            Schedule = options.Schedule,
        };
    }

    /// <summary>The order for one flow of an aggregate: always towards the one destination.</summary>
    public static ThroughputOrder Flow(CollectorOptions options, string testId, AgentNode destination, int port) =>
        Client(options, testId, destination.Name, destination.Address.ToString(), port, TestProtocol.Tcp) with { Direction = TestDirection.Forward, Isolation = Isolation.Aggregate, Interfered = true };

    /// <summary>Checks that the settings make orders that agents accept.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public static string? FindFault(CollectorOptions options)
    {
        if (options.AggregateNode is not null && options.Tool == TestTool.NetperfRequestResponse)
            return "netperf's TCP_RR has no throughput that could be added up: leave --aggregate out, or use another --tool.";
        return Enumerable.Range(1, 2).Select(cycle => Client(options, "any", "any", "127.0.0.1", 1, Protocol(options, cycle)).FindFault()).FirstOrDefault(fault => fault is not null);
    }
}
