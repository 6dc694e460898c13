using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace NetGraph.Measurements.Orders;

/// <summary>Rules that several orders have in common.</summary>
public static class OrderRules
{
    internal const int MaxDurationSeconds = 3600;
    internal const string TestIdFault = "testId must be 1 to 64 letters, digits or dashes.";
    internal const int MaxOmitSeconds = 60;
    internal const int MaxServerSeconds = MaxDurationSeconds + MaxOmitSeconds;
    internal const string IsolationFault = "isolation must be Pair, Direction or Aggregate.";
    internal const string ScheduleFault = "A schedule's name must have 1 to 253 characters.";
    internal const string ToolFault = "tool must be Iperf3, Netperf or NetperfRequestResponse.";

    /// <summary>Whether a text is an IP address or a host name: what iperf3 may be given as the other end.</summary>
    /// <param name="host">The text. A name has at most 253 letters, digits, dashes, underscores and dots, and its last part is no number (RFC 3696 section 2).</param>
    public static bool IsHost([NotNullWhen(true)] string? host)
    {
        if (host is not { Length: > 0 and <= 253 }) return false;
        // The parser of .NET takes "10" and "10.0.1" for addresses too, and brackets and port numbers with an address of IPv6.
        if (IPAddress.TryParse(host, out var address)) return address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == host : host[0] != '[';
        var parts = host.TrimEnd('.').Split('.');
        return parts.All(part => part is { Length: > 0 and <= 63 } && part[0] != '-' && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) && !parts[^1].All(char.IsAsciiDigit);
    }

    // RFC 1035, section 2.3.4, with the underscore that names of services have.
    internal static bool IsHostName(string text) =>
        text.Length is > 0 and <= 254
        && (text[^1] == '.' ? text[..^1] : text) is { Length: > 0 and <= 253 } name
        && name[0] != '-'
        && name.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    internal static bool IsTestId(string? id) =>
        id is { Length: > 0 and <= 64 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
