using System.Net.Sockets;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;

namespace NetGraph.Agent.Tests.Probing;

public sealed class SocketFailuresTests
{
    [Theory]
    [InlineData(SocketError.ConnectionRefused, ProbeFailure.ConnectionRefused)]
    [InlineData(SocketError.TimedOut, ProbeFailure.Timeout)]
    [InlineData(SocketError.HostUnreachable, ProbeFailure.Unreachable)]
    [InlineData(SocketError.NetworkUnreachable, ProbeFailure.Unreachable)]
    [InlineData(SocketError.HostNotFound, ProbeFailure.NameNotResolved)]
    [InlineData(SocketError.TryAgain, ProbeFailure.NameNotResolved)]
    [InlineData(SocketError.ConnectionReset, ProbeFailure.PeerTerminated)]
    [InlineData(SocketError.AccessDenied, ProbeFailure.ToolError)]
    public void An_error_says_what_is_wrong_with_the_other_end(SocketError error, ProbeFailure expected) => Assert.Equal(expected, new SocketException((int)error).ToFailure());
}
