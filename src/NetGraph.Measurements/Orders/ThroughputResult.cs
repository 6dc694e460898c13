namespace NetGraph.Measurements.Orders;

/// <summary>What a throughput test found: a value or a failure, never both.</summary>
public sealed record ThroughputResult
{
    /// <summary>Payload received per second, in bits per second; <see langword="null"/> when the test failed.</summary>
    public double? ThroughputBitsPerSecond { get; init; }

    /// <summary>TCP segments sent again, where the kernel tells.</summary>
    public double? RetransmittedSegments { get; init; }

    /// <summary>Processor share of iperf3 on the client's host, 0 to 1 of one core.</summary>
    public double? LocalCpuRatio { get; init; }

    /// <summary>Processor share of iperf3 on the server's host, 0 to 1 of one core.</summary>
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

    /// <summary>Makes the result of a test that gave no value.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="text">What was seen.</param>
    public static ThroughputResult Failed(ProbeFailure failure, string text) => new() { Failure = failure, FailureText = text };
}
