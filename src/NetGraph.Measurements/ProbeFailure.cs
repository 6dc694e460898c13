namespace NetGraph.Measurements;

/// <summary>Why a probe gave no result. The set is closed: its names are the values of the label <c>reason</c>.</summary>
public enum ProbeFailure
{
    /// <summary>The destination refused the connection.</summary>
    ConnectionRefused,

    /// <summary>No answer within the test's time.</summary>
    Timeout,

    /// <summary>No route to the destination.</summary>
    Unreachable,

    /// <summary>The destination's name could not be resolved.</summary>
    NameNotResolved,

    /// <summary>The other end was taken by another test for the whole slot.</summary>
    Busy,

    /// <summary>The other end went away during the test.</summary>
    PeerTerminated,

    /// <summary>The measuring program is not installed.</summary>
    ToolMissing,

    /// <summary>The measuring program printed, or the server answered, what could not be understood.</summary>
    InvalidOutput,

    /// <summary>The agent at one end could not be ordered: away, or the order was rejected.</summary>
    AgentUnreachable,

    /// <summary>The measuring program reported an error that is none of the others.</summary>
    ToolError,

    /// <summary>The connection stands, but TLS over it failed: a certificate that is not trusted, or no common protocol.</summary>
    TlsError,

    /// <summary>The server answered that it failed: HTTP 5xx, DNS SERVFAIL.</summary>
    ServerFailure,

    /// <summary>The server answered that it will not do this: HTTP 4xx, DNS REFUSED.</summary>
    Rejected,

    /// <summary>The answer is longer than its datagram may be (DNS).</summary>
    Truncated,
}

/// <summary>Names of <see cref="ProbeFailure"/> as metrics and answers spell them.</summary>
public static class ProbeFailureNames
{
    private static readonly string[] Names =
    [
        "connection_refused", "timeout", "unreachable", "name_not_resolved", "busy",
        "peer_terminated", "tool_missing", "invalid_output", "agent_unreachable", "tool_error",
        "tls_error", "server_failure", "rejected", "truncated",
    ];

    /// <summary>All failures, in the order of their numbers.</summary>
    public static IReadOnlyList<ProbeFailure> All { get; } = Enum.GetValues<ProbeFailure>();

    /// <summary>The value of the label <c>reason</c>, such as <c>connection_refused</c>.</summary>
    /// <param name="failure">A defined failure.</param>
    public static string ToReason(this ProbeFailure failure) => Names[(int)failure];

    /// <summary>The number by which a metric tells of a failure, from 1: its place in <see cref="All"/>.</summary>
    /// <param name="failure">A defined failure.</param>
    public static int ToCode(this ProbeFailure failure) => (int)failure + 1;

    /// <summary>The failure of a number.</summary>
    /// <param name="code">What <see cref="ToCode"/> gave.</param>
    /// <returns>The failure; <see langword="null"/> for a number that is none's.</returns>
    public static ProbeFailure? OfCode(double code) => code >= 1 && code <= Names.Length && double.IsInteger(code) ? (ProbeFailure)((int)code - 1) : null;
}
