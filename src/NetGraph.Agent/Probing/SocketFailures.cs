using System.Net.Sockets;
using NetGraph.Measurements;

namespace NetGraph.Agent.Probing;

/// <summary>What a socket's error says of the other end.</summary>
internal static class SocketFailures
{
    public static ProbeFailure ToFailure(this SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => ProbeFailure.ConnectionRefused,
        SocketError.TimedOut => ProbeFailure.Timeout,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => ProbeFailure.Unreachable,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => ProbeFailure.NameNotResolved,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => ProbeFailure.PeerTerminated,
        _ => ProbeFailure.ToolError,
    };
}
