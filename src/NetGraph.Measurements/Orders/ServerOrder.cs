namespace NetGraph.Measurements.Orders;

/// <summary>Order to an agent: have a server ready for one test.</summary>
/// <remarks>For iperf3 a server of the test's own is started, since iperf3 serves one client at a time; netperf's serves many, and lives as long as any test needs it.</remarks>
public sealed record ServerOrder
{
    /// <summary>Name of the test; the same in the order for its client. Letters, digits and dashes, at most 64.</summary>
    public required string TestId { get; init; }

    /// <summary>Length of the test in whole seconds, with what is omitted at its begin, 1 to 3660. The server is ended soon after, whatever happens.</summary>
    public required int DurationSeconds { get; init; }

    /// <summary>The server's kind. Default iperf3.</summary>
    public TestTool Tool { get; init; }

    /// <summary>Which of this node's directions the test takes for itself.</summary>
    public Isolation Isolation { get; set; } = Isolation.Pair;

    /// <summary>Name of the aggregate whose tests share this node; as <see cref="TestId"/>. Only with <see cref="Isolation.Aggregate"/>.</summary>
    public string? AggregateId { get; init; }

    /// <summary>Checks ranges.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        if (!OrderRules.IsTestId(TestId)) return OrderRules.TestIdFault;
        if (DurationSeconds is < 1 or > OrderRules.MaxServerSeconds) return $"durationSeconds must be 1 to {OrderRules.MaxServerSeconds}.";
        if (!Enum.IsDefined(Isolation)) return OrderRules.IsolationFault;
        if (!Enum.IsDefined(Tool)) return OrderRules.ToolFault;
        if (Isolation == Isolation.Aggregate && !OrderRules.IsTestId(AggregateId)) return "aggregateId must be 1 to 64 letters, digits or dashes for the isolation Aggregate.";
        if (Isolation != Isolation.Aggregate && AggregateId is not null) return "aggregateId must be absent unless the isolation is Aggregate.";
        return null;
    }
}

/// <summary>The agent's answer to a <see cref="ServerOrder"/>: the server listens.</summary>
/// <param name="Port">Port on which the server waits.</param>
public sealed record ServerGrant(int Port);

/// <summary>The agent's answer when a test's server is released: what the host was like for it.</summary>
/// <param name="ThrottledRatio">Share of the server's life during which its control group was held back for want of processor quota, 0 or more; absent when the kernel does not tell.</param>
/// <param name="IsThrottled">Whether that is enough to distrust the result.</param>
public sealed record ServerReport(double? ThrottledRatio = null, bool IsThrottled = false);

internal static class OrderRules
{
    public const int MaxDurationSeconds = 3600;
    public const int MaxOmitSeconds = 60;
    public const int MaxServerSeconds = MaxDurationSeconds + MaxOmitSeconds;
    public const string TestIdFault = "testId must be 1 to 64 letters, digits or dashes.";
    public const string IsolationFault = "isolation must be Pair, Direction or Aggregate.";
    public const string ToolFault = "tool must be Iperf3, Netperf or NetperfRequestResponse.";

    public static bool IsTestId(string? id) =>
        id is { Length: > 0 and <= 64 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    public static bool IsHost(string text) => System.Net.IPAddress.TryParse(text, out _) || IsHostName(text);

    // RFC 1035, section 2.3.4, with the underscore that names of services have.
    public static bool IsHostName(string text) =>
        text.Length is > 0 and <= 254
        && (text[^1] == '.' ? text[..^1] : text) is { Length: > 0 and <= 253 } name
        && name[0] != '-'
        && name.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
