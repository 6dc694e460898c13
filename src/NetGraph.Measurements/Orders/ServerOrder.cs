namespace NetGraph.Measurements.Orders;

/// <summary>Order to an agent: start a one-off iperf3 server for one test.</summary>
public sealed record ServerOrder
{
    /// <summary>Name of the test; the same in the order for its client. Letters, digits and dashes, at most 64.</summary>
    public required string TestId { get; init; }

    /// <summary>Length of the test in whole seconds, 1 to 3600. The server is ended soon after, whatever happens.</summary>
    public required int DurationSeconds { get; init; }

    /// <summary>Which of this node's directions the test takes for itself.</summary>
    public Isolation Isolation { get; set; } = Isolation.Pair;

    /// <summary>Checks ranges.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        if (!OrderRules.IsTestId(TestId)) return OrderRules.TestIdFault;
        if (DurationSeconds is < 1 or > OrderRules.MaxDurationSeconds) return $"durationSeconds must be 1 to {OrderRules.MaxDurationSeconds}.";
        if (!Enum.IsDefined(Isolation)) return OrderRules.IsolationFault;
        return null;
    }
}

/// <summary>The agent's answer to a <see cref="ServerOrder"/>: the server listens.</summary>
/// <param name="Port">Port on which the server waits for its one client.</param>
public sealed record ServerGrant(int Port);

internal static class OrderRules
{
    public const int MaxDurationSeconds = 3600;
    public const string TestIdFault = "testId must be 1 to 64 letters, digits or dashes.";
    public const string IsolationFault = "isolation must be Pair or Direction.";

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
