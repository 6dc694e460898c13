using System.Text.Json.Serialization;

namespace NetGraph.Measurements.Orders;

/// <summary>What a throughput test found: a value or a failure, never both.</summary>
public sealed record ThroughputResult
{
    /// <summary>Payload received per second, in bits per second; <see langword="null"/> when the test failed or counted transactions.</summary>
    public double? ThroughputBitsPerSecond { get; init; }

    /// <summary>Requests answered per second one after the other (netperf <c>TCP_RR</c>); <see langword="null"/> for other tests.</summary>
    public double? TransactionsPerSecond { get; init; }

    /// <summary>Payload that the source sent in all, in bytes, where the program tells: what the test cost.</summary>
    public double? TransferredBytes { get; init; }

    /// <summary>TCP segments sent again, where the kernel tells.</summary>
    public double? RetransmittedSegments { get; init; }

    /// <summary>Mean of the sender's smoothed round-trip time during the test, in seconds; only of tests in which this agent sends TCP.</summary>
    public double? RoundTripMeanSeconds { get; init; }

    /// <summary>Smallest of them.</summary>
    public double? RoundTripMinSeconds { get; init; }

    /// <summary>Largest of them.</summary>
    public double? RoundTripMaxSeconds { get; init; }

    /// <summary>Jitter of the datagrams at the receiver, in seconds (RFC 3550, 6.4.1); UDP only.</summary>
    public double? JitterSeconds { get; init; }

    /// <summary>Datagrams sent; UDP only.</summary>
    public double? SentDatagrams { get; init; }

    /// <summary>Datagrams that did not arrive, 0 to <see cref="SentDatagrams"/>; UDP only.</summary>
    public double? LostDatagrams { get; init; }

    /// <summary>Share of the datagrams that did not arrive, one way, 0 to 1 (RFC 7680); UDP only.</summary>
    public double? LossRatio { get; init; }

    /// <summary>Whether the program's own figure for the loss was impossible and was bounded or worked out anew from what was sent and what arrived.</summary>
    public bool IsLossMended { get; init; }

    /// <summary>The congestion control that the sender used, as its kernel calls it.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>Processor share on the client's host, 1 being one core: that of iperf3, or of the busiest core with netperf.</summary>
    public double? LocalCpuRatio { get; init; }

    /// <summary>Processor share on the server's host, likewise.</summary>
    public double? RemoteCpuRatio { get; init; }

    /// <summary>Mean round-trip time of the echoes sent while the test ran, in seconds; <see langword="null"/> when the peer answers no echoes or none came back.</summary>
    public double? LoadedRoundTripSeconds { get; init; }

    /// <summary>Median round-trip time of the last 64 echoes before the test, in seconds; <see langword="null"/> when there were none.</summary>
    public double? IdleRoundTripSeconds { get; init; }

    /// <summary>How far the value can be trusted.</summary>
    public MeasurementQuality Quality { get; init; }

    /// <summary>Why there is no value; <see langword="null"/> when there is one.</summary>
    public ProbeFailure? Failure { get; init; }

    /// <summary>What the measuring program said of the failure, for people.</summary>
    public string? FailureText { get; init; }

    /// <summary>What the same test found in the opposite direction, from the peer to this agent; only of bidirectional tests.</summary>
    public ThroughputResult? Opposite { get; init; }

    /// <summary>Whether there is a value.</summary>
    [JsonIgnore]
    public bool HasValue => Failure is null && (ThroughputBitsPerSecond is not null || TransactionsPerSecond is not null);

    /// <summary>Makes the result of a test that gave no value.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="text">What was seen.</param>
    public static ThroughputResult Failed(ProbeFailure failure, string text) => new() { Failure = failure, FailureText = text };
}
