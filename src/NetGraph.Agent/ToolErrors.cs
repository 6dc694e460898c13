using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent;

/// <summary>Tells apart why a measuring program failed, by the English text that it printed.</summary>
internal static class ToolErrors
{
    private static readonly (string Text, ProbeFailure Failure)[] Known =
    [
        ("server is busy", ProbeFailure.Busy),
        ("Connection refused", ProbeFailure.ConnectionRefused),
        ("timed out", ProbeFailure.Timeout),
        ("No route to host", ProbeFailure.Unreachable),
        ("unreachable", ProbeFailure.Unreachable),
        ("Resource temporarily unavailable", ProbeFailure.NameNotResolved),
        ("Name or service not known", ProbeFailure.NameNotResolved),
        ("server has terminated", ProbeFailure.PeerTerminated),
        ("Connection reset", ProbeFailure.PeerTerminated),
        ("Broken pipe", ProbeFailure.PeerTerminated),
        ("control socket has closed", ProbeFailure.PeerTerminated),
        ("are you sure there is a netserver", ProbeFailure.ConnectionRefused),
    ];

    /// <summary>The result of a test of which the program printed this instead of a value.</summary>
    public static ThroughputResult Failure(string text)
    {
        foreach (var (part, failure) in Known)
        {
            if (text.Contains(part, StringComparison.OrdinalIgnoreCase)) return ThroughputResult.Failed(failure, text);
        }

        return ThroughputResult.Failed(ProbeFailure.ToolError, text);
    }
}
